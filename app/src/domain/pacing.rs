//! How far apart messages are.

use std::time::Duration;

use rand::Rng;
use serde::{Deserialize, Serialize};

/// The random interval between two messages of one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pacing {
    /// Shortest interval.
    pub shortest: Duration,
    /// Longest interval; not less than the shortest.
    pub longest: Duration,
}

impl Default for Pacing {
    /// 8 to 20 seconds: slow enough to look like a person.
    fn default() -> Self {
        Self {
            shortest: Duration::from_secs(8),
            longest: Duration::from_secs(20),
        }
    }
}

impl Pacing {
    /// Draws the interval before the next message, evenly between the two bounds.
    pub fn draw(&self, random: &mut impl Rng) -> Duration {
        if self.longest <= self.shortest {
            return self.shortest;
        }
        random.random_range(self.shortest..=self.longest)
    }

    /// The interval as it is on average.
    pub fn mean(&self) -> Duration {
        (self.shortest + self.longest.max(self.shortest)) / 2
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    proptest! {
        #[test]
        fn an_interval_is_never_outside_of_its_bounds(a in 0u64..100_000, b in 0u64..100_000, seed: u64) {
            let pacing = Pacing { shortest: Duration::from_millis(a.min(b)), longest: Duration::from_millis(a.max(b)) };
            let drawn = pacing.draw(&mut StdRng::seed_from_u64(seed));
            prop_assert!(pacing.shortest <= drawn && drawn <= pacing.longest);
        }
    }
}
