//! When the messages of a run may leave.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// The span of time in which the messages of a run may leave.
///
/// It is stored with the run, so that claiming a message and looking whether its time has come are one
/// step. A campaign's window gives it; once it has closed, the next opening is put in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// From this time on.
    pub opens: Timestamp,
    /// Up to this time, which is outside.
    pub closes: Timestamp,
}

impl Gate {
    /// No time is closed.
    pub const OPEN: Self = Self {
        opens: Timestamp::from_millis(0),
        closes: Timestamp::from_millis(i64::MAX),
    };
    /// Closed until somebody opens it: its owner paused the campaign.
    pub const SHUT: Self = Self {
        opens: Timestamp::from_millis(i64::MAX),
        closes: Timestamp::from_millis(i64::MAX),
    };

    /// Whether messages may leave at `now`.
    pub fn is_open_at(&self, now: Timestamp) -> bool {
        self.opens <= now && now < self.closes
    }

    /// Whether its time is over: the run needs the next one.
    pub fn is_over_at(&self, now: Timestamp) -> bool {
        self.closes <= now
    }

    /// Whether it opens by itself some day.
    pub fn is_shut(&self) -> bool {
        *self == Self::SHUT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_outside_and_no_time_opens_a_shut_gate() {
        let at = Timestamp::from_seconds;
        let gate = Gate {
            opens: at(10),
            closes: at(20),
        };
        let open: Vec<i64> = (9..=21).filter(|now| gate.is_open_at(at(*now))).collect();
        assert_eq!(open, (10..20).collect::<Vec<_>>());
        assert!(gate.is_over_at(at(20)) && !gate.is_over_at(at(19)));
        for now in [
            Timestamp::from_millis(0),
            at(20),
            Timestamp::from_millis(i64::MAX - 1),
        ] {
            assert!(Gate::OPEN.is_open_at(now));
            assert!(!Gate::SHUT.is_open_at(now) && !Gate::SHUT.is_over_at(now));
        }
    }
}
