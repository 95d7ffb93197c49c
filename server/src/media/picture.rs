//! Pictures: decoding proves them, and makes a small one. Where the format allows it, that takes memory
//! that does not grow with the picture; where it does not, pictures may be only as large as the memory
//! that there is for one.

mod held;
mod jpeg;
mod png;
mod thumbnail;

use std::io::Cursor;

use arauto_app::domain::MediaProblem;
use image::codecs::gif::GifDecoder;
use image::metadata::Orientation;
use image::{AnimationDecoder, ImageFormat, RgbImage};

/// Most pixels of an image. A picture from the largest common camera of a phone (50 megapixels)
/// passes; a few kilobytes that unpack into gigabytes do not.
pub const MAX_PIXELS: u64 = 64_000_000;
/// The most bytes that decoding a picture may take besides the file, for a while.
pub const WORKING_MEMORY: u64 = 64 * 1024 * 1024;
/// Longest side of an image, in pixels: what a JPEG can have (ITU T.81, B.2.2).
const MAX_SIDE: u32 = 65_535;
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

/// What a file's header says of the picture.
#[derive(Clone, Copy, Debug)]
struct Header {
    /// Width in pixels, as stored.
    width: u32,
    /// Height in pixels, as stored.
    height: u32,
    /// What decoding holds of it.
    holding: Holding,
}

/// What decoding holds of a picture: so many bytes for so many pixels.
#[derive(Clone, Copy, Debug)]
struct Holding {
    bytes: u64,
    of_pixels: u64,
}

impl Holding {
    /// A few rows.
    const ROWS: Self = Self::per_pixel(0);

    /// So many bytes of each pixel.
    const fn per_pixel(bytes: u64) -> Self {
        Self {
            bytes,
            of_pixels: 1,
        }
    }

    /// The most pixels of a picture of which so much is held.
    fn most_pixels(self) -> u64 {
        let fitting = (WORKING_MEMORY * self.of_pixels).checked_div(self.bytes);
        fitting.map_or(MAX_PIXELS, |pixels| pixels.min(MAX_PIXELS))
    }
}

/// What was decoded: nearly as small as a thumbnail, and without transparency.
struct Decoded {
    small: RgbImage,
    orientation: Orientation,
}

/// How many bytes decoding takes for a while, besides the file: at most [`WORKING_MEMORY`].
///
/// # Errors
/// When the picture is none, or larger than what can be looked at.
pub(super) fn working_memory(file: &[u8], format: ImageFormat) -> Result<u64, MediaProblem> {
    let Header {
        width,
        height,
        holding,
    } = header(file, format)?;
    let pixels = u64::from(width) * u64::from(height);
    let limit = holding.most_pixels();
    if pixels == 0 {
        return Err(MediaProblem::Broken);
    }
    if pixels > limit || width.max(height) > MAX_SIDE {
        return Err(MediaProblem::TooManyPixels { limit });
    }
    Ok(pixels * holding.bytes / holding.of_pixels)
}

fn header(file: &[u8], format: ImageFormat) -> Result<Header, MediaProblem> {
    match format {
        ImageFormat::Jpeg => jpeg::header(file),
        ImageFormat::Png => png::header(file),
        _ => held::header(file, format),
    }
}

/// Decodes the whole file; of one that moves, its first picture.
pub(super) fn decode(file: &[u8], format: ImageFormat) -> Result<Picture, MediaProblem> {
    if format == ImageFormat::Gif && file.last() != Some(&GIF_TRAILER) {
        return Err(MediaProblem::Broken);
    }
    working_memory(file, format)?;
    let Header { width, height, .. } = header(file, format)?;
    let Decoded { small, orientation } = match format {
        ImageFormat::Jpeg => jpeg::decode(file)?,
        ImageFormat::Png => png::decode(file)?,
        _ => held::decode(file, format)?,
    };
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
        thumbnail: thumbnail::encode(small, orientation)?,
    })
}

/// Whether a GIF has more than one picture.
pub(super) fn moves(gif: &[u8]) -> bool {
    let Ok(decoder) = GifDecoder::new(Cursor::new(gif)) else {
        return false;
    };
    matches!(decoder.into_frames().nth(1), Some(Ok(_)))
}

#[cfg(test)]
mod tests;
