use image::{DynamicImage, GrayImage};

use super::super::samples::{crc32, encoded, progressive};
use super::*;

const FORMATS: [ImageFormat; 4] = [
    ImageFormat::Jpeg,
    ImageFormat::Png,
    ImageFormat::WebP,
    ImageFormat::Gif,
];

/// The thumbnail as a picture.
fn small(seen: &Picture) -> DynamicImage {
    image::load_from_memory_with_format(&seen.thumbnail, ImageFormat::Jpeg).unwrap()
}

#[test]
fn every_accepted_format_is_measured_and_gets_a_small_jpeg() {
    for format in FORMATS {
        let seen = decode(&encoded(format, 640, 480), format).unwrap();
        assert_eq!((seen.width, seen.height), (640, 480));
        let small = small(&seen);
        assert_eq!((small.width(), small.height()), (320, 240), "{format:?}");
    }
}

#[test]
fn a_large_picture_looks_the_same_when_it_is_small() {
    let colours = |x: u32| [200, 120, 40].map(|most: u32| u8::try_from(most * x / 3000).unwrap());
    let picture = RgbImage::from_fn(3000, 40, |x, _| image::Rgb(colours(x)));
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, format).unwrap();
        let seen = decode(file.get_ref(), format).unwrap();
        assert_eq!((seen.width, seen.height), (3000, 40));
        let small = small(&seen).into_rgb8();
        assert_eq!((small.width(), small.height()), (320, 4), "{format:?}");
        for x in [10, 160, 310] {
            let shown = small.get_pixel(x, 2).0;
            for (shown, meant) in shown.into_iter().zip(colours(x * 3000 / 320)) {
                assert!(
                    shown.abs_diff(meant) < 12,
                    "{format:?}: {shown} for {meant}"
                );
            }
        }
    }
}

#[test]
fn shades_of_gray_and_inks_are_pictures_too() {
    let mut gray = Cursor::new(Vec::new());
    GrayImage::from_pixel(500, 400, image::Luma([90]))
        .write_to(&mut gray, ImageFormat::Jpeg)
        .unwrap();
    let seen = decode(gray.get_ref(), ImageFormat::Jpeg).unwrap();
    let [r, g, b] = small(&seen).into_rgb8().get_pixel(9, 9).0;
    assert!(r.abs_diff(90) < 3 && g == r && b == r, "{r} {g} {b}");
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

/// A PNG that says that it has this size.
fn png_of(width: u32, height: u32, interlaced: bool) -> Vec<u8> {
    let mut file = encoded(ImageFormat::Png, 8, 8);
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    file[28] = u8::from(interlaced);
    let checksum = crc32(&file[12..29]);
    file[29..33].copy_from_slice(&checksum.to_be_bytes());
    file
}

#[test]
fn a_small_file_that_claims_a_huge_picture_is_refused_unread() {
    for (width, height) in [(100_000, 100_000), (60_000_000, 1), (u32::MAX, u32::MAX)] {
        let answer = decode(&png_of(width, height, false), ImageFormat::Png).map(|_| ());
        let limit = MAX_PIXELS;
        assert_eq!(answer, Err(MediaProblem::TooManyPixels { limit }));
    }
}

#[test]
fn what_must_be_held_whole_may_be_as_large_as_the_memory_for_it() {
    let most = WORKING_MEMORY / 4;
    let file = png_of(8_000, 8_000, true);
    let answer = working_memory(&file, ImageFormat::Png);
    assert_eq!(answer, Err(MediaProblem::TooManyPixels { limit: most }));
    let fits = working_memory(&png_of(4_000, 4_000, true), ImageFormat::Png);
    assert_eq!(fits, Ok(64_000_000));
    let rows = working_memory(&png_of(8_000, 8_000, false), ImageFormat::Png);
    assert_eq!(rows, Ok(0));
}

#[test]
fn coefficients_of_a_progressive_picture_are_counted() {
    let file = progressive(640, 480);
    let seen = decode(&file, ImageFormat::Jpeg).unwrap();
    assert_eq!((seen.width, seen.height), (640, 480));
    // One component.
    let held = working_memory(&file, ImageFormat::Jpeg);
    assert_eq!(held, Ok(640 * 480 * 2));
    let baseline = working_memory(&encoded(ImageFormat::Jpeg, 640, 480), ImageFormat::Jpeg);
    assert_eq!(baseline, Ok(0));
}
