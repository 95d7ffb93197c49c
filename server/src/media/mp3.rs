//! MP3 files: frames one after the other (ISO/IEC 11172-3), often with tags around them.

use arauto_app::domain::MediaProblem;

/// Fewer frames than this prove nothing: other bytes look like one by chance.
const MIN_FRAMES: u32 = 3;

/// How long the file plays, in milliseconds, by walking its frames. What no frame covers may be a
/// tenth at most: players skip it, a file that is something else has more.
pub(super) fn duration(file: &[u8]) -> Result<u64, MediaProblem> {
    let mut at = tag_before(file);
    let sound = file.len().saturating_sub(at);
    let (mut frames, mut covered, mut micros) = (0_u32, 0_usize, 0_u64);
    while let Some(rest) = file.get(at..).filter(|rest| rest.len() >= 4) {
        match frame(rest) {
            Some(frame) => {
                frames += 1;
                covered += frame.len.min(rest.len());
                micros += frame.micros;
                at += frame.len;
            }
            None if is_tag_after(rest) => {
                covered += rest.len();
                break;
            }
            None => at += 1,
        }
    }
    if frames < MIN_FRAMES || covered < sound / 10 * 9 {
        return Err(MediaProblem::Broken);
    }
    Ok(micros / 1000)
}

/// How many bytes an `ID3v2` tag takes (its size is written in seven bits per byte).
fn tag_before(file: &[u8]) -> usize {
    match file {
        [b'I', b'D', b'3', _, _, flags, a, b, c, d, ..] => {
            let size = [*a, *b, *c, *d]
                .iter()
                .fold(0, |size, byte| size << 7 | usize::from(byte & 0x7f));
            let footer = if flags & 0x10 == 0 { 0 } else { 10 };
            10 + size + footer
        }
        _ => 0,
    }
}

fn is_tag_after(rest: &[u8]) -> bool {
    (rest.starts_with(b"TAG") && rest.len() == 128) || rest.starts_with(b"APETAGEX")
}

struct Frame {
    len: usize,
    micros: u64,
}

/// The frame whose header `bytes` begin with.
fn frame(bytes: &[u8]) -> Option<Frame> {
    /// Thousands of bits per second of layer 3, MPEG 1 and MPEG 2.
    const RATES: [[u16; 14]; 2] = [
        [
            32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
        ],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];
    let &[0xff, second, third, _, ..] = bytes else {
        return None;
    };
    if second & 0xe6 != 0xe2 {
        // No synchronisation, or another layer than the third.
        return None;
    }
    let (rates, samples, divisor) = match second >> 3 & 3 {
        3 => (&RATES[0], 1152, 1),
        2 => (&RATES[1], 576, 2),
        0 => (&RATES[1], 576, 4),
        _ => return None,
    };
    let rate = u64::from(*rates.get(usize::from(third >> 4).checked_sub(1)?)?) * 1000;
    let frequency = [44_100_u64, 48_000, 32_000].get(usize::from(third >> 2 & 3))? / divisor;
    let padding = u64::from(third >> 1 & 1);
    let len = samples / 8 * rate / frequency + padding;
    Some(Frame {
        len: usize::try_from(len).ok()?,
        micros: samples * 1_000_000 / frequency,
    })
}
