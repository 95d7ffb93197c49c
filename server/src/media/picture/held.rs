//! Pictures that are decoded as a whole.

use std::io::Cursor;

use arauto_app::domain::MediaProblem;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::{Decoded, Header, Holding, WORKING_MEMORY, thumbnail};

/// An animation, a file with an alpha channel of its own: the picture, what it is composed of, and what
/// it is composed on.
const COMPOSED: Holding = Holding::per_pixel(13);
/// WebP with losses: planes of 4:2:0, and the picture (RFC 9649).
const WEBP_LOSSY: Holding = Holding::per_pixel(5);
/// WebP without losses: with an alpha channel, and without.
const WEBP_LOSSLESS: Holding = Holding::per_pixel(8);

pub(super) fn header(file: &[u8], format: ImageFormat) -> Result<Header, MediaProblem> {
    let reader = ImageReader::with_format(Cursor::new(file), format);
    let (width, height) = reader.into_dimensions().map_err(problem)?;
    let holding = match (format, file.get(12..16)) {
        (ImageFormat::WebP, Some(b"VP8 ")) => WEBP_LOSSY,
        (ImageFormat::WebP, Some(b"VP8L")) => WEBP_LOSSLESS,
        _ => COMPOSED,
    };
    Ok(Header {
        width,
        height,
        holding,
    })
}

pub(super) fn decode(file: &[u8], format: ImageFormat) -> Result<Decoded, MediaProblem> {
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    // The pixels are limited before, where a person can be told so; this bounds what a decoder takes
    // besides.
    let mut limits = Limits::default();
    limits.max_alloc = Some(2 * WORKING_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(problem)?;
    // Metadata that cannot be read does not make the picture unreadable.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(problem)?;
    let small = picture.thumbnail(thumbnail::SIDE, thumbnail::SIDE);
    drop(picture);
    Ok(Decoded {
        small: thumbnail::on_white(&small.into_rgba8()),
        orientation,
    })
}

fn problem(error: ImageError) -> MediaProblem {
    match error {
        ImageError::Limits(_) => MediaProblem::TooManyPixels {
            limit: COMPOSED.most_pixels(),
        },
        _ => MediaProblem::Broken,
    }
}
