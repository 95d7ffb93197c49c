//! The outline of a JPEG: what comes before the picture's data, segment by segment.

use std::ops::Range;

/// Begins the data of a picture.
const START_OF_SCAN: u8 = 0xda;

/// Where the segments before the first scan are (ITU T.81, B.1.1.4), each with its marker, and where that
/// scan begins; `None` where one of them goes beyond the file's end.
pub(super) fn segments(file: &[u8]) -> Option<(Vec<Range<usize>>, usize)> {
    let mut segments = Vec::new();
    let mut at = 2;
    loop {
        match file.get(at..)? {
            // Markers may be preceded by any number of fill bytes (B.1.1.2).
            [0xff, 0xff, ..] => at += 1,
            [0xff, START_OF_SCAN, ..] => return Some((segments, at)),
            [0xff, _, high, low, ..] => {
                let end = at + 2 + usize::from(u16::from_be_bytes([*high, *low]));
                file.get(at..end)?;
                segments.push(at..end);
                at = end;
            }
            _ => return None,
        }
    }
}

/// Where the picture ends whose first scan begins at `scan`: after the first end-of-image marker, which
/// cannot occur within the data of scans (B.1.1.5).
pub(super) fn end(file: &[u8], scan: usize) -> Option<usize> {
    let scans = file.get(scan..)?;
    let end = scans.windows(2).position(|pair| pair == [0xff, 0xd9]);
    end.map(|end| scan + end + 2)
}
