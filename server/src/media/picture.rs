//! Pictures: decoding proves them, and makes a small one.

use std::io::Cursor;

use arauto_app::domain::MediaProblem;
use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{
    AnimationDecoder, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
    RgbImage,
};

/// Most pixels of an image. A picture from the largest common camera of a phone (50 megapixels)
/// passes; a few kilobytes that unpack into gigabytes do not.
pub const MAX_PIXELS: u64 = 64_000_000;
/// Longest side of a thumbnail, in pixels.
const THUMBNAIL_SIDE: u32 = 320;
const THUMBNAIL_QUALITY: u8 = 80;
/// The byte that ends every GIF (`GIF89a`, 27).
const GIF_TRAILER: u8 = 0x3b;

/// What decoding proved.
#[derive(Debug)]
pub(super) struct Picture {
    /// Width in pixels, as shown: a picture taken sideways is turned first.
    pub(super) width: u32,
    /// Height in pixels, as shown.
    pub(super) height: u32,
    /// How it is turned before it is shown.
    pub(super) orientation: Orientation,
    /// A small JPEG.
    pub(super) thumbnail: Vec<u8>,
}

/// Decodes the whole file; of one that moves, its first picture.
pub(super) fn decode(file: &[u8], format: ImageFormat) -> Result<Picture, MediaProblem> {
    if format == ImageFormat::Jpeg && !jpeg_is_complete(file) {
        return Err(MediaProblem::Broken);
    }
    if format == ImageFormat::Gif && file.last() != Some(&GIF_TRAILER) {
        return Err(MediaProblem::Broken);
    }
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    // The pixels are limited below, where a person can be told so; this bounds what a decoder
    // takes besides.
    let mut limits = Limits::default();
    limits.max_alloc = Some(8 * MAX_PIXELS);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(problem)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(MediaProblem::TooManyPixels);
    }
    // Metadata that cannot be read does not make the picture unreadable.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(problem)?;

    let mut small = picture.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE);
    small.apply_orientation(orientation);
    let sideways = matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    let (width, height) = if sideways {
        (height, width)
    } else {
        (width, height)
    };
    Ok(Picture {
        width,
        height,
        orientation,
        thumbnail: encode_thumbnail(&small)?,
    })
}

/// Whether a GIF has more than one picture.
pub(super) fn moves(gif: &[u8]) -> bool {
    let Ok(decoder) = GifDecoder::new(Cursor::new(gif)) else {
        return false;
    };
    matches!(decoder.into_frames().nth(1), Some(Ok(_)))
}

fn problem(error: ImageError) -> MediaProblem {
    match error {
        ImageError::Limits(_) => MediaProblem::TooManyPixels,
        _ => MediaProblem::Broken,
    }
}

/// Whether the end-of-image marker comes after the scan began. The decoder fills what is missing
/// with grey instead of failing. The marker cannot occur within a scan's data (ITU T.81, B.1.1.5),
/// and what follows the end (phones append whole videos) does not matter.
fn jpeg_is_complete(file: &[u8]) -> bool {
    const START_OF_SCAN: u8 = 0xda;
    // The segments before the scan are walked by their lengths: a thumbnail within the metadata is
    // a whole JPEG of its own.
    let mut rest = file.get(2..).unwrap_or_default();
    while let [0xff, marker, high, low, ..] = *rest {
        if marker == START_OF_SCAN {
            return rest.windows(2).any(|pair| pair == [0xff, 0xd9]);
        }
        // Markers may be preceded by any number of fill bytes (B.1.1.2).
        let segment = match marker {
            0xff => 1,
            _ => 2 + usize::from(u16::from_be_bytes([high, low])),
        };
        rest = rest.get(segment..).unwrap_or_default();
    }
    false
}

/// JPEG knows no transparency: what is transparent becomes white, the colour of most phones'
/// background.
fn encode_thumbnail(picture: &DynamicImage) -> Result<Vec<u8>, MediaProblem> {
    let rgba = picture.to_rgba8();
    let blend = |channel: u8, alpha: u8| {
        let mixed = u32::from(channel) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
        u8::try_from(mixed / 255).unwrap_or(u8::MAX)
    };
    let opaque = RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        image::Rgb([blend(r, a), blend(g, a), blend(b, a)])
    });
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, THUMBNAIL_QUALITY)
        .encode_image(&opaque)
        .map_err(|_| MediaProblem::Broken)?;
    Ok(jpeg)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{crc32, encoded};
    use super::*;

    const FORMATS: [ImageFormat; 4] = [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::WebP,
        ImageFormat::Gif,
    ];

    #[test]
    fn every_accepted_format_is_measured_and_gets_a_small_jpeg() {
        for format in FORMATS {
            let seen = decode(&encoded(format, 640, 480), format).unwrap();
            assert_eq!((seen.width, seen.height), (640, 480));
            let small = image::load_from_memory_with_format(&seen.thumbnail, ImageFormat::Jpeg);
            let small = small.unwrap();
            assert_eq!((small.width(), small.height()), (320, 240), "{format:?}");
        }
    }

    #[test]
    fn a_file_that_ends_early_is_broken_in_every_format() {
        for format in FORMATS {
            let file = encoded(format, 200, 200);
            for share in [3, 50, 90] {
                let cut = file.len() * share / 100;
                let answer = decode(&file[..cut], format).map(|_| ());
                assert_eq!(answer, Err(MediaProblem::Broken), "{format:?} at {share} %");
            }
        }
    }

    #[test]
    fn a_small_file_that_claims_a_huge_picture_is_refused_unread() {
        let mut file = encoded(ImageFormat::Png, 8, 8);
        // The header chunk's width and height, and its checksum.
        file[16..20].copy_from_slice(&100_000u32.to_be_bytes());
        file[20..24].copy_from_slice(&100_000u32.to_be_bytes());
        let checksum = crc32(&file[12..29]);
        file[29..33].copy_from_slice(&checksum.to_be_bytes());
        let answer = decode(&file, ImageFormat::Png).map(|_| ());
        assert_eq!(answer, Err(MediaProblem::TooManyPixels));
    }
}
