//! When a sync that WhatsApp turned away asks again.

use std::time::Duration;

/// How often, and how far apart, a sync asks again after WhatsApp said that it was asked too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncPlan {
    /// The first pause; each one after it is twice as long.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
    /// How often it asks before it gives up.
    pub attempts: u32,
}

impl Default for SyncPlan {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(40),
            longest: Duration::from_mins(10),
            attempts: 7,
        }
    }
}

impl SyncPlan {
    /// The pause after so many refusals, a fifth more or less by `draw`, a number drawn evenly from
    /// 0 to 1: connections that were turned away together must not come back together. `None` when
    /// it is time to give up.
    pub(super) fn pause(self, refusals: u32, draw: f64) -> Option<Duration> {
        if refusals >= self.attempts {
            return None;
        }
        let doublings = 2_u32.saturating_pow(refusals.saturating_sub(1));
        let pause = self.first.saturating_mul(doublings).min(self.longest);
        Some(pause.mul_f64(0.8 + 0.4 * draw))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_end() {
        let plan = SyncPlan {
            first: Duration::from_secs(10),
            longest: Duration::from_secs(35),
            attempts: 5,
        };
        let seconds = |refusals| plan.pause(refusals, 0.5).map(|pause| pause.as_secs());
        assert_eq!(
            [1, 2, 3, 4, 5].map(seconds),
            [Some(10), Some(20), Some(35), Some(35), None]
        );
        let of = |draw| plan.pause(1, draw).unwrap();
        assert_eq!(of(0.0), Duration::from_secs(8));
        assert_eq!(of(1.0), Duration::from_secs(12));
    }
}
