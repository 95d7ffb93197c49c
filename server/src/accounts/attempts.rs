//! How many wrong passwords are looked at before the next one has to wait.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use arauto_app::domain::Timestamp;

/// How many keys are remembered before those that no longer matter are swept out.
const SWEEP_ABOVE: usize = 10_000;

/// A limit: so many attempts at once, and one more for each `refill` that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limit {
    pub(super) burst: u32,
    pub(super) refill: Duration,
}

/// Attempts counted by key, under one limit.
///
/// This is the generic cell rate algorithm: all that is kept of a key is the time at which its
/// allowance is full again.
#[derive(Debug)]
pub(super) struct Attempts<K> {
    limit: Limit,
    full_at: HashMap<K, Timestamp>,
}

impl<K: Hash + Eq> Attempts<K> {
    pub(super) fn new(limit: Limit) -> Self {
        Self {
            limit,
            full_at: HashMap::new(),
        }
    }

    /// How long the next attempt has to wait; zero when it may come now.
    pub(super) fn wait(&self, key: &K, now: Timestamp) -> Duration {
        let spent_until = self.full_at.get(key).copied().unwrap_or(now);
        let allowed_from =
            spent_until.minus(self.limit.refill * self.limit.burst.saturating_sub(1));
        allowed_from.since(now)
    }

    /// Counts an attempt.
    pub(super) fn count(&mut self, key: K, now: Timestamp) {
        if self.full_at.len() >= SWEEP_ABOVE {
            self.full_at.retain(|_, full_at| *full_at > now);
        }
        let full_at = self.full_at.entry(key).or_insert(now);
        *full_at = (*full_at).max(now).plus(self.limit.refill);
    }

    /// Takes an attempt back: it was a right one.
    pub(super) fn forgive(&mut self, key: &K) {
        if let Some(full_at) = self.full_at.get_mut(key) {
            *full_at = full_at.minus(self.limit.refill);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: Limit = Limit {
        burst: 3,
        refill: Duration::from_mins(1),
    };
    const START: Timestamp = Timestamp::from_seconds(1_000_000);

    fn after(seconds: u64) -> Timestamp {
        START.plus(Duration::from_secs(seconds))
    }

    #[test]
    fn the_attempt_after_the_burst_waits_for_the_refill() {
        let mut attempts = Attempts::new(LIMIT);
        for _ in 0..3 {
            assert_eq!(attempts.wait(&"ana", START), Duration::ZERO);
            attempts.count("ana", START);
        }
        assert_eq!(attempts.wait(&"ana", START), Duration::from_mins(1));
        assert_eq!(attempts.wait(&"ana", after(59)), Duration::from_secs(1));
        assert_eq!(attempts.wait(&"ana", after(60)), Duration::ZERO);
        assert_eq!(attempts.wait(&"rui", START), Duration::ZERO);
    }

    #[test]
    fn a_right_password_is_not_counted() {
        let mut attempts = Attempts::new(LIMIT);
        for _ in 0..10 {
            attempts.count("ana", START);
            attempts.forgive(&"ana");
        }
        assert_eq!(attempts.wait(&"ana", START), Duration::ZERO);
    }

    #[test]
    fn the_keys_that_no_longer_matter_are_forgotten() {
        let mut attempts = Attempts::new(LIMIT);
        for key in 0..SWEEP_ABOVE {
            attempts.count(key, START);
        }
        attempts.count(SWEEP_ABOVE, after(61));
        assert_eq!(attempts.full_at.len(), 1);
    }

    proptest! {
        #[test]
        fn no_pattern_of_attempts_beats_the_limit(gaps in prop::collection::vec(0u64..40, 1..200)) {
            let mut attempts = Attempts::new(LIMIT);
            let (mut at, mut allowed) = (0, 0u64);
            for gap in gaps {
                at += gap;
                if attempts.wait(&(), after(at)).is_zero() {
                    attempts.count((), after(at));
                    allowed += 1;
                }
            }
            prop_assert!(allowed <= u64::from(LIMIT.burst) + at / 60);
        }
    }
}
