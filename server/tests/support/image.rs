//! Images made on the spot.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

/// A PNG of this size: a gradient, so that a thumbnail can be told from a blank.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let shade = |value: u32, of: u32| u8::try_from(value * 255 / of).unwrap_or(u8::MAX);
    let picture = RgbImage::from_fn(width, height, |x, y| {
        Rgb([shade(x, width), shade(y, height), 96])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a picture can be encoded");
    bytes.into_inner()
}
