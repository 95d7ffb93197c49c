//! What is due on the days of a calendar.

use std::ops::Range;

use super::next::DueInstants;
use super::{PastRuns, Timing, Zone};
use crate::domain::Timestamp;

/// How many runs are counted one by one to find the last that a maximum of runs allows. A campaign
/// with more of them left is drawn as if it had no maximum.
const COUNTED: usize = 1_000;

/// What is due in a stretch of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DueThen {
    /// These instants, in order.
    Each(Vec<Timestamp>),
    /// More than are told one by one.
    Many {
        /// The first of them.
        first: Timestamp,
        /// The last of them.
        last: Timestamp,
    },
}

impl Timing {
    /// What is due in each of these stretches of time from `now` on, at most `most` instants one by
    /// one in each. The stretches follow each other.
    ///
    /// A campaign every minute costs no more than one a day.
    pub fn due_in(
        &self,
        zone: &Zone,
        past: &PastRuns,
        now: Timestamp,
        stretches: &[Range<Timestamp>],
        most: usize,
    ) -> Vec<DueThen> {
        let due = DueInstants::of(self, zone, past, now);
        let end = self.last_allowed(zone, past, now);
        let stretches = stretches.iter();
        stretches
            .map(|stretch| {
                let from = stretch.start.max(now);
                let to = end.map_or(stretch.end, |end| stretch.end.min(just_behind(end)));
                due.within(from..to, most)
            })
            .collect()
    }

    /// The last instant that the maximum of runs allows, where that is near enough to matter.
    fn last_allowed(&self, zone: &Zone, past: &PastRuns, now: Timestamp) -> Option<Timestamp> {
        let left = self.max_runs?.saturating_sub(past.runs);
        let left = usize::try_from(left).ok().filter(|left| *left <= COUNTED)?;
        let last = self.next_runs(zone, past, now, left).pop();
        Some(last.unwrap_or(Timestamp::from_millis(i64::MIN)))
    }
}

impl DueInstants<'_> {
    fn within(&self, stretch: Range<Timestamp>, most: usize) -> DueThen {
        if stretch.is_empty() {
            return DueThen::Each(Vec::new());
        }
        let before = just_before(stretch.start);
        let each: Vec<Timestamp> =
            std::iter::successors(self.behind(before), |at| self.behind(*at))
                .take_while(|at| *at < stretch.end)
                .take(most + 1)
                .collect();
        match each.first() {
            Some(&first) if each.len() > most => DueThen::Many {
                first,
                last: self.last_until(first, just_before(stretch.end)),
            },
            _ => DueThen::Each(each),
        }
    }
}

const fn just_before(at: Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millis().saturating_sub(1))
}

const fn just_behind(at: Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millis().saturating_add(1))
}

#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::schedule::awkward_dates::{SAO_PAULO, utc, zone};
    use crate::domain::{CivilDate, CivilTime, IntervalUnit, Schedule, Weekdays, Window};

    /// The days of late November 2026 in São Paulo.
    fn days(count: i8) -> Vec<Range<Timestamp>> {
        let zone = zone(SAO_PAULO);
        let midnight = |day: i8| {
            let date = CivilDate::constant(2026, 11, day);
            zone.instant(date.to_datetime(CivilTime::midnight()))
                .unwrap()
        };
        (24..24 + count)
            .map(|day| midnight(day)..midnight(day + 1))
            .collect()
    }

    fn every(n: u32, unit: IntervalUnit) -> Timing {
        Timing {
            schedule: Schedule::Every { n, unit },
            ..Timing::default()
        }
    }

    fn due(timing: &Timing, past: &PastRuns) -> Vec<DueThen> {
        let now = utc("2026-11-24T15:00:00Z");
        timing.due_in(&zone(SAO_PAULO), past, now, &days(3), 3)
    }

    fn started() -> PastRuns {
        PastRuns {
            first_at: Some(utc("2026-11-23T12:00:00Z")),
            runs: 1,
            last_due: Some(utc("2026-11-23T12:00:00Z")),
        }
    }

    #[test]
    fn a_daily_campaign_is_due_once_a_day_and_not_before_now() {
        let ten = |day| DueThen::Each(vec![utc(day)]);
        assert_eq!(
            due(&every(1, IntervalUnit::Days), &started()),
            [
                DueThen::Each(Vec::new()),
                ten("2026-11-25T12:00:00Z"),
                ten("2026-11-26T12:00:00Z")
            ]
        );
    }

    #[test]
    fn many_on_a_day_are_told_by_the_first_and_the_last() {
        let mut timing = every(5, IntervalUnit::Minutes);
        timing.window = Some(Window {
            days: Weekdays::ALL,
            from: CivilTime::constant(8, 0, 0, 0),
            to: CivilTime::constant(18, 0, 0, 0),
        });
        assert_eq!(
            due(&timing, &started())[1],
            DueThen::Many {
                first: utc("2026-11-25T11:00:00Z"),
                last: utc("2026-11-25T20:55:00Z"),
            }
        );
    }

    #[test]
    fn nothing_is_due_beyond_the_maximum_of_runs() {
        let mut timing = every(1, IntervalUnit::Days);
        timing.max_runs = Some(2);
        let due = due(&timing, &started());
        assert_eq!(due[1], DueThen::Each(vec![utc("2026-11-25T12:00:00Z")]));
        assert_eq!(due[2], DueThen::Each(Vec::new()));
    }
}
