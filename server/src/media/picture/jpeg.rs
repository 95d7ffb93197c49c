//! JPEG, decoded at an eighth of its size where that is enough: every bit is read all the same.

use arauto_app::domain::MediaProblem;
use image::metadata::Orientation;
use image::{GrayImage, RgbImage};
use jpeg_decoder::{CodingProcess, Decoder, PixelFormat};

use super::{Decoded, Header, Holding, WORKING_MEMORY, thumbnail};
use crate::media::jpeg_segments::{end, segments};

/// Bytes of a coefficient.
const COEFFICIENT: u64 = 2;

/// What the frame header says (ITU T.81, B.2.2).
pub(super) fn header(file: &[u8]) -> Result<Header, MediaProblem> {
    let (segments, _) = segments(file).ok_or(MediaProblem::Broken)?;
    let mut segments = segments.into_iter().map(|segment| &file[segment]);
    let frame = segments.find(|segment| is_frame(segment));
    frame.and_then(read).ok_or(MediaProblem::Broken)
}

/// Whether a segment is a frame header: its marker is one of sixteen, of which three are something else.
fn is_frame(segment: &[u8]) -> bool {
    matches!(segment, [_, 0xc0..=0xcf, ..]) && !matches!(segment, [_, 0xc4 | 0xc8 | 0xcc, ..])
}

fn read(frame: &[u8]) -> Option<Header> {
    let [_, marker, _, _, _, h1, h2, w1, w2, _, components @ ..] = frame else {
        return None;
    };
    // Progressive ones are complete only after the last scan, so all coefficients are held.
    let is_progressive = matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce);
    let holding = if is_progressive {
        coefficients(components)?
    } else {
        Holding::ROWS
    };
    Some(Header {
        width: u16::from_be_bytes([*w1, *w2]).into(),
        height: u16::from_be_bytes([*h1, *h2]).into(),
        holding,
    })
}

/// How many coefficients there are: components may have fewer than the picture has pixels.
fn coefficients(components: &[u8]) -> Option<Holding> {
    let factors = components.chunks_exact(3).map(|component| {
        let [horizontal, vertical] = [component[1] >> 4, component[1] & 0xf];
        (u64::from(horizontal), u64::from(vertical))
    });
    let most = |a: (u64, u64), b: (u64, u64)| (a.0.max(b.0), a.1.max(b.1));
    let (widest, highest) = factors.clone().reduce(most)?;
    let of_pixels = widest * highest;
    let bytes = COEFFICIENT * factors.map(|(across, down)| across * down).sum::<u64>();
    (bytes > 0).then_some(Holding { bytes, of_pixels })
}

pub(super) fn decode(file: &[u8]) -> Result<Decoded, MediaProblem> {
    let (_, scan) = segments(file).ok_or(MediaProblem::Broken)?;
    // What is missing would be drawn grey. What follows the end (phones append whole films) does not
    // matter.
    end(file, scan).ok_or(MediaProblem::Broken)?;
    let side = u16::try_from(thumbnail::SIDE).unwrap_or(u16::MAX);
    let mut decoder = Decoder::new(file);
    decoder.set_max_decoding_buffer_size(usize::try_from(WORKING_MEMORY).unwrap_or(usize::MAX));
    let (width, height) = decoder
        .scale(side, side)
        .map_err(|_| MediaProblem::Broken)?;
    let info = decoder.info().ok_or(MediaProblem::Broken)?;
    // Nothing but a few medical devices writes these, and no phone shows them.
    if info.coding_process == CodingProcess::Lossless {
        return Err(MediaProblem::Broken);
    }
    let pixels = decoder.decode().map_err(|_| MediaProblem::Broken)?;
    let orientation = decoder.exif_data().and_then(Orientation::from_exif_chunk);
    let (width, height) = (u32::from(width), u32::from(height));
    let small = match info.pixel_format {
        PixelFormat::RGB24 => RgbImage::from_raw(width, height, pixels),
        PixelFormat::L8 => GrayImage::from_raw(width, height, pixels)
            .map(|gray| image::DynamicImage::from(gray).into_rgb8()),
        PixelFormat::CMYK32 => RgbImage::from_raw(width, height, without_ink(&pixels)),
        PixelFormat::L16 => None,
    };
    Ok(Decoded {
        small: small.ok_or(MediaProblem::Broken)?,
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
    })
}

/// What shines through four inks.
fn without_ink(pixels: &[u8]) -> Vec<u8> {
    let shine = |ink: u8, black: u8| {
        let light = u16::from(255 - ink) * u16::from(255 - black) / 255;
        u8::try_from(light).unwrap_or(u8::MAX)
    };
    let inks = pixels.chunks_exact(4);
    inks.flat_map(|ink| [ink[0], ink[1], ink[2]].map(|colour| shine(colour, ink[3])))
        .collect()
}
