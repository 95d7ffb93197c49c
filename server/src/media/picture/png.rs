//! PNG, row by row.

use std::io::Cursor;

use arauto_app::domain::MediaProblem;
use image::metadata::Orientation;
use png::{ColorType, Decoder, Reader, Transformations};

use super::thumbnail::Shrinker;
use super::{Decoded, Header, Holding};

/// What chunks besides the picture may take once they are unpacked, in bytes.
const BESIDES: usize = 4 * 1024 * 1024;

type Png<'a> = Reader<Cursor<&'a [u8]>>;

fn open(file: &[u8]) -> Result<Png<'_>, MediaProblem> {
    let mut decoder = Decoder::new(Cursor::new(file));
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    // The pixels are limited before, where a person can be told so.
    decoder.set_limits(png::Limits { bytes: BESIDES });
    decoder.read_info().map_err(|_| MediaProblem::Broken)
}

/// Bytes of a pixel.
fn channels(colours: ColorType) -> usize {
    match colours {
        ColorType::Grayscale | ColorType::Indexed => 1,
        ColorType::GrayscaleAlpha => 2,
        ColorType::Rgb => 3,
        ColorType::Rgba => 4,
    }
}

pub(super) fn header(file: &[u8]) -> Result<Header, MediaProblem> {
    let mut decoder = Decoder::new(Cursor::new(file));
    let info = decoder
        .read_header_info()
        .map_err(|_| MediaProblem::Broken)?;
    // Interlaced ones come in seven passes over the whole picture (ISO 15948, 8.2).
    let holding = if info.interlaced {
        Holding::per_pixel(4)
    } else {
        Holding::ROWS
    };
    Ok(Header {
        width: info.width,
        height: info.height,
        holding,
    })
}

pub(super) fn decode(file: &[u8]) -> Result<Decoded, MediaProblem> {
    let mut png = open(file)?;
    let (width, height) = png.info().size();
    let channels = channels(png.output_color_type().0);
    let mut shrinker = Shrinker::new(width, height, channels);
    if png.info().interlaced {
        let bytes = png.output_buffer_size().ok_or(MediaProblem::Broken)?;
        let mut whole = vec![0; bytes];
        png.next_frame(&mut whole)
            .map_err(|_| MediaProblem::Broken)?;
        let row = usize::try_from(width).unwrap_or(usize::MAX) * channels;
        whole.chunks_exact(row).for_each(|row| shrinker.row(row));
    } else {
        while let Some(row) = png.next_row().map_err(|_| MediaProblem::Broken)? {
            shrinker.row(row.data());
        }
    }
    png.finish().map_err(|_| MediaProblem::Broken)?;
    let exif = png.info().exif_metadata.as_deref();
    let orientation = exif.and_then(Orientation::from_exif_chunk);
    Ok(Decoded {
        small: shrinker.finish(),
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
    })
}
