//! What a file is to WhatsApp, and what WhatsApp cannot play.

use serde::{Deserialize, Serialize};

const MEBIBYTE: u64 = 1024 * 1024;

/// What a file is to WhatsApp, decided by its content and never by its extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// JPEG, PNG or WebP.
    Image,
    /// MP4 with H.264.
    Video,
    /// Opus in Ogg, which is a voice note, MP3, or AAC in MP4.
    Audio,
    /// A file that people open with another program: PDF, Office, tables, texts, archives, and GIF,
    /// which WhatsApp shows without its movement when it comes as an image.
    Document,
}

impl MediaKind {
    /// Every kind, in the order in which people choose.
    pub const EVERY: [Self; 4] = [Self::Image, Self::Video, Self::Audio, Self::Document];

    /// The most bytes of this kind. WhatsApp takes larger documents; beyond this they are in nobody's
    /// interest.
    pub const fn max_bytes(self) -> u64 {
        match self {
            Self::Image | Self::Video | Self::Audio => 16 * MEBIBYTE,
            Self::Document => 100 * MEBIBYTE,
        }
    }

    /// The largest limit of any kind: an upload beyond it is refused before its end is read.
    pub const fn largest_max_bytes() -> u64 {
        Self::Document.max_bytes()
    }

    /// Whether a text goes with it: WhatsApp shows none under audio.
    pub const fn takes_caption(self) -> bool {
        !matches!(self, Self::Audio)
    }
}

/// A format that was recognised and that WhatsApp does not play or show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForeignFormat {
    /// Pictures of newer phones.
    Heic,
    /// AV1 pictures.
    Avif,
    /// Windows bitmaps.
    Bmp,
    /// TIFF pictures.
    Tiff,
    /// Video for H.264's successor, H.265.
    Hevc,
    /// AV1 video.
    Av1,
    /// VP8 or VP9 video.
    Vp9,
    /// MPEG-4 Part 2 video, such as `DivX`.
    Mpeg4Visual,
    /// H.264 with more than eight bits, or more colour than phones decode.
    H264Professional,
    /// `QuickTime`, Apple's own container.
    QuickTime,
    /// Matroska or `WebM`.
    Matroska,
    /// Audio Video Interleave.
    Avi,
    /// Vorbis, FLAC or others in Ogg.
    OggWithoutOpus,
    /// Uncompressed audio.
    Wav,
    /// Lossless audio.
    Flac,
    /// AAC without a container.
    Adts,
    /// Adaptive Multi-Rate audio.
    Amr,
    /// A video in MP4 whose picture or sound is in a format that is none of these.
    OtherCodec,
}

impl ForeignFormat {
    /// Every format.
    pub const EVERY: [Self; 18] = [
        Self::Heic,
        Self::Avif,
        Self::Bmp,
        Self::Tiff,
        Self::Hevc,
        Self::Av1,
        Self::Vp9,
        Self::Mpeg4Visual,
        Self::H264Professional,
        Self::QuickTime,
        Self::Matroska,
        Self::Avi,
        Self::OggWithoutOpus,
        Self::Wav,
        Self::Flac,
        Self::Adts,
        Self::Amr,
        Self::OtherCodec,
    ];

    /// What it would be if it were in a format that WhatsApp takes.
    pub const fn kind(self) -> MediaKind {
        match self {
            Self::Heic | Self::Avif | Self::Bmp | Self::Tiff => MediaKind::Image,
            Self::Hevc
            | Self::Av1
            | Self::Vp9
            | Self::Mpeg4Visual
            | Self::H264Professional
            | Self::QuickTime
            | Self::Matroska
            | Self::Avi
            | Self::OtherCodec => MediaKind::Video,
            Self::OggWithoutOpus | Self::Wav | Self::Flac | Self::Adts | Self::Amr => {
                MediaKind::Audio
            }
        }
    }

    /// The name by which people know it; `None` for what has none.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
            Self::Hevc => "H.265 (HEVC)",
            Self::Av1 => "AV1",
            Self::Vp9 => "VP9",
            Self::Mpeg4Visual => "MPEG-4 Visual",
            Self::H264Professional => "H.264 10 bits / 4:2:2",
            Self::QuickTime => "MOV",
            Self::Matroska => "MKV / WebM",
            Self::Avi => "AVI",
            Self::OggWithoutOpus => "Ogg Vorbis",
            Self::Wav => "WAV",
            Self::Flac => "FLAC",
            Self::Adts => "AAC",
            Self::Amr => "AMR",
            Self::OtherCodec => return None,
        })
    }

    /// Its word in an address, which is that of its JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
            Self::Hevc => "hevc",
            Self::Av1 => "av1",
            Self::Vp9 => "vp9",
            Self::Mpeg4Visual => "mpeg4_visual",
            Self::H264Professional => "h264_professional",
            Self::QuickTime => "quick_time",
            Self::Matroska => "matroska",
            Self::Avi => "avi",
            Self::OggWithoutOpus => "ogg_without_opus",
            Self::Wav => "wav",
            Self::Flac => "flac",
            Self::Adts => "adts",
            Self::Amr => "amr",
            Self::OtherCodec => "other_codec",
        }
    }
}
