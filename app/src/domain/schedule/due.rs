//! What becomes of a run that is due.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::next::DueInstants;
use super::{PastRuns, Timing, Zone};
use crate::domain::Timestamp;

/// How late a run may begin and is still told as punctual.
pub const PUNCTUAL: Duration = Duration::from_mins(1);

/// How many missed runs are counted. More of them are told as this many.
pub const MISSED_COUNTED: u32 = 1_000;

/// What becomes of a run that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueDecision {
    /// It begins.
    Begin,
    /// It begins late, and that is told.
    BeginLate {
        /// How late.
        by: Duration,
    },
    /// It is too late for it: it is told as missed ("perdida").
    Missed {
        /// How late it would begin.
        by: Duration,
    },
    /// The run before it is still going: it is skipped, and that is told.
    Overlapped,
}

/// Decides about a run that was due at `due`, which is not after `now`.
pub fn decide(
    due: Timestamp,
    now: Timestamp,
    tolerance: Duration,
    run_is_going: bool,
) -> DueDecision {
    let by = now.since(due);
    let is_punctual = by < PUNCTUAL;
    if !is_punctual && by > tolerance {
        DueDecision::Missed { by }
    } else if run_is_going {
        DueDecision::Overlapped
    } else if is_punctual {
        DueDecision::Begin
    } else {
        DueDecision::BeginLate { by }
    }
}

/// Due instants that passed without a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissedRuns {
    /// How many they are: [`MISSED_COUNTED`] means that many or more.
    pub count: u32,
    /// The first.
    pub from: Timestamp,
    /// The last.
    pub to: Timestamp,
}

/// What is to be done about a campaign now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reckoning {
    /// The due instant that the decision is about: the last one that is not after now. It is what
    /// [`PastRuns::last_due`] becomes.
    pub due: Timestamp,
    /// What becomes of it.
    pub decision: DueDecision,
    /// What was missed, to be told once: everything due before it, and itself if it was missed too.
    pub missed: Option<MissedRuns>,
}

impl Timing {
    /// What is to be done at `now`; `None` while nothing is due.
    ///
    /// After a long absence only the last due instant is decided about, so that a campaign that
    /// repeats itself comes back with one run, not with all that it missed.
    pub fn reckon(
        &self,
        zone: &Zone,
        past: &PastRuns,
        now: Timestamp,
        run_is_going: bool,
    ) -> Option<Reckoning> {
        let instants = DueInstants::of(self, zone, past, now);
        let first = instants.first().filter(|first| *first <= now)?;
        let due = instants.last_until(first, now);
        let decision = decide(due, now, self.tolerance(), run_is_going);
        let last_missed = if matches!(decision, DueDecision::Missed { .. }) {
            Some(due)
        } else {
            (first < due).then(|| instants.last_until(first, due.minus(Duration::from_millis(1))))
        };
        Some(Reckoning {
            due,
            decision,
            missed: last_missed.map(|last| instants.missed(first, last)),
        })
    }
}

impl DueInstants<'_> {
    /// What is told of the due instants from `from` to `to`.
    fn missed(&self, from: Timestamp, to: Timestamp) -> MissedRuns {
        let missed = std::iter::successors(Some(from), |due| self.behind(*due));
        let counted = missed.take_while(|due| *due <= to).zip(1..=MISSED_COUNTED);
        MissedRuns {
            count: counted.last().map_or(0, |(_, number)| number),
            from,
            to,
        }
    }
}

#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::schedule::awkward_dates::{SAO_PAULO, utc, zone};
    use crate::domain::schedule::{IntervalUnit, Schedule};

    const NOON: Timestamp = Timestamp::from_seconds(1_795_359_600); // 2026-11-22T15:00:00Z

    fn minutes(minutes: u64) -> Duration {
        Duration::from_mins(minutes)
    }

    #[test]
    fn a_run_begins_begins_late_is_missed_or_overlaps() {
        let of = |late, is_going| decide(NOON, NOON.plus(late), minutes(120), is_going);
        let (late, too_late) = (minutes(120), minutes(120) + Duration::from_millis(1));
        assert_eq!(of(Duration::ZERO, false), DueDecision::Begin);
        assert_eq!(of(Duration::from_secs(59), false), DueDecision::Begin);
        assert_eq!(
            of(minutes(1), false),
            DueDecision::BeginLate { by: minutes(1) }
        );
        assert_eq!(of(late, false), DueDecision::BeginLate { by: late });
        assert_eq!(of(too_late, false), DueDecision::Missed { by: too_late });
        assert_eq!(of(Duration::ZERO, true), DueDecision::Overlapped);
        assert_eq!(of(late, true), DueDecision::Overlapped);
        assert_eq!(of(too_late, true), DueDecision::Missed { by: too_late });
    }

    #[test]
    fn without_tolerance_a_punctual_run_still_begins() {
        let of = |late| {
            decide(
                NOON,
                NOON.plus(Duration::from_secs(late)),
                Duration::ZERO,
                false,
            )
        };
        assert_eq!(of(59), DueDecision::Begin);
        assert_eq!(of(60), DueDecision::Missed { by: minutes(1) });
    }

    fn every_minute() -> (Timing, PastRuns) {
        let timing = Timing {
            schedule: Schedule::Every {
                n: 1,
                unit: IntervalUnit::Minutes,
            },
            ..Timing::default()
        };
        let past = PastRuns {
            first_at: Some(NOON),
            runs: 1,
            last_due: Some(NOON),
        };
        (timing, past)
    }

    #[test]
    fn after_a_year_away_one_run_begins_and_the_rest_is_told_once() {
        let (timing, past) = every_minute();
        let year = minutes(365 * 24 * 60);
        let now = NOON.plus(year).plus(Duration::from_secs(90));
        let reckoning = timing.reckon(&zone(SAO_PAULO), &past, now, false).unwrap();
        let last = NOON.plus(year).plus(minutes(1));
        assert_eq!(reckoning.due, last);
        assert_eq!(reckoning.decision, DueDecision::Begin);
        let missed = MissedRuns {
            count: MISSED_COUNTED,
            from: NOON.plus(minutes(1)),
            to: NOON.plus(year),
        };
        assert_eq!(reckoning.missed, Some(missed));
    }

    #[test]
    fn the_last_of_a_night_begins_when_the_window_opens() {
        let (mut timing, past) = every_minute();
        timing.window = Some(super::super::Window {
            days: super::super::Weekdays::ALL,
            from: jiff::civil::time(8, 0, 0, 0),
            to: jiff::civil::time(12, 3, 0, 0),
        });
        let now = utc("2026-11-23T11:00:20Z");
        let reckoning = timing.reckon(&zone(SAO_PAULO), &past, now, false).unwrap();
        assert_eq!(reckoning.due, utc("2026-11-23T11:00:00Z"));
        assert_eq!(reckoning.decision, DueDecision::Begin);
        // 12:01 and 12:02; what came while it was closed waited, and is this run.
        assert_eq!(reckoning.missed.map(|missed| missed.count), Some(2));
    }

    #[test]
    fn a_missed_run_is_told_even_when_it_is_the_only_one() {
        let timing = Timing {
            schedule: Schedule::Once {
                at: jiff::civil::date(2026, 11, 22).at(12, 0, 0, 0),
            },
            ..Timing::default()
        };
        let zone = zone(SAO_PAULO);
        let at = |late| timing.reckon(&zone, &PastRuns::default(), NOON.plus(minutes(late)), false);
        assert_eq!(
            at(90).unwrap().decision,
            DueDecision::BeginLate { by: minutes(90) }
        );
        assert_eq!(at(90).unwrap().missed, None);
        let missed = MissedRuns {
            count: 1,
            from: NOON,
            to: NOON,
        };
        assert_eq!(at(121).unwrap().missed, Some(missed));
        assert_eq!(
            timing.reckon(&zone, &PastRuns::default(), NOON.minus(minutes(1)), false),
            None
        );
    }
}
