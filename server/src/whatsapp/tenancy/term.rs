//! Until when a server may count on its leases.

use std::time::Duration;

use arauto_app::domain::Timestamp;
use tokio::sync::watch;

use crate::clock::SharedClock;

/// A moment by both of a machine's clocks. The monotonic one is not moved by whoever sets the time;
/// the other one goes on while the whole machine is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    now: Timestamp,
    uptime: Duration,
}

impl Reading {
    pub(super) fn of(clock: &SharedClock) -> Self {
        Self {
            now: clock.now(),
            uptime: clock.uptime(),
        }
    }
}

/// Until when a server may count on its leases. A process that was stopped for longer finds it over
/// when it wakes up, before it does anything else with them.
pub(in super::super) struct Term {
    clock: SharedClock,
    end: watch::Sender<Option<Reading>>,
}

impl Term {
    /// A term that is over until it is [extended](Self::extend).
    pub(super) fn new(clock: SharedClock) -> Self {
        let over = Reading {
            now: Timestamp::default(),
            uptime: Duration::ZERO,
        };
        Self {
            clock,
            end: watch::Sender::new(Some(over)),
        }
    }

    /// It never ends: no other server can get the leases.
    pub(super) fn make_endless(&self) {
        self.end.send_replace(None);
    }

    /// It ends `period` after the leases were asked for, at `asked`: the store counts from later on.
    pub(super) fn extend(&self, asked: Reading, period: Duration) {
        self.end.send_replace(Some(Reading {
            now: asked.now.plus(period),
            uptime: asked.uptime + period,
        }));
    }

    /// Whether the leases are this server's now.
    pub(in super::super) fn runs(&self) -> bool {
        self.end.borrow().is_none_or(|end| {
            let present = Reading::of(&self.clock);
            present.now < end.now && present.uptime < end.uptime
        })
    }

    /// Returns once they are.
    pub(in super::super) async fn running(&self) {
        let mut end = self.end.subscribe();
        while !self.runs() {
            // The sender lives in `self`.
            let _ = end.changed().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::ManualClock;

    #[tokio::test]
    async fn it_ends_a_period_after_it_was_asked_for_and_goes_on_when_extended() {
        let hand = ManualClock::new(Timestamp::from_seconds(1_000));
        let clock: SharedClock = Arc::new(hand.clone());
        let term = Term::new(clock.clone());
        assert!(!term.runs());
        let asked = Reading::of(&clock);
        hand.advance(Duration::from_secs(4));
        term.extend(asked, Duration::from_secs(15));
        assert!(term.runs());
        hand.advance(Duration::from_secs(11));
        assert!(!term.runs(), "the answer's way counts");
        let again = term.running();
        term.extend(Reading::of(&clock), Duration::from_secs(15));
        again.await;
        hand.advance(Duration::from_secs(20));
        term.make_endless();
        assert!(term.runs());
    }
}
