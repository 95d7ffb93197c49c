//! What the program is asked to do. It opens the one file that it is given, as the format that our own look
//! at its first bytes found, and writes one file or to its standard output.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use arauto_app::domain::{ForeignFormat, MediaKind};

use super::process::Bounds;

/// Longest side of a video that was encoded anew, in pixels: more is lost on a phone, and costs everybody
/// time.
const LONGEST_SIDE: u32 = 1280;
/// Longest side of a first picture, in pixels: the thumbnail is made of it.
const PICTURE_SIDE: u32 = 640;
/// Most pixels of a picture that is decoded: an 8K video.
const MAX_PIXELS: u32 = 7680 * 4320;
/// How long a conversion may take.
const CONVERTS_WITHIN: Duration = Duration::from_mins(5);
/// How long a file may be repacked or looked at.
const LOOKS_WITHIN: Duration = Duration::from_secs(30);
/// How much of what is decoded for a look may come, in bytes: half a day of sound at 8 kHz.
const LOOK_BYTES: u64 = 1 << 30;

/// Samples per second of what a waveform is made of.
pub(in crate::media) const WAVEFORM_RATE: u32 = 8_000;

/// What to make of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum Recipe {
    /// The same picture and sound in an MP4, without encoding anything anew.
    Repack,
    /// An MP4 with H.264 and AAC, or AAC alone.
    Playable,
    /// An MP4 without sound, of a GIF.
    MovingPicture,
    /// A voice note: Opus in Ogg, mono.
    VoiceNote,
    /// The first picture, as a PNG to the standard output.
    FirstPicture,
    /// The sound as signed 16-bit samples at [`WAVEFORM_RATE`] to the standard output.
    Samples,
}

impl Recipe {
    /// The file that it makes; none for what goes to the standard output.
    pub(in crate::media) const fn file(self) -> Option<&'static str> {
        match self {
            Self::Repack => Some("repacked.mp4"),
            Self::Playable | Self::MovingPicture => Some("converted.mp4"),
            Self::VoiceNote => Some("voice.ogg"),
            Self::FirstPicture | Self::Samples => None,
        }
    }

    pub(super) const fn bounds(self) -> Bounds {
        let time = match self {
            Self::Playable | Self::MovingPicture | Self::VoiceNote => CONVERTS_WITHIN,
            Self::Repack | Self::FirstPicture | Self::Samples => LOOKS_WITHIN,
        };
        let file_bytes = match self {
            // What is rewritten so that it begins with its index is for a moment there twice.
            Self::Repack => 2 * MediaKind::largest_max_bytes(),
            Self::Playable | Self::MovingPicture | Self::VoiceNote => {
                2 * MediaKind::Video.max_bytes()
            }
            Self::FirstPicture | Self::Samples => LOOK_BYTES,
        };
        Bounds { time, file_bytes }
    }

    /// The arguments to make it of `source`, which is in the format of `demuxer`.
    pub(super) fn arguments(self, source: &Path, demuxer: &str) -> Vec<OsString> {
        let mut arguments = Vec::new();
        let mut add = |text: &str| arguments.extend(text.split_whitespace().map(OsString::from));
        add(
            "-nostdin -hide_banner -loglevel info -nostats -y -threads 2 -protocol_whitelist file,pipe",
        );
        add(&format!(
            "-max_alloc 268435456 -max_pixels {MAX_PIXELS} -f {demuxer} -i"
        ));
        let mut address = OsString::from("file:");
        address.push(source);
        arguments.push(address);
        let mut add = |text: &str| arguments.extend(text.split_whitespace().map(OsString::from));
        // Titles, places and chapters stay behind.
        add("-map_metadata -1 -map_chapters -1 -sn -dn -threads 2");
        add(&self.output());
        match self.file() {
            Some(file) => add(&format!("-progress pipe:1 file:{file}")),
            None => add("pipe:1"),
        }
        arguments
    }

    fn output(self) -> String {
        let side = |side| {
            format!(
                "scale=w='min({side},iw)':h='min({side},ih)':\
                 force_original_aspect_ratio=decrease:force_divisible_by=2,setsar=1"
            )
        };
        let h264 = "-c:v libx264 -preset veryfast -profile:v main -pix_fmt yuv420p -crf 26 \
                    -maxrate 2M -bufsize 4M -fpsmax 30";
        let most = MediaKind::Video.max_bytes() + 1;
        match self {
            // Capital V: the cover of a song is no video.
            Self::Repack => "-map 0:V:0? -map 0:a:0? -c copy -movflags +faststart -f mp4".into(),
            Self::Playable => format!(
                "-map 0:V:0? -map 0:a:0? {h264} -vf {} -c:a aac -b:a 128k -ac 2 -ar 48000 \
                 -movflags +faststart -fs {most} -f mp4",
                side(LONGEST_SIDE)
            ),
            // What is transparent becomes white, the colour of most phones' background.
            Self::MovingPicture => format!(
                "-an {h264} -vf format=rgba,split[over][under];\
                 [under]lutrgb=r=255:g=255:b=255:a=255[white];[white][over]overlay,{} \
                 -movflags +faststart -fs {most} -f mp4",
                side(LONGEST_SIDE)
            ),
            Self::VoiceNote => format!(
                "-map 0:a:0 -c:a libopus -b:a 32k -application voip -ac 1 -ar 48000 -fs {most} -f ogg"
            ),
            Self::FirstPicture => format!(
                "-map 0:V:0 -an -frames:v 1 -vf {} -c:v png -f image2pipe",
                side(PICTURE_SIDE)
            ),
            Self::Samples => format!("-map 0:a:0 -vn -ac 1 -ar {WAVEFORM_RATE} -f s16le"),
        }
    }
}

/// What ffmpeg calls the reader of a format that WhatsApp does not play; `None` for what is not converted.
pub(in crate::media) const fn demuxer(format: ForeignFormat) -> Option<&'static str> {
    Some(match format {
        ForeignFormat::Heic | ForeignFormat::Avif | ForeignFormat::Bmp | ForeignFormat::Tiff => {
            return None;
        }
        ForeignFormat::Hevc
        | ForeignFormat::Av1
        | ForeignFormat::Vp9
        | ForeignFormat::Mpeg4Visual
        | ForeignFormat::H264Professional
        | ForeignFormat::QuickTime
        | ForeignFormat::OtherCodec => "mov",
        ForeignFormat::Matroska => "matroska",
        ForeignFormat::Avi => "avi",
        ForeignFormat::OggWithoutOpus => "ogg",
        ForeignFormat::Wav => "wav",
        ForeignFormat::Flac => "flac",
        ForeignFormat::Adts => "aac",
        ForeignFormat::Amr => "amr",
    })
}
