//! What a file's first bytes promise.

use arauto_app::domain::{ForeignFormat, MediaKind, MediaProblem};
use image::ImageFormat;

/// How many of the first bytes it takes to recognise every format.
pub(super) const SNIFFED_BYTES: usize = 64;

/// A format that is taken, before the whole file proved it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// A picture that is sent as one.
    Picture(ImageFormat),
    /// A picture that moves.
    Gif,
    /// MP4: a video, or audio alone.
    Mp4,
    /// Ogg.
    Ogg,
    /// MP3, with or without tags before it.
    Mp3,
    /// PDF.
    Pdf,
    /// ZIP, which Office files are too.
    Zip,
    /// Text, of which nothing but the name tells whether it is a table.
    Text {
        /// Whether it is a table of comma-separated values.
        is_table: bool,
    },
    /// What WhatsApp does not play or show, and may be converted.
    Foreign(ForeignFormat),
}

impl Format {
    /// The most bytes that it may have.
    pub(super) const fn max_bytes(self) -> u64 {
        match self {
            // What is converted becomes smaller.
            Self::Pdf | Self::Zip | Self::Text { .. } | Self::Foreign(_) => {
                MediaKind::Document.max_bytes()
            }
            // A GIF is decoded whole, as pictures are.
            Self::Picture(_) | Self::Gif | Self::Mp4 | Self::Ogg | Self::Mp3 => {
                MediaKind::Image.max_bytes()
            }
        }
    }
}

/// The format that a file's first bytes promise. The name counts for texts only: any bytes without
/// control characters are one, so it must say that it wants to be one.
pub(super) fn sniff(first: &[u8], name: &str) -> Result<Format, MediaProblem> {
    if first.starts_with(b"%PDF-") {
        return Ok(Format::Pdf);
    }
    // The local header of an archive's first entry, or the end of an empty one (APPNOTE 4.3).
    if first.starts_with(b"PK\x03\x04") || first.starts_with(b"PK\x05\x06") {
        return Ok(Format::Zip);
    }
    if first.get(4..8) == Some(b"ftyp") {
        return Ok(brand(first));
    }
    if first.starts_with(b"OggS") {
        return Ok(Format::Ogg);
    }
    if first.starts_with(b"GIF87a") || first.starts_with(b"GIF89a") {
        return Ok(Format::Gif);
    }
    if let Some(foreign) = foreign(first) {
        return Ok(Format::Foreign(foreign));
    }
    match infer::get(first).map(|found| found.mime_type()) {
        Some("image/jpeg") => Ok(Format::Picture(ImageFormat::Jpeg)),
        Some("image/png") => Ok(Format::Picture(ImageFormat::Png)),
        Some("image/webp") => Ok(Format::Picture(ImageFormat::WebP)),
        Some("audio/mpeg") => Ok(Format::Mp3),
        _ => text(first, name),
    }
}

/// What the major brand of an ISO base media file says (ISO/IEC 14496-12, 4.3).
fn brand(first: &[u8]) -> Format {
    let format = match first.get(8..12) {
        Some(b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1") => {
            ForeignFormat::Heic
        }
        Some(b"avif" | b"avis") => ForeignFormat::Avif,
        Some(b"qt  ") => ForeignFormat::QuickTime,
        _ => return Format::Mp4,
    };
    Format::Foreign(format)
}

fn foreign(first: &[u8]) -> Option<ForeignFormat> {
    let riff = |kind: &[u8]| first.starts_with(b"RIFF") && first.get(8..12) == Some(kind);
    Some(match first {
        _ if riff(b"WAVE") => ForeignFormat::Wav,
        _ if riff(b"AVI ") => ForeignFormat::Avi,
        [0x1a, 0x45, 0xdf, 0xa3, ..] => ForeignFormat::Matroska,
        [b'f', b'L', b'a', b'C', ..] => ForeignFormat::Flac,
        [b'#', b'!', b'A', b'M', b'R', ..] => ForeignFormat::Amr,
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => ForeignFormat::Bmp,
        [b'I', b'I', 0x2a, 0, ..] | [b'M', b'M', 0, 0x2a, ..] => ForeignFormat::Tiff,
        // Twelve bits of synchronisation and layer 0, which MPEG audio does not use.
        [0xff, second, ..] if second & 0xf6 == 0xf0 => ForeignFormat::Adts,
        _ => return None,
    })
}

fn text(first: &[u8], name: &str) -> Result<Format, MediaProblem> {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    let is = |wanted: &str| extension.is_some_and(|found| found.eq_ignore_ascii_case(wanted));
    let is_text = first.iter().all(|byte| is_text_byte(*byte));
    match (is("csv"), is("txt")) {
        (is_table, is_plain) if is_text && (is_table || is_plain) => Ok(Format::Text { is_table }),
        _ => Err(MediaProblem::UnsupportedKind),
    }
}

/// Whether a byte occurs in texts, whichever of the common encodings they are in.
pub(super) const fn is_text_byte(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' '..=0x7e | 0x80..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_named_by_the_content_and_not_by_the_name() {
        let mp4 = b"\0\0\0\x18ftypisom\0\0\0\0";
        for (first, name, format) in [
            (&b"%PDF-1.7"[..], "foto.jpg", Format::Pdf),
            (b"GIF89a", "a.png", Format::Gif),
            (mp4, "a.mp3", Format::Mp4),
            (b"ID3\x04\0\0\0", "a.mp4", Format::Mp3),
            (b"\xff\xfb\x90\x64", "a", Format::Mp3),
            (b"a;b\r\n1;2", "tabela.CSV", Format::Text { is_table: true }),
            (b"ol\xe1", "nota.txt", Format::Text { is_table: false }),
        ] {
            assert_eq!(sniff(first, name), Ok(format), "{name}");
        }
    }

    #[test]
    fn what_whatsapp_does_not_play_is_named() {
        for (first, format) in [
            (&b"\0\0\0\x18ftypheic"[..], ForeignFormat::Heic),
            (b"\0\0\0\x14ftypqt  ", ForeignFormat::QuickTime),
            (b"RIFF\0\0\0\0WAVEfmt ", ForeignFormat::Wav),
            (b"RIFF\0\0\0\0AVI LIST", ForeignFormat::Avi),
            (b"\x1a\x45\xdf\xa3\x01", ForeignFormat::Matroska),
            (b"\xff\xf1\x50\x80", ForeignFormat::Adts),
            (b"fLaC\0\0\0\x22", ForeignFormat::Flac),
        ] {
            assert_eq!(sniff(first, "a.mp4"), Ok(Format::Foreign(format)));
        }
    }

    #[test]
    fn what_is_none_of_them_is_of_no_kind() {
        for (first, name) in [
            (&b"<svg xmlns='x' onload='alert(1)'/>"[..], "foto.svg"),
            (b"hello", "foto.jpg"),
            (b"\x7fELF\x02\x01", "nota.txt"),
            (b"MZ\x90\0", "nota.csv"),
        ] {
            let answer = sniff(first, name);
            assert_eq!(answer, Err(MediaProblem::UnsupportedKind), "{name}");
        }
    }
}
