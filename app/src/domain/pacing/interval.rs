//! How far apart messages are.

use std::time::Duration;

use rand::Rng;
use serde::{Deserialize, Serialize};

use super::{INTERVAL_MAX, INTERVAL_MIN, PaceProblem};
use crate::domain::wording::{Generator, Seed};

/// A random span of time between two messages of one connection. It is kept in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pacing {
    /// Shortest interval.
    #[serde(with = "millis")]
    pub shortest: Duration,
    /// Longest interval; not less than the shortest.
    #[serde(with = "millis")]
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

    /// The interval that follows from a seed, so that it need not be stored: a campaign's own pace takes
    /// that of the message before.
    pub fn following_from(&self, seed: Seed) -> Duration {
        let span = self.longest.saturating_sub(self.shortest);
        let millis = usize::try_from(span.as_millis()).unwrap_or(usize::MAX);
        let drawn = Generator::new(seed).below(millis.saturating_add(1));
        self.shortest + Duration::from_millis(u64::try_from(drawn).unwrap_or_default())
    }

    /// What is wrong with it as the time between two messages.
    pub fn problem(&self) -> Option<PaceProblem> {
        if self.longest < self.shortest {
            Some(PaceProblem::IntervalBackwards)
        } else if self.shortest < INTERVAL_MIN || self.longest > INTERVAL_MAX {
            Some(PaceProblem::IntervalOutOfBounds)
        } else {
            None
        }
    }

    /// What is drawn on average.
    pub fn mean(&self) -> Duration {
        (self.shortest + self.longest.max(self.shortest)) / 2
    }

    /// The interval nearest to `drawn` within the two bounds: they may have changed since it was drawn.
    pub fn nearest(&self, drawn: Duration) -> Duration {
        drawn.min(self.longest).max(self.shortest)
    }

    /// The slower of the two at each bound.
    #[must_use]
    pub fn slower(self, other: Self) -> Self {
        Self {
            shortest: self.shortest.max(other.shortest),
            longest: self.longest.max(other.longest),
        }
    }
}

/// Spans of time as they are kept: whole milliseconds.
mod millis {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(span: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    proptest! {
        #[test]
        fn an_interval_is_never_outside_of_its_bounds(a in 0u64..100_000, b in 0u64..100_000, drawn in 0u64..100_000, seed: u64) {
            let pacing = Pacing { shortest: Duration::from_millis(a.min(b)), longest: Duration::from_millis(a.max(b)) };
            let within = |span: Duration| pacing.shortest <= span && span <= pacing.longest;
            prop_assert!(within(pacing.draw(&mut StdRng::seed_from_u64(seed))));
            prop_assert!(within(pacing.following_from(Seed::new(seed))));
            prop_assert!(within(pacing.mean()));
            prop_assert!(within(pacing.nearest(Duration::from_millis(drawn))));
        }
    }

    #[test]
    fn it_is_kept_in_milliseconds() {
        let kept = serde_json::to_string(&Pacing::default()).unwrap();
        assert_eq!(kept, r#"{"shortest":8000,"longest":20000}"#);
        assert_eq!(
            serde_json::from_str::<Pacing>(&kept).unwrap(),
            Pacing::default()
        );
    }
}
