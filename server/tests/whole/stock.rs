//! Files of every kind, each different: about two megabytes of each on average.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};

use crate::files::{Film, atom, encoded, jpeg, mp3, mp4, pdf, voice, zip};

/// A megabyte.
const MB: usize = 1_000_000;

/// What files are made of.
pub struct Stock {
    photo: Vec<u8>,
    large_photo: Vec<u8>,
    drawing: Vec<u8>,
}

impl Default for Stock {
    fn default() -> Self {
        Self {
            photo: jpeg(3_000, 2_250),
            large_photo: sky(8_160, 6_120),
            drawing: encoded(ImageFormat::Png, 1_600, 1_200),
        }
    }
}

/// What the file with this number is called.
pub fn name_of(number: usize) -> String {
    let extension = [
        "jpg", "jpg", "jpg", "png", "webp", "mp4", "ogg", "mp3", "pdf", "csv",
    ];
    format!("arquivo {number}.{}", extension[number % 10])
}

impl Stock {
    /// The file with this number. Nothing in it tells where it was made, so it is kept as it is.
    pub fn file(&self, number: usize) -> Vec<u8> {
        let sign = format!("file {number}");
        let size = 1 + number / 10 % 7;
        match number % 10 {
            0 if number.is_multiple_of(30) => marked(&self.large_photo, &sign),
            0..3 => marked(&self.photo, &sign),
            3 => drawn(&self.drawing, &sign),
            4 => encoded(ImageFormat::WebP, 300 + u32::try_from(number).unwrap(), 400),
            5 => film(u32::try_from(number).unwrap(), size * MB),
            6 => voice(u64::try_from(number).unwrap()),
            7 => mp3(1_000 * size + number),
            8 => [pdf(3), padding(&sign, size * MB), b"\n%%EOF\n".to_vec()].concat(),
            _ if number % 20 == 9 => zip(&[&sign, "outro"]),
            _ => padding(&sign, size * MB),
        }
    }
}

/// A JPEG of the most pixels that phones make, on which little is to be seen.
fn sky(width: u32, height: u32) -> Vec<u8> {
    let shade = |y: u32| u8::try_from(255 * y / height).unwrap();
    let picture = RgbImage::from_fn(width, height, |_, y| image::Rgb([shade(y), shade(y), 250]));
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Jpeg).unwrap();
    file.into_inner()
}

/// A video in which nobody noted where it was recorded.
fn film(millis: u32, bytes: usize) -> Vec<u8> {
    let mut file = mp4(Film {
        millis,
        ..Film::H264
    });
    let notes = file.windows(4).position(|kind| kind == b"udta").unwrap();
    file[notes..notes + 4].copy_from_slice(b"free");
    file.extend_from_slice(&atom(*b"mdat", &vec![7; bytes]));
    file
}

/// A line, again and again.
fn padding(line: &str, bytes: usize) -> Vec<u8> {
    let line = format!("%{line};um;dois;tres\n").into_bytes();
    line.repeat(bytes / line.len())
}

/// A JPEG with a note in a segment of JFIF's own (ITU T.871, 10.2), which is kept.
fn marked(jpeg: &[u8], note: &str) -> Vec<u8> {
    let len = u16::try_from(note.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe0], &len, note.as_bytes(), &jpeg[2..]].concat()
}

/// A PNG with a note in a chunk of its own, behind its header.
fn drawn(png: &[u8], note: &str) -> Vec<u8> {
    const HEADER: usize = 8 + 25;
    let mut chunk = u32::try_from(note.len()).unwrap().to_be_bytes().to_vec();
    chunk.extend_from_slice(b"noTe");
    chunk.extend_from_slice(note.as_bytes());
    let checksum = crate::files::crc32(&chunk[4..]);
    chunk.extend_from_slice(&checksum.to_be_bytes());
    [&png[..HEADER], &chunk, &png[HEADER..]].concat()
}
