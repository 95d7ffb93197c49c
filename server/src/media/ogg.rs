//! Ogg files (RFC 3533) with Opus in them (RFC 7845): what WhatsApp records as a voice note.

use arauto_app::domain::{ForeignFormat, MediaProblem};

use super::bytes::{u16_le, u32_le, u64_le};

/// A page without its segment table.
const HEADER: usize = 27;
/// Opus counts in samples of 48 kHz, whatever it was recorded with.
const SAMPLES_PER_MILLISECOND: u64 = 48;

/// How long the file plays, in milliseconds. Every page is proved by its checksum, and the last one
/// must end with the file.
pub(super) fn duration(file: &[u8]) -> Result<u64, MediaProblem> {
    let mut rest = file;
    let mut stream = None;
    let mut pre_skip = 0;
    let mut last = 0;
    while !rest.is_empty() {
        let page = Page::read(rest).ok_or(MediaProblem::Broken)?;
        match stream {
            None => {
                pre_skip = u64::from(opus_pre_skip(page.body)?);
                stream = Some(page.serial);
            }
            // A picture or a second stream beside the sound.
            Some(serial) if serial != page.serial => return Err(foreign()),
            Some(_) => {}
        }
        // No packet ends on a page without a position.
        if page.position != u64::MAX {
            last = page.position;
        }
        rest = rest.get(page.len..).unwrap_or_default();
    }
    match last.saturating_sub(pre_skip) / SAMPLES_PER_MILLISECOND {
        0 => Err(MediaProblem::Broken),
        millis => Ok(millis),
    }
}

/// Looks at the first page alone: whether it begins with Opus.
pub(super) fn begin(file: &[u8]) -> Result<(), MediaProblem> {
    let page = Page::read(file).ok_or(MediaProblem::Broken)?;
    opus_pre_skip(page.body).map(drop)
}

fn foreign() -> MediaProblem {
    MediaProblem::Unplayable {
        format: ForeignFormat::OggWithoutOpus,
    }
}

/// How many samples of the beginning are not played, of the identification header (RFC 7845, 5.1).
fn opus_pre_skip(first: &[u8]) -> Result<u16, MediaProblem> {
    if !first.starts_with(b"OpusHead") {
        return Err(foreign());
    }
    u16_le(first, 10).ok_or(MediaProblem::Broken)
}

struct Page<'a> {
    position: u64,
    serial: u32,
    body: &'a [u8],
    /// Of the whole page.
    len: usize,
}

impl<'a> Page<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        if !bytes.starts_with(b"OggS\0") {
            return None;
        }
        let segments = usize::from(*bytes.get(26)?);
        let table = bytes.get(HEADER..HEADER + segments)?;
        let begin = HEADER + segments;
        let len = begin + table.iter().map(|len| usize::from(*len)).sum::<usize>();
        let page = bytes.get(..len)?;
        (checksum(page) == u32_le(page, 22)?).then_some(())?;
        Some(Self {
            position: u64_le(page, 6)?,
            serial: u32_le(page, 14)?,
            body: page.get(begin..)?,
            len,
        })
    }
}

/// The checksum of a page, whose own field counts as zero (RFC 3533, 6).
pub(super) fn checksum(page: &[u8]) -> u32 {
    page.iter().enumerate().fold(0, |crc, (at, byte)| {
        let byte = if (22..26).contains(&at) { 0 } else { *byte };
        let [top, ..] = crc.to_be_bytes();
        (crc << 8) ^ TABLE[usize::from(top ^ byte)]
    })
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "the index of a table of 256"
)]
const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut crc = (index as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x8000_0000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x04c1_1db7
            };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
};
