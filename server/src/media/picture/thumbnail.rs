//! The small picture of a large one.

use arauto_app::domain::MediaProblem;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, RgbImage, RgbaImage};

/// Longest side of a thumbnail, in pixels.
pub(super) const SIDE: u32 = 320;
const QUALITY: u8 = 80;

/// A thumbnail of a picture that is small already.
pub(super) fn encode(small: RgbImage, orientation: Orientation) -> Result<Vec<u8>, MediaProblem> {
    let mut small = DynamicImage::from(small);
    if small.width().max(small.height()) > SIDE {
        small = small.thumbnail(SIDE, SIDE);
    }
    small.apply_orientation(orientation);
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode_image(&small)
        .map_err(|_| MediaProblem::Broken)?;
    Ok(jpeg)
}

/// JPEG knows no transparency: what is transparent becomes white, the colour of most phones'
/// background.
pub(super) fn on_white(picture: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        image::Rgb(opaque(&picture.get_pixel(x, y).0))
    })
}

/// A pixel of one to four channels on white.
fn opaque(pixel: &[u8]) -> [u8; 3] {
    let blend = |channel: u8, alpha: u8| {
        let mixed = u32::from(channel) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
        u8::try_from(mixed / 255).unwrap_or(u8::MAX)
    };
    match *pixel {
        [gray] => [gray; 3],
        [gray, alpha] => [blend(gray, alpha); 3],
        [r, g, b] => [r, g, b],
        [r, g, b, alpha, ..] => [blend(r, alpha), blend(g, alpha), blend(b, alpha)],
        [] => [255; 3],
    }
}

/// Makes a picture smaller while its rows come: each of its pixels is the average of a square.
pub(super) struct Shrinker {
    width: u32,
    channels: usize,
    /// Pixels of a square's side.
    square: u32,
    /// Of the squares that rows are added to: the sum of each channel.
    sums: Vec<[u32; 3]>,
    /// Rows that were added.
    rows: u32,
    small: Vec<u8>,
    small_width: u32,
}

impl Shrinker {
    /// For a picture of this size, with so many bytes a pixel.
    pub(super) fn new(width: u32, height: u32, channels: usize) -> Self {
        // What is left to do is at most a half.
        let square = (width.max(height) / (2 * SIDE)).max(1);
        let small_width = width.div_ceil(square);
        Self {
            width,
            channels,
            square,
            sums: vec![[0; 3]; small_width as usize],
            rows: 0,
            small: Vec::new(),
            small_width,
        }
    }

    /// Adds the next row.
    pub(super) fn row(&mut self, row: &[u8]) {
        let squares = row.chunks(self.channels * self.square as usize);
        for (sum, square) in self.sums.iter_mut().zip(squares) {
            for pixel in square.chunks_exact(self.channels) {
                for (sum, channel) in sum.iter_mut().zip(opaque(pixel)) {
                    *sum += u32::from(channel);
                }
            }
        }
        self.rows += 1;
        if self.rows == self.square {
            self.settle();
        }
    }

    /// Ends the squares that rows were added to.
    fn settle(&mut self) {
        if self.rows == 0 {
            return;
        }
        for (place, sum) in (0..).zip(&mut self.sums) {
            let columns = self.square.min(self.width - place * self.square);
            let pixels = columns * self.rows;
            let average = std::mem::take(sum).map(|sum| sum / pixels);
            let average = average.map(|channel| u8::try_from(channel).unwrap_or(u8::MAX));
            self.small.extend_from_slice(&average);
        }
        self.rows = 0;
    }

    /// The small picture of the rows that came.
    pub(super) fn finish(mut self) -> RgbImage {
        self.settle();
        let row = 3 * self.sums.len();
        let height = u32::try_from(self.small.len() / row.max(1)).unwrap_or(0);
        RgbImage::from_raw(self.small_width, height, self.small).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pixel_counts_once_and_what_is_transparent_is_white() {
        let (width, height) = (SIDE * 4 + 1, 5);
        let mut shrinker = Shrinker::new(width, height, 4);
        for row in 0..height {
            let pixels = (0..width).flat_map(|column| match (column, row) {
                (_, 4) => [0, 0, 0, 0],
                (0, 0) => [200, 100, 50, 255],
                (column, _) if column == SIDE * 4 => [40, 40, 40, 255],
                _ => [0, 0, 0, 255],
            });
            shrinker.row(&pixels.collect::<Vec<u8>>());
        }
        let small = shrinker.finish();
        assert_eq!((small.width(), small.height()), (SIDE * 2 + 1, 3));
        assert_eq!(small.get_pixel(0, 0).0, [50, 25, 12]);
        assert_eq!(small.get_pixel(1, 0).0, [0; 3]);
        // Squares that the picture ends in are averages of what there is.
        assert_eq!(small.get_pixel(SIDE * 2, 0).0, [40; 3]);
        assert_eq!(small.get_pixel(0, 2).0, [255; 3]);
    }
}
