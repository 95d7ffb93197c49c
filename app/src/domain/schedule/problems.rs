//! What is wrong with a timing, before anybody relies on it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{CronProblem, IntervalUnit, PastRuns, Schedule, Timing, Window, Zone};
use crate::domain::Timestamp;

/// The longest interval, in days.
pub const INTERVAL_MAX_DAYS: u32 = 366;
/// The longest tolerance, in minutes: a week.
pub const TOLERANCE_MAX_MINUTES: u32 = 7 * 24 * 60;

/// How many openings of a window are tried before it counts as one that no occurrence meets.
const OPENINGS_TRIED: usize = 60;

/// Why a timing would not do what its author wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum TimingProblem {
    /// No date and time are chosen.
    MomentMissing,
    /// The chosen date and time have passed.
    MomentPassed,
    /// An interval of nothing.
    IntervalMissing,
    /// An interval of more than [`INTERVAL_MAX_DAYS`].
    IntervalTooLong,
    /// No day of the week is chosen.
    DaysMissing,
    /// No time of day is chosen, or what stands there is none.
    TimesMissing,
    /// The cron expression is none.
    Cron(CronProblem),
    /// It never comes: the calendar has no such day, or it lies behind the last one.
    Never,
    /// There is no such time zone.
    ZoneUnknown,
    /// No day is chosen on which the window opens.
    WindowDaysMissing,
    /// The window lacks the time at which it opens or closes.
    WindowTimesMissing,
    /// Everything that is due falls outside of the window, and would wait for its opening.
    WindowNeverMet,
    /// The last day has passed, or is none.
    LastDayPassed,
    /// No run at all, or what stands there is no number.
    MaxRunsMissing,
    /// A tolerance of more than [`TOLERANCE_MAX_MINUTES`], or what stands there is no number.
    ToleranceTooLong,
}

impl Timing {
    /// What is wrong with it for a campaign that would be started at `now`.
    pub fn problems(&self, zone: &Zone, now: Timestamp) -> Vec<TimingProblem> {
        let mut problems = self.schedule.problems(zone, now);
        let last_day_passed = |last| last < zone.local(now).date();
        if self.last_day.is_some_and(last_day_passed) {
            problems.push(TimingProblem::LastDayPassed);
        }
        if self.max_runs == Some(0) {
            problems.push(TimingProblem::MaxRunsMissing);
        }
        if self.tolerance_minutes > TOLERANCE_MAX_MINUTES {
            problems.push(TimingProblem::ToleranceTooLong);
        }
        if self.window.is_some_and(|window| window.days.is_empty()) {
            problems.push(TimingProblem::WindowDaysMissing);
        }
        // What is wrong with one answer would only be repeated.
        if problems.is_empty() {
            problems.extend(self.problem_in_common(zone, now));
        }
        problems
    }

    /// What is wrong although each answer is right by itself.
    fn problem_in_common(&self, zone: &Zone, now: Timestamp) -> Option<TimingProblem> {
        if self.next(zone, &PastRuns::default(), now).is_none() {
            return Some(TimingProblem::Never);
        }
        let window = self.window.as_ref()?;
        let is_met = self.schedule == Schedule::Now || self.schedule.meets(window, zone, now);
        (!is_met).then_some(TimingProblem::WindowNeverMet)
    }
}

impl Schedule {
    fn problems(&self, zone: &Zone, now: Timestamp) -> Vec<TimingProblem> {
        let longest = |unit: &IntervalUnit| match unit {
            IntervalUnit::Minutes => INTERVAL_MAX_DAYS * 24 * 60,
            IntervalUnit::Hours => INTERVAL_MAX_DAYS * 24,
            IntervalUnit::Days => INTERVAL_MAX_DAYS,
        };
        let found = match self {
            Self::Once { at } => {
                let has_passed = zone.instant(*at).is_none_or(|at| at < now);
                [has_passed.then_some(TimingProblem::MomentPassed), None]
            }
            Self::Every { n: 0, .. } => [Some(TimingProblem::IntervalMissing), None],
            Self::Every { n, unit } => {
                let is_too_long = *n > longest(unit);
                [is_too_long.then_some(TimingProblem::IntervalTooLong), None]
            }
            Self::Weekly { days, times } => [
                days.is_empty().then_some(TimingProblem::DaysMissing),
                times.is_empty().then_some(TimingProblem::TimesMissing),
            ],
            Self::Now | Self::Cron { .. } => [None, None],
        };
        found.into_iter().flatten().collect()
    }

    /// Whether any of its occurrences falls into `window`, as far as [`OPENINGS_TRIED`] tell.
    fn meets(&self, window: &Window, zone: &Zone, start: Timestamp) -> bool {
        let shortest = Duration::from_millis(1);
        let mut bound = start.minus(shortest);
        for _ in 0..OPENINGS_TRIED {
            let Some(occurrence) = self.after(zone, start, bound) else {
                return false;
            };
            let opening = window.opening(zone, occurrence);
            if opening.opens <= occurrence {
                return true;
            }
            // Nothing that comes before it opens falls into it.
            bound = opening.opens.minus(shortest);
        }
        false
    }
}

#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;
    use crate::domain::schedule::awkward_dates::{SAO_PAULO, utc, zone};
    use crate::domain::schedule::{CivilTime, Weekday, Weekdays};

    /// A Wednesday, at 9:00 in São Paulo.
    const NOW: &str = "2026-11-25T12:00:00Z";

    fn problems(timing: &Timing) -> Vec<TimingProblem> {
        timing.problems(&zone(SAO_PAULO), utc(NOW))
    }

    fn of(schedule: Schedule) -> Vec<TimingProblem> {
        problems(&Timing {
            schedule,
            ..Timing::default()
        })
    }

    fn every(n: u32, unit: IntervalUnit) -> Schedule {
        Schedule::Every { n, unit }
    }

    fn weekly(days: Weekdays, times: &[CivilTime]) -> Schedule {
        Schedule::Weekly {
            days,
            times: times.to_vec(),
        }
    }

    fn cron(expression: &str) -> Schedule {
        Schedule::Cron {
            expression: expression.parse().unwrap(),
        }
    }

    #[test]
    fn each_schedule_is_told_what_it_lacks() {
        use TimingProblem::{
            DaysMissing, IntervalMissing, IntervalTooLong, MomentPassed, Never, TimesMissing,
        };
        let day = date(2026, 11, 25);
        let once = |hour, minute| Schedule::Once {
            at: day.at(hour, minute, 0, 0),
        };
        assert_eq!(of(Schedule::Now), []);
        assert_eq!(of(once(9, 0)), []);
        assert_eq!(of(once(8, 59)), [MomentPassed]);
        assert_eq!(of(every(0, IntervalUnit::Minutes)), [IntervalMissing]);
        assert_eq!(of(every(1, IntervalUnit::Minutes)), []);
        assert_eq!(of(every(366, IntervalUnit::Days)), []);
        assert_eq!(of(every(367, IntervalUnit::Days)), [IntervalTooLong]);
        assert_eq!(of(every(u32::MAX, IntervalUnit::Hours)), [IntervalTooLong]);
        assert_eq!(of(weekly(Weekdays::ALL, &[])), [TimesMissing]);
        assert_eq!(
            of(weekly(Weekdays::default(), &[])),
            [DaysMissing, TimesMissing]
        );
        assert_eq!(of(cron("0 8 * * *")), []);
        assert_eq!(of(cron("0 8 31 2 *")), [Never]);
    }

    #[test]
    fn limits_must_leave_something() {
        let daily = Timing {
            schedule: every(1, IntervalUnit::Days),
            ..Timing::default()
        };
        let yesterday = Timing {
            last_day: Some(date(2026, 11, 24)),
            max_runs: Some(0),
            tolerance_minutes: TOLERANCE_MAX_MINUTES + 1,
            ..daily.clone()
        };
        assert_eq!(
            problems(&yesterday),
            [
                TimingProblem::LastDayPassed,
                TimingProblem::MaxRunsMissing,
                TimingProblem::ToleranceTooLong
            ]
        );
        let today = Timing {
            last_day: Some(date(2026, 11, 25)),
            ..daily
        };
        assert_eq!(problems(&today), []);
        let sundays = Timing {
            schedule: weekly(Weekdays::from_iter([Weekday::Sunday]), &[time(8, 0, 0, 0)]),
            ..today
        };
        assert_eq!(problems(&sundays), [TimingProblem::Never]);
    }

    #[test]
    fn a_window_must_be_met() {
        let shop_hours = Window {
            days: Weekdays::WORKING,
            from: time(8, 0, 0, 0),
            to: time(20, 0, 0, 0),
        };
        let within = |schedule, window| {
            problems(&Timing {
                schedule,
                window: Some(window),
                ..Timing::default()
            })
        };
        let never_met = [TimingProblem::WindowNeverMet];
        assert_eq!(within(cron("0 22 * * *"), shop_hours), never_met);
        assert_eq!(within(cron("0 12 * * sun"), shop_hours), never_met);
        assert_eq!(within(cron("0 12 * * fri"), shop_hours), []);
        assert_eq!(within(cron("0 12 24 12 *"), shop_hours), []);
        assert_eq!(within(every(7, IntervalUnit::Hours), shop_hours), []);
        assert_eq!(within(every(1, IntervalUnit::Minutes), shop_hours), []);
        assert_eq!(within(Schedule::Now, shop_hours), []);
        let no_day = Window {
            days: Weekdays::default(),
            ..shop_hours
        };
        assert_eq!(
            within(Schedule::Now, no_day),
            [TimingProblem::WindowDaysMissing]
        );
    }
}
