//! Files of every kind, made on the spot: as small as they can be, and whole.
#![allow(dead_code, reason = "each test program uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "what a test makes is small and fits"
)]

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage};

/// A picture that is different for each size.
pub fn encoded(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([(x % 251) as u8, (y % 241) as u8, ((x * y) % 239) as u8])
    });
    let mut file = Cursor::new(Vec::new());
    let picture = DynamicImage::from(picture);
    // The encoder of GIF takes no picture without transparency.
    let picture = match format {
        ImageFormat::Gif => DynamicImage::from(picture.into_rgba8()),
        _ => picture,
    };
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// See [`encoded`].
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encoded(ImageFormat::Jpeg, width, height)
}

/// A grey JPEG that comes in scans (ITU T.81, annex G), of which there is one.
pub fn progressive(width: u16, height: u16) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8, 0xff, 0xdb, 0, 67, 0];
    file.extend_from_slice(&[1; 64]);
    file.extend_from_slice(&[0xff, 0xc2, 0, 11, 8]);
    file.extend_from_slice(&height.to_be_bytes());
    file.extend_from_slice(&width.to_be_bytes());
    file.extend_from_slice(&[1, 1, 0x11, 0]);
    // One code, a single bit: nothing differs from the block before.
    file.extend_from_slice(&[0xff, 0xc4, 0, 20, 0, 1]);
    file.extend_from_slice(&[0; 16]);
    file.extend_from_slice(&[0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0]);
    let blocks = usize::from(width).div_ceil(8) * usize::from(height).div_ceil(8);
    file.resize(file.len() + blocks.div_ceil(8), 0);
    file.extend_from_slice(&[0xff, 0xd9]);
    file
}

/// A JPEG of 80 by 60 pixels with these segments, by marker, before everything else.
pub fn jpeg_with(segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut before = vec![0xff, 0xd8];
    for (marker, content) in segments {
        before.extend_from_slice(&[0xff, *marker]);
        before.extend_from_slice(&(content.len() as u16 + 2).to_be_bytes());
        before.extend_from_slice(content);
    }
    before.extend_from_slice(&jpeg(80, 60)[2..]);
    before
}

/// The checksum of PNG's chunks (ISO 15948, annex D) and of archives.
pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    })
}

/// An archive of entries with these names, each as its own content.
pub fn zip(entries: &[&str]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for name in entries {
        let len = name.len() as u32;
        let mut facts = vec![0; 10];
        facts.extend_from_slice(&crc32(name.as_bytes()).to_le_bytes());
        facts.extend_from_slice(&len.to_le_bytes());
        facts.extend_from_slice(&len.to_le_bytes());
        facts.extend_from_slice(&(len as u16).to_le_bytes());
        facts.extend_from_slice(&[0, 0]);
        directory.extend_from_slice(b"PK\x01\x02\0\0");
        directory.extend_from_slice(&facts);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&(file.len() as u32).to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
        file.extend_from_slice(b"PK\x03\x04");
        file.extend_from_slice(&facts);
        file.extend_from_slice(name.as_bytes());
        file.extend_from_slice(name.as_bytes());
    }
    let offset = file.len() as u32;
    file.extend_from_slice(&directory);
    file.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    file.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    file.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    file.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    file.extend_from_slice(&offset.to_le_bytes());
    file.extend_from_slice(&[0, 0]);
    file
}

/// A PDF of so many empty pages.
pub fn pdf(pages: usize) -> Vec<u8> {
    let numbers = 3..pages + 3;
    let kids: Vec<String> = numbers
        .clone()
        .map(|number| format!("{number} 0 R"))
        .collect();
    let kids = kids.join(" ");
    let mut parts = vec![
        "%PDF-1.4".to_owned(),
        "1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj".to_owned(),
        format!("2 0 obj <</Type /Pages /Kids [{kids}] /Count {pages}>> endobj"),
    ];
    parts.extend(
        numbers.map(|number| format!("{number} 0 obj <</Type /Page /Parent 2 0 R>> endobj")),
    );
    parts.push("trailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF\n".to_owned());
    parts.join("\n").into_bytes()
}

/// A box of an MP4.
pub fn atom(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut atom = (body.len() as u32 + 8).to_be_bytes().to_vec();
    atom.extend_from_slice(&kind);
    atom.extend_from_slice(body);
    atom
}

/// What an [`mp4`] is made of.
#[derive(Clone, Copy)]
pub struct Film {
    /// The codec of its picture; none for sound alone.
    pub picture: Option<[u8; 4]>,
    /// H.264's profile.
    pub profile: u8,
    /// Whether it was taken sideways.
    pub sideways: bool,
    /// How long it plays, in milliseconds.
    pub millis: u32,
}

impl Film {
    /// 640 by 360 pixels in H.264, for seven and a half seconds.
    pub const H264: Self = Self {
        picture: Some(*b"avc1"),
        profile: 100,
        sideways: false,
        millis: 7_500,
    };
    /// Sound alone, for ninety seconds.
    pub const SOUND: Self = Self {
        picture: None,
        millis: 90_000,
        ..Self::H264
    };
}

/// An MP4 whose boxes say what they should, around samples that are none. It was recorded at a place.
pub fn mp4(film: Film) -> Vec<u8> {
    let mut movie = vec![0; 12];
    movie.extend_from_slice(&1000_u32.to_be_bytes());
    movie.extend_from_slice(&film.millis.to_be_bytes());
    movie.extend_from_slice(&[0; 80]);
    let mut moov = atom(*b"mvhd", &movie);
    if let Some(codec) = film.picture {
        let mut sample = vec![0; 78];
        sample.extend_from_slice(&atom(*b"avcC", &[1, film.profile, 0, 30]));
        moov.extend_from_slice(&track(*b"vide", &atom(codec, &sample), film.sideways));
    }
    moov.extend_from_slice(&track(*b"soun", &atom(*b"mp4a", &[0; 28]), false));
    let place = atom(*b"\xa9xyz", b"\0\x12\x15\xc7-23.5505-046.6333/");
    moov.extend_from_slice(&atom(*b"udta", &place));
    [
        atom(*b"ftyp", b"isom\0\0\x02\0isomavc1"),
        atom(*b"moov", &moov),
        atom(*b"mdat", &film.millis.to_be_bytes().repeat(50)),
    ]
    .concat()
}

fn track(handler: [u8; 4], sample: &[u8], sideways: bool) -> Vec<u8> {
    let mut header = vec![0; 40];
    let one = 0x0001_0000_u32;
    let matrix = if sideways {
        [0, one, 0, one.wrapping_neg(), 0, 0, 0, 0, 0x4000_0000]
    } else {
        [one, 0, 0, 0, one, 0, 0, 0, 0x4000_0000]
    };
    for number in matrix.into_iter().chain([640 << 16, 360 << 16]) {
        header.extend_from_slice(&number.to_be_bytes());
    }
    let mut described = vec![0, 0, 0, 0, 0, 0, 0, 1];
    described.extend_from_slice(sample);
    let table = atom(*b"stbl", &atom(*b"stsd", &described));
    let mut kind = vec![0; 8];
    kind.extend_from_slice(&handler);
    kind.extend_from_slice(&[0; 13]);
    let media = [atom(*b"hdlr", &kind), atom(*b"minf", &table)].concat();
    let track = [atom(*b"tkhd", &header), atom(*b"mdia", &media)].concat();
    atom(*b"trak", &track)
}

/// A voice note: Opus in Ogg, of so many milliseconds.
pub fn voice(millis: u64) -> Vec<u8> {
    const PRE_SKIP: u16 = 312;
    let mut head = b"OpusHead\x01\x01".to_vec();
    head.extend_from_slice(&PRE_SKIP.to_le_bytes());
    head.extend_from_slice(&[0x80, 0xbb, 0, 0, 0, 0, 0]);
    let end = millis * 48 + u64::from(PRE_SKIP);
    [
        ogg_page(2, 0, 0, &head),
        ogg_page(0, 0, 1, b"OpusTags\0\0\0\0\0\0\0\0"),
        ogg_page(4, end, 2, &[0xfc; 200]),
    ]
    .concat()
}

/// A page of an Ogg file with one packet of fewer than 255 bytes.
pub fn ogg_page(flags: u8, position: u64, number: u32, packet: &[u8]) -> Vec<u8> {
    let mut page = vec![b'O', b'g', b'g', b'S', 0, flags];
    page.extend_from_slice(&position.to_le_bytes());
    page.extend_from_slice(&7_u32.to_le_bytes());
    page.extend_from_slice(&number.to_le_bytes());
    page.extend_from_slice(&[0, 0, 0, 0, 1, packet.len() as u8]);
    page.extend_from_slice(packet);
    let checksum = page.iter().fold(0_u32, |crc, byte| {
        (0..8).fold(crc ^ (u32::from(*byte) << 24), |crc, _| {
            (crc << 1) ^ (0x04c1_1db7 * (crc >> 31))
        })
    });
    page[22..26].copy_from_slice(&checksum.to_le_bytes());
    page
}

/// An MP3 of so many frames of 128 kbit/s at 44.1 kHz, with tags before and after them.
pub fn mp3(frames: usize) -> Vec<u8> {
    let mut file = b"ID3\x04\0\0\0\0\0\x0atag-before".to_vec();
    file.truncate(20);
    for _ in 0..frames {
        file.extend_from_slice(&[0xff, 0xfb, 0x90, 0x64]);
        file.extend_from_slice(&[0; 413]);
    }
    file.extend_from_slice(b"TAG");
    file.extend_from_slice(&[0; 125]);
    file
}
