//! What cameras write into pictures besides the picture: above all where they were taken.

use image::metadata::Orientation;

/// The same picture without anything that tells where, when and with what it was taken. Which way is up
/// stays, and so do colours; nothing is encoded again. The file is a whole JPEG: it was decoded before.
pub(super) fn forget_origin(file: &[u8], orientation: Orientation) -> Vec<u8> {
    let Some((segments, scan)) = segments(file) else {
        return file.to_vec();
    };
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
    kept
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
    if orientation == Orientation::NoTransforms {
        return None;
    }
    let mut segment = vec![0xff, 0xe1, 0, 34];
    segment.extend_from_slice(b"Exif\0\0MM\0\x2a\0\0\0\x08");
    // One entry: tag 0x0112, one SHORT (TIFF 6.0).
    segment.extend_from_slice(&[0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1]);
    segment.extend_from_slice(&[0, orientation.to_exif(), 0, 0, 0, 0, 0, 0]);
    Some(segment)
}

#[cfg(test)]
mod tests {
    use super::super::picture::decode;
    use super::super::samples::{jpeg, jpeg_with};
    use super::*;
    use image::ImageFormat;

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

        let kept = forget_origin(&file, before.orientation);
        let has = |wanted: &[u8]| kept.windows(wanted.len()).any(|part| part == wanted);
        assert!(!has(b"GPS"));
        assert!(has(b"colours"));
        let after = decode(&kept, ImageFormat::Jpeg).unwrap();
        assert_eq!((after.width, after.height), (60, 80));
        assert_eq!(after.thumbnail, before.thumbnail);
        let pixels = |file: &[u8]| image::load_from_memory(file).unwrap().into_rgb8();
        assert!(pixels(&file) == pixels(&kept));
        // What has nothing to forget stays as it is.
        assert!(forget_origin(&kept, after.orientation) == kept);
        let plain = jpeg(80, 60);
        assert!(forget_origin(&plain, Orientation::NoTransforms) == plain);
    }
}
