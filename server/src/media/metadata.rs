//! What cameras write into pictures besides the picture: above all where they were taken.

use image::ImageFormat;
use image::metadata::Orientation;

use super::bytes::{u32_be, u32_le};

/// The same picture without anything that tells where, when and with what it was made, whichever format it
/// is in. Which way is up stays, and so do colours; nothing is encoded again. The file was decoded before:
/// what cannot be walked stays as it is.
pub(super) fn forget_origin(file: &[u8], format: ImageFormat, orientation: Orientation) -> Vec<u8> {
    let kept = match format {
        ImageFormat::Jpeg => jpeg(file, orientation),
        ImageFormat::Png => png(file, orientation),
        ImageFormat::WebP => webp(file, orientation),
        _ => None,
    };
    kept.unwrap_or_else(|| file.to_vec())
}

fn jpeg(file: &[u8], orientation: Orientation) -> Option<Vec<u8>> {
    let (segments, scan) = segments(file)?;
    let mut kept = Vec::with_capacity(file.len());
    kept.extend_from_slice(&file[..2]);
    let mut turned = orientation_segment(orientation);
    for segment in segments {
        // The note on which way is up goes where readers expect it: after JFIF's own segment.
        if segment.first_chunk() != Some(&[0xff, 0xe0])
            && let Some(turned) = turned.take()
        {
            kept.extend_from_slice(&turned);
        }
        if is_kept(segment) {
            kept.extend_from_slice(segment);
        }
    }
    if let Some(turned) = turned {
        kept.extend_from_slice(&turned);
    }
    kept.extend_from_slice(scan);
    Some(kept)
}

/// The segments before the first scan (ITU T.81, B.1.1.4), and everything from there to the end of the
/// picture: what follows it, such as a short film, has a place of its own in it.
fn segments(file: &[u8]) -> Option<(Vec<&[u8]>, &[u8])> {
    const START_OF_SCAN: u8 = 0xda;
    let mut segments = Vec::new();
    let mut rest = file.get(2..)?;
    loop {
        match rest {
            [0xff, 0xff, ..] => rest = &rest[1..],
            [0xff, START_OF_SCAN, ..] => return Some((segments, to_the_end(rest))),
            [0xff, _, high, low, ..] => {
                let len = 2 + usize::from(u16::from_be_bytes([*high, *low]));
                segments.push(rest.get(..len)?);
                rest = &rest[len..];
            }
            _ => return None,
        }
    }
}

/// The scans to the first end-of-image marker, which cannot occur within their data.
fn to_the_end(scan: &[u8]) -> &[u8] {
    let end = scan.windows(2).position(|pair| pair == [0xff, 0xd9]);
    end.map_or(scan, |end| &scan[..end + 2])
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

fn png(file: &[u8], orientation: Orientation) -> Option<Vec<u8>> {
    const SIGNATURE: usize = 8;
    let mut kept = file.get(..SIGNATURE)?.to_vec();
    let mut rest = file.get(SIGNATURE..)?;
    loop {
        // A length, a type, the data, a checksum.
        let len = usize::try_from(u32_be(rest, 0)?).ok()?.checked_add(12)?;
        let (chunk, after) = rest.split_at_checked(len)?;
        let kind = chunk.get(4..8)?;
        if !PNG_NOTES.contains(&kind) {
            kept.extend_from_slice(chunk);
        }
        match kind {
            b"IHDR" => {
                if let Some(exif) = only_orientation(orientation) {
                    kept.extend_from_slice(&png_chunk(*b"eXIf", &exif));
                }
            }
            // What follows the end is no part of the picture.
            b"IEND" => return Some(kept),
            _ => {}
        }
        rest = after;
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

fn webp(file: &[u8], orientation: Orientation) -> Option<Vec<u8>> {
    const HEADER: usize = 12;
    let end = usize::try_from(u32_le(file, 4)?).ok()?.checked_add(8)?;
    let mut rest = file.get(HEADER..end)?;
    let exif = only_orientation(orientation);
    let mut kept = file.get(..HEADER)?.to_vec();
    let mut is_extended = false;
    while !rest.is_empty() {
        let len = usize::try_from(u32_le(rest, 4)?).ok()?.checked_add(8)?;
        // Chunks begin at even places; the last one may lack its padding.
        let (chunk, after) = rest.split_at_checked(len + len % 2).unwrap_or((rest, &[]));
        match chunk.get(..4)? {
            b"EXIF" | b"XMP " => {}
            b"VP8X" => {
                is_extended = true;
                let flags = kept.len() + 8;
                kept.extend_from_slice(chunk);
                let flags = kept.get_mut(flags)?;
                *flags &= !(WEBP_EXIF | WEBP_XMP);
                if exif.is_some() {
                    *flags |= WEBP_EXIF;
                }
            }
            _ => kept.extend_from_slice(chunk),
        }
        rest = after;
    }
    // Only extended files tell which way is up.
    if let (Some(exif), true) = (exif, is_extended) {
        kept.extend_from_slice(b"EXIF");
        kept.extend_from_slice(&u32::try_from(exif.len()).ok()?.to_le_bytes());
        kept.extend_from_slice(&exif);
    }
    let len = u32::try_from(kept.len() - 8).ok()?;
    kept.get_mut(4..8)?.copy_from_slice(&len.to_le_bytes());
    Some(kept)
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

    #[test]
    fn the_place_is_forgotten_and_the_picture_stays_the_same() {
        let xmp = b"http://ns.adobe.com/xap/1.0/\0<GPS -23.5505/>";
        let icc = b"ICC_PROFILE\0\x01\x01colours";
        let mut file = jpeg_with(&[(0xe1, &exif()), (0xe1, xmp), (0xe2, icc), (0xfe, b"GPS")]);
        file.extend_from_slice(b"a film that was taken at GPS -23.5505");
        let before = decode(&file, ImageFormat::Jpeg).unwrap();
        assert_eq!((before.width, before.height), (60, 80));

        let kept = forget_origin(&file, ImageFormat::Jpeg, before.orientation);
        let has = |wanted: &[u8]| kept.windows(wanted.len()).any(|part| part == wanted);
        assert!(!has(b"GPS"));
        assert!(has(b"colours"));
        let after = decode(&kept, ImageFormat::Jpeg).unwrap();
        assert_eq!((after.width, after.height), (60, 80));
        assert_eq!(after.thumbnail, before.thumbnail);
        let pixels = |file: &[u8]| image::load_from_memory(file).unwrap().into_rgb8();
        assert!(pixels(&file) == pixels(&kept));
        // What has nothing to forget stays as it is.
        assert!(forget_origin(&kept, ImageFormat::Jpeg, after.orientation) == kept);
        let plain = plain_jpeg(80, 60);
        assert!(forget_origin(&plain, ImageFormat::Jpeg, Orientation::NoTransforms) == plain);
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
            let kept = forget_origin(&file, format, before.orientation);
            let has = |wanted: &[u8]| kept.windows(wanted.len()).any(|part| part == wanted);
            assert!(!has(b"GPS") && !has(b"tIME"), "{format:?}");
            assert!(format == ImageFormat::WebP || has(b"gAMA"));
            let after = decode(&kept, format).unwrap();
            assert_eq!(after.orientation, Orientation::Rotate90, "{format:?}");
            assert_eq!((after.width, after.height), (60, 80), "{format:?}");
            assert_eq!(after.thumbnail, before.thumbnail);
            assert!(forget_origin(&kept, format, after.orientation) == kept);
        }
    }

    #[test]
    fn what_has_nothing_to_forget_or_cannot_be_walked_stays_as_it_is() {
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            let plain = encoded(format, 33, 21);
            let upright = Orientation::NoTransforms;
            assert!(
                forget_origin(&plain, format, upright) == plain,
                "{format:?}"
            );
            for len in 0..plain.len().min(60) {
                assert!(forget_origin(&plain[..len], format, upright) == plain[..len]);
            }
        }
    }
}
