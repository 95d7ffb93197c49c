//! How loud a sound is over its length.

use arauto_app::domain::{WAVEFORM_BARS, Waveform};

use super::ffmpeg::WAVEFORM_RATE;

/// Sums up a sound as it is heard.
pub(super) struct Loudness {
    /// How many samples are expected.
    samples: u64,
    heard: u64,
    /// Of each part, the sum of what its samples are away from silence, and how many they are.
    parts: [(u64, u64); WAVEFORM_BARS],
    /// The first half of a sample whose second half is still to come.
    half: Option<u8>,
}

impl Loudness {
    /// A sound of so many milliseconds, of which nothing was heard yet.
    pub(super) fn of(duration_ms: u64) -> Self {
        Self {
            samples: (duration_ms.saturating_mul(u64::from(WAVEFORM_RATE)) / 1000).max(1),
            heard: 0,
            parts: [(0, 0); WAVEFORM_BARS],
            half: None,
        }
    }

    /// Hears more: samples of 16 bits, little-endian, cut anywhere.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let Some(low) = self.half.take() else {
                self.half = Some(*byte);
                continue;
            };
            let sample = i16::from_le_bytes([low, *byte]);
            let bars = WAVEFORM_BARS as u64;
            let part = self.heard.saturating_mul(bars) / self.samples;
            let part = usize::try_from(part).unwrap_or(usize::MAX);
            let (sum, count) = &mut self.parts[part.min(WAVEFORM_BARS - 1)];
            *sum += u64::from(sample.unsigned_abs());
            *count += 1;
            self.heard += 1;
        }
    }

    /// The mean of each part, as a share of the loudest one: the way in which other clients of WhatsApp
    /// reckon it.
    pub(super) fn waveform(&self) -> Waveform {
        let means = self.parts.map(|(sum, count)| sum / count.max(1));
        let loudest = means.iter().copied().max().unwrap_or(0).max(1);
        let most = u64::from(Waveform::LOUDEST);
        Waveform::new(means.map(|mean| u8::try_from(mean * most / loudest).unwrap_or(u8::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_as_loud_as_its_samples_however_they_are_cut() {
        let samples: Vec<u8> = (0..640_i16)
            .map(|at| match at / 10 {
                5 => -20_000,
                6 => 10_000,
                _ => 0,
            })
            .flat_map(i16::to_le_bytes)
            .collect();
        for cut in [1, 3, 64, 2_000] {
            let mut loudness = Loudness::of(80);
            samples.chunks(cut).for_each(|bytes| loudness.feed(bytes));
            let waveform = loudness.waveform();
            let mut expected = [0; WAVEFORM_BARS];
            (expected[5], expected[6]) = (100, 50);
            assert_eq!(waveform.bars(), &expected, "{cut}");
        }
    }

    #[test]
    fn silence_and_what_is_longer_than_told_are_no_trouble() {
        assert_eq!(Loudness::of(0).waveform().bars(), &[0; WAVEFORM_BARS]);
        let mut loudness = Loudness::of(1);
        loudness.feed(&vec![1; 40_000]);
        assert_eq!(loudness.waveform().bars()[WAVEFORM_BARS - 1], 100);
    }
}
