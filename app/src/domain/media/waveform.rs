//! How loud a voice note is over its length, as WhatsApp draws it.

use serde::{Deserialize, Serialize};

/// How many bars WhatsApp draws of a voice note.
pub const WAVEFORM_BARS: usize = 64;

/// The loudness of as many equal parts of a voice note, each from 0 to 100: the form of the field
/// `waveform` of WhatsApp's `AudioMessage`.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Waveform([u8; WAVEFORM_BARS]);

impl Waveform {
    /// The loudest that a part can be.
    pub const LOUDEST: u8 = 100;

    /// Takes the loudness of each part; what is beyond the loudest counts as that.
    pub fn new(bars: [u8; WAVEFORM_BARS]) -> Self {
        Self(bars.map(|bar| bar.min(Self::LOUDEST)))
    }

    /// The loudness of each part.
    pub const fn bars(&self) -> &[u8; WAVEFORM_BARS] {
        &self.0
    }
}

impl std::fmt::Debug for Waveform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Waveform({})", String::from(*self))
    }
}

impl From<Waveform> for String {
    /// Two hexadecimal digits for each part.
    fn from(waveform: Waveform) -> Self {
        use std::fmt::Write;
        let mut text = Self::with_capacity(2 * WAVEFORM_BARS);
        for bar in waveform.0 {
            // Writing to a text does not fail.
            let _ = write!(text, "{bar:02x}");
        }
        text
    }
}

impl TryFrom<String> for Waveform {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const SHAPE: &str = "a waveform is 128 hexadecimal digits";
        if text.len() != 2 * WAVEFORM_BARS || !text.is_ascii() {
            return Err(SHAPE);
        }
        let mut bars = [0; WAVEFORM_BARS];
        for (index, bar) in bars.iter_mut().enumerate() {
            *bar = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).map_err(|_| SHAPE)?;
        }
        Ok(Self::new(bars))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_text_reads_back_and_nothing_is_louder_than_the_loudest() {
        let mut bars = [0; WAVEFORM_BARS];
        bars[1] = 37;
        bars[63] = 255;
        let waveform = Waveform::new(bars);
        assert_eq!(waveform.bars()[63], Waveform::LOUDEST);
        assert_eq!(Waveform::try_from(String::from(waveform)), Ok(waveform));
        for wrong in ["", "00", &"zz".repeat(64), &"é".repeat(64)] {
            assert!(Waveform::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
