//! What cameras write into pictures besides the picture: above all where they were taken.

use std::ops::Range;

use image::ImageFormat;
use image::metadata::Orientation;

use super::bytes::{u32_be, u32_le};
use super::jpeg_segments::{end, segments};

/// Takes everything out of a picture that tells where, when and with what it was made, whichever format it
/// is in. Which way is up stays, and so do colours; nothing is encoded again. The file was decoded before:
/// what cannot be walked stays as it is.
pub(super) fn forget_origin(file: &mut Vec<u8>, format: ImageFormat, orientation: Orientation) {
    let outline = match format {
        ImageFormat::Jpeg => jpeg(file, orientation),
        ImageFormat::Png => png(file, orientation),
        ImageFormat::WebP => webp(file, orientation),
        _ => None,
    };
    let Some(outline) = outline else {
        return;
    };
    outline.apply(file);
    if format == ImageFormat::WebP {
        note_len(file);
    }
}

/// What becomes of a file.
#[derive(Default)]
struct Outline {
    /// What goes, in order.
    dropped: Vec<Range<usize>>,
    /// What comes in, and before which byte that stays.
    added: Option<(usize, Vec<u8>)>,
}

impl Outline {
    /// Changes the file in place: it is as large as a file may be.
    fn apply(self, file: &mut Vec<u8>) {
        if let Some((at, added)) = self.added {
            // Afterwards, so that what goes makes room for it.
            let gone: usize = self
                .dropped
                .iter()
                .map(|gone| gone.end.min(at).saturating_sub(gone.start))
                .sum();
            drop_all(file, &self.dropped);
            let at = at - gone;
            file.splice(at..at, added);
        } else {
            drop_all(file, &self.dropped);
        }
    }
}

fn drop_all(file: &mut Vec<u8>, dropped: &[Range<usize>]) {
    let (mut kept, mut from) = (0, 0);
    for gone in dropped {
        file.copy_within(from..gone.start, kept);
        kept += gone.start - from;
        from = gone.end;
    }
    file.copy_within(from.., kept);
    file.truncate(kept + file.len() - from);
}

fn jpeg(file: &[u8], orientation: Orientation) -> Option<Outline> {
    let (segments, scan) = segments(file)?;
    // The note on which way is up goes where readers expect it: after JFIF's own segment.
    let after_jfif = segments.iter().find(|at| file[at.start + 1] != 0xe0);
    let place = after_jfif.map_or(scan, |at| at.start);
    let mut dropped: Vec<_> = segments
        .into_iter()
        .filter(|at| !is_kept(&file[at.clone()]))
        .collect();
    // What follows the end, such as a short film, has a place of its own in it.
    dropped.extend(end(file, scan).map(|end| end..file.len()));
    let added = orientation_segment(orientation).map(|segment| (place, segment));
    Some(Outline { dropped, added })
}

/// Comments and the segments of applications go, but for those that colours depend on: JFIF's, the
/// colour profile and Adobe's.
fn is_kept(segment: &[u8]) -> bool {
    match segment {
        [0xff, 0xe2, _, _, rest @ ..] => rest.starts_with(b"ICC_PROFILE\0"),
        [0xff, 0xe0 | 0xee, ..] => true,
        [0xff, 0xe1..=0xef | 0xfe, ..] => false,
        _ => true,
    }
}

/// An Exif segment that tells nothing but which way is up; none for a picture that stands.
fn orientation_segment(orientation: Orientation) -> Option<Vec<u8>> {
    let mut segment = vec![0xff, 0xe1, 0, 34];
    segment.extend_from_slice(b"Exif\0\0");
    segment.extend_from_slice(&only_orientation(orientation)?);
    Some(segment)
}

/// Exif data that tell nothing but which way is up; none for a picture that stands.
fn only_orientation(orientation: Orientation) -> Option<Vec<u8>> {
    if orientation == Orientation::NoTransforms {
        return None;
    }
    let mut exif = b"MM\0\x2a\0\0\0\x08".to_vec();
    // One entry: tag 0x0112, one SHORT (TIFF 6.0).
    exif.extend_from_slice(&[0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1]);
    exif.extend_from_slice(&[0, orientation.to_exif(), 0, 0, 0, 0, 0, 0]);
    Some(exif)
}

/// Chunks of a PNG (ISO 15948, 11.3) that tell about its making: texts, of which one may be XMP, its time,
/// and Exif.
const PNG_NOTES: [&[u8]; 5] = [b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf"];

fn png(file: &[u8], orientation: Orientation) -> Option<Outline> {
    const SIGNATURE: usize = 8;
    let mut outline = Outline::default();
    let mut at = SIGNATURE;
    loop {
        // A length, a type, the data, a checksum.
        let len = usize::try_from(u32_be(file, at)?).ok()?;
        let end = at.checked_add(len)?.checked_add(12)?;
        let kind = file.get(at..end)?.get(4..8)?;
        if PNG_NOTES.contains(&kind) {
            outline.dropped.push(at..end);
        }
        match kind {
            b"IHDR" => {
                let exif = only_orientation(orientation);
                outline.added = exif.map(|exif| (end, png_chunk(*b"eXIf", &exif)));
            }
            // What follows the end is no part of the picture.
            b"IEND" => {
                outline.dropped.push(end..file.len());
                return Some(outline);
            }
            _ => {}
        }
        at = end;
    }
}

fn png_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let len = u32::try_from(data.len()).unwrap_or(u32::MAX);
    let mut chunk = len.to_be_bytes().to_vec();
    chunk.extend_from_slice(&kind);
    chunk.extend_from_slice(data);
    let checksum = crc32(&chunk[4..]);
    chunk.extend_from_slice(&checksum.to_be_bytes());
    chunk
}

/// The checksum of PNG's chunks (ISO 15948, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    })
}

/// What the header of an extended WebP says that it has (RFC 9649, 2.7).
const WEBP_EXIF: u8 = 0x08;
const WEBP_XMP: u8 = 0x04;

/// A RIFF header and `WEBP`.
const WEBP_HEADER: usize = 12;

fn webp(file: &mut [u8], orientation: Orientation) -> Option<Outline> {
    let end = usize::try_from(u32_le(file, 4)?).ok()?.checked_add(8)?;
    let exif = only_orientation(orientation);
    let mut outline = Outline::default();
    let mut flags = None;
    let mut at = WEBP_HEADER;
    file.get(at..end)?;
    while at < end {
        let len = usize::try_from(u32_le(file, at + 4)?)
            .ok()?
            .checked_add(8)?;
        // Chunks begin at even places; the last one may lack its padding.
        let next = at.checked_add(len + len % 2)?;
        let next = if next > end { end } else { next };
        match file.get(at..at + 4)? {
            b"EXIF" | b"XMP " => outline.dropped.push(at..next),
            b"VP8X" => flags = Some(at + 8),
            _ => {}
        }
        at = next;
    }
    outline.dropped.push(end..file.len());
    // Only extended files tell which way is up.
    if let Some(flags) = flags {
        let flags = file.get_mut(flags)?;
        *flags &= !(WEBP_EXIF | WEBP_XMP);
        if let Some(exif) = exif {
            *flags |= WEBP_EXIF;
            outline.added = Some((end, webp_chunk(*b"EXIF", &exif)?));
        }
    }
    Some(outline)
}

fn webp_chunk(kind: [u8; 4], data: &[u8]) -> Option<Vec<u8>> {
    let mut chunk = kind.to_vec();
    chunk.extend_from_slice(&u32::try_from(data.len()).ok()?.to_le_bytes());
    chunk.extend_from_slice(data);
    Some(chunk)
}

/// Writes how long the file is where its header says it.
fn note_len(webp: &mut [u8]) {
    let len = u32::try_from(webp.len().saturating_sub(8)).unwrap_or(u32::MAX);
    if let Some(noted) = webp.get_mut(4..8) {
        noted.copy_from_slice(&len.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::super::picture::decode;
    use super::super::samples::{encoded, jpeg as plain_jpeg, jpeg_with};
    use super::*;

    /// Exif that says: turned by 90 degrees, taken at a place.
    fn exif() -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08".to_vec();
        exif.extend_from_slice(&[0, 2]);
        exif.extend_from_slice(&[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]);
        exif.extend_from_slice(&[0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0]);
        exif.extend_from_slice(b"GPS -23.5505 -46.6333");
        exif
    }

    fn forgotten(file: &[u8], format: ImageFormat, orientation: Orientation) -> Vec<u8> {
        let mut kept = file.to_vec();
        forget_origin(&mut kept, format, orientation);
        kept
    }

    #[test]
    fn the_place_is_forgotten_and_the_picture_stays_the_same() {
        let xmp = b"http://ns.adobe.com/xap/1.0/\0<GPS -23.5505/>";
        let icc = b"ICC_PROFILE\0\x01\x01colours";
        let mut file = jpeg_with(&[(0xe1, &exif()), (0xe1, xmp), (0xe2, icc), (0xfe, b"GPS")]);
        file.extend_from_slice(b"a film that was taken at GPS -23.5505");
        let before = decode(&file, ImageFormat::Jpeg).unwrap();
        assert_eq!((before.width, before.height), (60, 80));

        let kept = forgotten(&file, ImageFormat::Jpeg, before.orientation);
        let has = |wanted: &[u8]| kept.windows(wanted.len()).any(|part| part == wanted);
        assert!(!has(b"GPS"));
        assert!(has(b"colours"));
        let after = decode(&kept, ImageFormat::Jpeg).unwrap();
        assert_eq!((after.width, after.height), (60, 80));
        assert_eq!(after.thumbnail, before.thumbnail);
        let pixels = |file: &[u8]| image::load_from_memory(file).unwrap().into_rgb8();
        assert!(pixels(&file) == pixels(&kept));
        // What has nothing to forget stays as it is.
        assert!(forgotten(&kept, ImageFormat::Jpeg, after.orientation) == kept);
        let plain = plain_jpeg(80, 60);
        assert!(forgotten(&plain, ImageFormat::Jpeg, Orientation::NoTransforms) == plain);
    }

    /// A PNG with these chunks after its header.
    fn png_with(chunks: &[([u8; 4], &[u8])]) -> Vec<u8> {
        let plain = encoded(ImageFormat::Png, 80, 60);
        let header = 8 + 25;
        let notes: Vec<u8> = chunks
            .iter()
            .flat_map(|(kind, data)| png_chunk(*kind, data))
            .collect();
        [&plain[..header], &notes, &plain[header..]].concat()
    }

    /// An extended WebP with these chunks at its end.
    fn webp_with(chunks: &[([u8; 4], &[u8])]) -> Vec<u8> {
        let plain = encoded(ImageFormat::WebP, 80, 60);
        let mut body = b"VP8X\x0a\0\0\0".to_vec();
        body.extend_from_slice(&[WEBP_EXIF | WEBP_XMP, 0, 0, 0, 79, 0, 0, 59, 0, 0]);
        body.extend_from_slice(&plain[12..]);
        for (kind, data) in chunks {
            body.extend_from_slice(kind);
            body.extend_from_slice(&u32::try_from(data.len()).unwrap().to_le_bytes());
            body.extend_from_slice(data);
            body.resize(body.len() + data.len() % 2, 0);
        }
        let mut file = b"RIFF".to_vec();
        file.extend_from_slice(&u32::try_from(body.len() + 4).unwrap().to_le_bytes());
        file.extend_from_slice(b"WEBP");
        file.extend_from_slice(&body);
        file
    }

    #[test]
    fn a_png_and_a_webp_forget_the_same_and_stay_upright() {
        let tiff = &exif()[6..];
        let xmp = b"XML:com.adobe.xmp\0\0\0\0\0<GPS -23.5505/>";
        let png = png_with(&[
            (*b"eXIf", tiff),
            (*b"tEXt", b"Comment\0GPS"),
            (*b"zTXt", b"Comment\0\0GPS"),
            (*b"iTXt", xmp),
            (*b"tIME", &[7, 0xe8, 1, 1, 0, 0, 0]),
            (*b"gAMA", &[0, 0, 0xb1, 0x8f]),
        ]);
        let webp = webp_with(&[(*b"EXIF", tiff), (*b"XMP ", b"<GPS -23.5505/>")]);
        for (file, format) in [(png, ImageFormat::Png), (webp, ImageFormat::WebP)] {
            let before = decode(&file, format).unwrap();
            let kept = forgotten(&file, format, before.orientation);
            let has = |wanted: &[u8]| kept.windows(wanted.len()).any(|part| part == wanted);
            assert!(!has(b"GPS") && !has(b"tIME"), "{format:?}");
            assert!(format == ImageFormat::WebP || has(b"gAMA"));
            let after = decode(&kept, format).unwrap();
            assert_eq!(after.orientation, Orientation::Rotate90, "{format:?}");
            assert_eq!((after.width, after.height), (60, 80), "{format:?}");
            assert_eq!(after.thumbnail, before.thumbnail);
            assert!(forgotten(&kept, format, after.orientation) == kept);
        }
    }

    #[test]
    fn what_has_nothing_to_forget_or_cannot_be_walked_stays_as_it_is() {
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            let plain = encoded(format, 33, 21);
            let upright = Orientation::NoTransforms;
            assert!(forgotten(&plain, format, upright) == plain, "{format:?}");
            for len in 0..plain.len().min(60) {
                assert!(forgotten(&plain[..len], format, upright) == plain[..len]);
            }
        }
    }
}
