//! The generator that draws among alternatives.

use serde::{Deserialize, Serialize};

/// What the draws of one message follow from. Kept as a signed number, which both stores have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "i64", into = "i64")]
pub struct Seed(u64);

impl Seed {
    /// The seed with this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }
}

impl From<i64> for Seed {
    fn from(kept: i64) -> Self {
        Self(kept.cast_unsigned())
    }
}

impl From<Seed> for i64 {
    fn from(seed: Seed) -> Self {
        seed.0.cast_signed()
    }
}

/// `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
///
/// What it draws is part of what is stored: a text that left must be told again years later, so this
/// never changes, and no library's "standard generator" stands in for it.
#[derive(Clone, Debug)]
pub struct Generator(u64);

impl Generator {
    /// A generator that begins at `seed`.
    pub const fn new(seed: Seed) -> Self {
        Self(seed.0)
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// The next seed, for a generator of its own.
    pub const fn next_seed(&mut self) -> Seed {
        Seed(self.next())
    }

    /// A number below `bound`; 0 when there is none.
    pub fn below(&mut self, bound: usize) -> usize {
        // The high half of the product: no remainder, and the same on 32 bits as on 64.
        let scaled = u128::from(self.next()) * (bound as u128);
        usize::try_from(scaled >> 64).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_is_the_published_one() {
        let mut generator = Generator::new(Seed::new(1_234_567));
        let series = [(); 3].map(|()| generator.next());
        assert_eq!(
            series,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn a_seed_survives_the_form_in_which_it_is_kept() {
        for number in [0, 1, u64::MAX, 1 << 63] {
            let kept = i64::from(Seed::new(number));
            assert_eq!(Seed::from(kept), Seed::new(number));
        }
    }
}
