//! When a campaign is due next.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Schedule, Timing, Zone};
use crate::domain::Timestamp;

/// What two different instants are apart at least.
const SHORTEST: Duration = Duration::from_millis(1);

/// What a campaign has behind it, as far as its timing needs to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastRuns {
    /// When it was started: intervals count from here, and what comes again begins here. `None` is a
    /// campaign that would be started now.
    pub first_at: Option<Timestamp>,
    /// How many runs it had.
    pub runs: u32,
    /// The latest due instant that was decided about, whether a run came of it or not.
    pub last_due: Option<Timestamp>,
}

impl Timing {
    /// The first due instant that was not decided about; `None` when nothing is due ever again.
    ///
    /// It lies before `now` when it was missed: [`Timing::reckon`] says what becomes of it.
    pub fn next(&self, zone: &Zone, past: &PastRuns, now: Timestamp) -> Option<Timestamp> {
        DueInstants::of(self, zone, past, now).first()
    }

    /// The next `n` due instants that are not before `now`, in order: fewer when it ends before.
    pub fn next_runs(
        &self,
        zone: &Zone,
        past: &PastRuns,
        now: Timestamp,
        n: usize,
    ) -> Vec<Timestamp> {
        let due = DueInstants::of(self, zone, past, now);
        let runs = self.max_runs.map_or(n, |max| {
            let left = max.saturating_sub(past.runs);
            usize::try_from(left).map_or(n, |left| left.min(n))
        });
        let first = due.behind(due.floor.max(now.minus(SHORTEST)));
        std::iter::successors(first, |at| due.behind(*at))
            .take(runs)
            .collect()
    }
}

/// The due instants of a campaign that were not decided about, in order.
pub(super) struct DueInstants<'a> {
    timing: &'a Timing,
    zone: &'a Zone,
    /// When the campaign was started.
    start: Timestamp,
    /// Up to here everything is settled.
    floor: Timestamp,
    /// Whether the campaign may have another run.
    has_runs_left: bool,
}

impl<'a> DueInstants<'a> {
    pub(super) fn of(timing: &'a Timing, zone: &'a Zone, past: &PastRuns, now: Timestamp) -> Self {
        let start = past.first_at.unwrap_or(now);
        let floor = match (past.last_due, &timing.schedule) {
            (Some(last_due), _) => last_due,
            // A moment that somebody chose is due even if it has just passed.
            (None, Schedule::Once { .. }) => Timestamp::from_millis(i64::MIN),
            (None, _) => start.minus(SHORTEST),
        };
        Self {
            timing,
            zone,
            start,
            floor,
            has_runs_left: timing.max_runs.is_none_or(|max| past.runs < max),
        }
    }

    /// The first of them.
    pub(super) fn first(&self) -> Option<Timestamp> {
        self.behind(self.floor)
    }

    /// The first of them behind `bound`: an occurrence, or the opening that occurrences wait for. They
    /// share it: it is one due instant, however many waited.
    pub(super) fn behind(&self, bound: Timestamp) -> Option<Timestamp> {
        if !self.has_runs_left {
            return None;
        }
        let bound = self.floor.max(self.settled_by(bound));
        let occurrence = self.timing.schedule.after(self.zone, self.start, bound)?;
        let due = match &self.timing.window {
            Some(window) => window.opening(self.zone, occurrence).opens.max(occurrence),
            None => occurrence,
        };
        let is_over = |last_day| self.zone.local(due).date() > last_day;
        (!self.timing.last_day.is_some_and(is_over)).then_some(due)
    }

    /// The last of them that is not behind `until`, where `one` of them is known not to be.
    ///
    /// It is found by halving what lies between: how many there are does not matter.
    pub(super) fn last_until(&self, one: Timestamp, until: Timestamp) -> Timestamp {
        let (mut last, mut none_behind) = (one, until.as_millis());
        while last.as_millis() < none_behind {
            let middle = last.as_millis() + (none_behind - last.as_millis()) / 2;
            match self.behind(Timestamp::from_millis(middle)) {
                Some(due) if due <= until => last = due,
                _ => none_behind = middle,
            }
        }
        last
    }

    /// Up to where occurrences are settled for someone who looks for what is due behind `bound`: what
    /// came while the window was closed at `bound` waits behind it.
    fn settled_by(&self, bound: Timestamp) -> Timestamp {
        let Some(window) = &self.timing.window else {
            return bound;
        };
        let closed_at = window.closed_since(self.zone, bound);
        closed_at.map_or(bound, |closed_at| closed_at.minus(SHORTEST))
    }
}

#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::schedule::awkward_dates::{SAO_PAULO, utc, zone};
    use crate::domain::schedule::{IntervalUnit, Weekdays, Window};

    fn shop_hours() -> Window {
        Window {
            days: Weekdays::ALL,
            from: jiff::civil::time(8, 0, 0, 0),
            to: jiff::civil::time(20, 0, 0, 0),
        }
    }

    fn nightly() -> Timing {
        Timing {
            schedule: Schedule::Cron {
                expression: "0 21,23 * * *".parse().unwrap(),
            },
            window: Some(shop_hours()),
            ..Timing::default()
        }
    }

    #[test]
    fn the_first_run_of_an_interval_is_its_start() {
        let timing = Timing {
            schedule: Schedule::Every {
                n: 2,
                unit: IntervalUnit::Hours,
            },
            ..Timing::default()
        };
        let (zone, now) = (zone(SAO_PAULO), utc("2026-11-25T12:34:56Z"));
        assert_eq!(timing.next(&zone, &PastRuns::default(), now), Some(now));
        let past = PastRuns {
            first_at: Some(now),
            runs: 1,
            last_due: Some(now),
        };
        let two_hours_later = now.plus(Duration::from_hours(2));
        assert_eq!(timing.next(&zone, &past, now), Some(two_hours_later));
    }

    #[test]
    fn what_comes_while_the_window_is_closed_waits_for_it_together() {
        let (zone, timing) = (zone(SAO_PAULO), nightly());
        let opening = utc("2026-11-26T11:00:00Z");
        let in_the_evening = utc("2026-11-25T23:30:00Z");
        let past = PastRuns::default();
        assert_eq!(timing.next(&zone, &past, in_the_evening), Some(opening));
        // Somebody who looks at midnight is told the same opening.
        let started = PastRuns {
            first_at: Some(in_the_evening),
            ..past
        };
        let midnight = utc("2026-11-26T03:00:00Z");
        let ahead = timing.next_runs(&zone, &started, midnight, 2);
        assert_eq!(ahead, [opening, opening.plus(Duration::from_hours(24))]);
    }

    #[test]
    fn a_window_that_changed_makes_nothing_due_again() {
        let zone = zone(SAO_PAULO);
        // It ran at 21:00, and only then was given its window.
        let past = PastRuns {
            first_at: Some(utc("2026-11-20T12:00:00Z")),
            runs: 5,
            last_due: Some(utc("2026-11-26T02:00:00Z")),
        };
        let now = utc("2026-11-26T02:30:00Z");
        let next = nightly().next(&zone, &past, now);
        assert_eq!(next, Some(utc("2026-11-27T11:00:00Z")));
    }

    #[test]
    fn no_run_is_due_beyond_the_last() {
        let timing = Timing {
            max_runs: Some(3),
            ..nightly()
        };
        let (zone, now) = (zone(SAO_PAULO), utc("2026-11-25T12:00:00Z"));
        let past = |runs| PastRuns {
            runs,
            ..PastRuns::default()
        };
        assert_eq!(timing.next_runs(&zone, &past(1), now, 5).len(), 2);
        assert_eq!(timing.next_runs(&zone, &past(3), now, 5), []);
        assert_eq!(timing.next(&zone, &past(4), now), None);
    }
}
