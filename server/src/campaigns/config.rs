//! What can be set about the sending of campaigns.

use std::time::Duration;

use arauto_app::domain::{Limits, Pacing, SHORT_OUTAGE};

/// What can be set about the sending of campaigns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CampaignConfig {
    /// How far apart the messages of one connection are, unless its owner sets that.
    pub pacing: Pacing,
    /// Whether the usual longer pause, caps and warm-up hold where a connection's owner sets none.
    pub caps: bool,
    /// How long WhatsApp has to acknowledge a message after it was handed over.
    pub ack_deadline: Duration,
    /// How long a connection may be away while messages wait, and they still go out by themselves.
    pub short_outage: Duration,
    /// How long an unconfirmed message waits before it is handed over again.
    pub retry: Backoff,
    /// How often a message is handed over and not answered until its owner is asked instead.
    pub most_attempts: u32,
    /// The shortest time between two notices about one run to open pages.
    pub notice_interval: Duration,
}

impl Default for CampaignConfig {
    fn default() -> Self {
        Self {
            pacing: Pacing::default(),
            caps: true,
            ack_deadline: Duration::from_mins(1),
            short_outage: SHORT_OUTAGE,
            retry: Backoff {
                first: Duration::from_secs(15),
                longest: Duration::from_mins(5),
            },
            most_attempts: 10,
            notice_interval: Duration::from_millis(250),
        }
    }
}

impl CampaignConfig {
    /// The limits of a connection, whose owner may have set some.
    pub(super) fn limits(&self, set: Option<Limits>) -> Limits {
        let interval = self.pacing;
        set.unwrap_or_else(|| {
            if self.caps {
                Limits {
                    interval,
                    ..Limits::default()
                }
            } else {
                Limits::only(interval)
            }
        })
    }
}

/// Waiting times that double from the first to the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// After the first failure.
    pub first: Duration,
    /// Never longer than this.
    pub longest: Duration,
}

impl Backoff {
    /// How long to wait after so many failures in a row.
    pub fn after(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1);
        2u32.checked_pow(doublings)
            .and_then(|factor| self.first.checked_mul(factor))
            .map_or(self.longest, |wait| wait.min(self.longest))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_unconfirmed_message_waits_15_30_60_seconds_and_at_most_5_minutes() {
        let retry = CampaignConfig::default().retry;
        let waits: Vec<u64> = (1..=7).map(|n| retry.after(n).as_secs()).collect();
        assert_eq!(waits, [15, 30, 60, 120, 240, 300, 300]);
    }

    proptest! {
        #[test]
        fn waits_never_shrink_and_stay_within_bounds(first in 0u64..10_000, longest in 0u64..1_000_000, n: u32) {
            let backoff = Backoff {
                first: Duration::from_millis(first.min(longest)),
                longest: Duration::from_millis(longest),
            };
            let wait = backoff.after(n);
            prop_assert!(backoff.first <= wait && wait <= backoff.longest);
            prop_assert!(wait <= backoff.after(n.saturating_add(1)));
        }
    }
}
