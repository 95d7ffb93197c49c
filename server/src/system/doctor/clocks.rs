//! Whether this machine's clock can be relied on: schedules, sessions and states go by it.

use std::time::{Duration, Instant};

use arauto_app::domain::Timestamp;
use arauto_app::operator::duration;
use arauto_app::say;

use super::report::{Check, Verdict};
use crate::clock::Clock;

/// Differences up to this are the journey of the answer.
const NEAR: Duration = Duration::from_secs(10);
/// Beyond this, certificates and sessions are refused.
const FAR: Duration = Duration::from_mins(5);
/// How far the clock may move while a diagnosis is made, beyond the time that this takes.
const STEADY: Duration = Duration::from_secs(1);

/// Against the store's own clock.
pub(super) fn against_store(theirs: Timestamp, ours: Timestamp) -> Check {
    compared("clock.store", say!(doctor.clock_store), theirs, ours)
}

/// Against WhatsApp's clock.
pub(super) fn against_whatsapp(theirs: Timestamp, ours: Timestamp) -> Check {
    compared("clock.whatsapp", say!(doctor.clock_whatsapp), theirs, ours)
}

fn compared(name: &'static str, title: &'static str, theirs: Timestamp, ours: Timestamp) -> Check {
    let ahead = ours.since(theirs);
    let behind = theirs.since(ours);
    let apart = ahead.max(behind);
    let verdict = match apart {
        _ if apart > FAR => Verdict::Failed,
        _ if apart > NEAR => Verdict::Warning,
        _ => Verdict::Ok,
    };
    let found = if verdict == Verdict::Ok {
        say!(doctor.clock_ok).to_owned()
    } else if ahead > behind {
        say!(doctor.clock_ahead, span = duration(apart))
    } else {
        say!(doctor.clock_behind, span = duration(apart))
    };
    advised(Check::new(name, title, verdict, found))
}

/// Against the latest time that was ever stored: the clock may have been set back.
pub(super) fn against_stored(latest: Option<Timestamp>, now: Timestamp) -> Check {
    let title = say!(doctor.clock_stored);
    let back = latest.map_or(Duration::ZERO, |latest| latest.since(now));
    let check = |verdict, found| Check::new("clock.stored", title, verdict, found);
    if back <= NEAR {
        return check(Verdict::Ok, say!(doctor.clock_stored_ok).to_owned());
    }
    let found = say!(doctor.clock_set_back, span = duration(back));
    advised(check(Verdict::Failed, found))
}

/// Whether the clock runs steadily while a diagnosis is made.
pub(super) struct Steady {
    wall: Timestamp,
    monotonic: Instant,
}

impl Steady {
    #[allow(
        clippy::disallowed_methods,
        reason = "the clock itself is tried, against the monotonic one"
    )]
    pub(super) fn begin(clock: &dyn Clock) -> Self {
        Self {
            wall: clock.now(),
            monotonic: Instant::now(),
        }
    }

    pub(super) fn end(self, clock: &dyn Clock) -> Check {
        let passed = self.monotonic.elapsed();
        let (shown, expected) = (clock.now(), self.wall.plus(passed));
        let jump = shown.since(expected).max(expected.since(shown));
        let title = say!(doctor.clock_steady);
        let check = |verdict, found| Check::new("clock.steady", title, verdict, found);
        if jump <= STEADY {
            return check(Verdict::Ok, say!(doctor.clock_steady_ok).to_owned());
        }
        let found = say!(doctor.clock_jumped, span = duration(jump));
        advised(check(Verdict::Warning, found))
    }
}

fn advised(check: Check) -> Check {
    match check.verdict {
        Verdict::Ok | Verdict::Skipped => check,
        Verdict::Warning | Verdict::Failed => check.advise(say!(doctor.clock_advice)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(second)
    }

    #[test]
    fn a_clock_is_compared_both_ways() {
        for (theirs, expected) in [
            (1_000, Verdict::Ok),
            (1_010, Verdict::Ok),
            (1_011, Verdict::Warning),
            (989, Verdict::Warning),
            (1_301, Verdict::Failed),
            (699, Verdict::Failed),
        ] {
            let check = against_store(at(theirs), at(1_000));
            assert_eq!(check.verdict, expected, "{theirs}");
            assert_eq!(check.advice.is_some(), expected != Verdict::Ok);
        }
    }

    #[test]
    fn a_time_of_the_future_means_that_the_clock_was_set_back() {
        let verdict = |latest| against_stored(latest, at(1_000)).verdict;
        assert_eq!(verdict(None), Verdict::Ok);
        assert_eq!(verdict(Some(at(900))), Verdict::Ok);
        assert_eq!(verdict(Some(at(2_000))), Verdict::Failed);
    }
}
