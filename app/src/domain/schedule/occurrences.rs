//! What a schedule alone makes due, whatever its window says.

use std::time::Duration;

use super::window::plus_days;
use super::{CivilDateTime, CivilTime, IntervalUnit, Schedule, Weekday, Weekdays, Zone};
use crate::domain::Timestamp;

impl Schedule {
    /// The first occurrence behind `bound` of a campaign that was started at `start`.
    ///
    /// None of them costs more the more time has passed.
    pub(super) fn after(
        &self,
        zone: &Zone,
        start: Timestamp,
        bound: Timestamp,
    ) -> Option<Timestamp> {
        match self {
            Self::Now => (start > bound).then_some(start),
            Self::Once { at } => zone.instant(*at).filter(|at| *at > bound),
            Self::Every { n: 0, .. } => None,
            Self::Every { .. } if start > bound => Some(start),
            Self::Every { n, unit } => match unit {
                IntervalUnit::Minutes => step_after(start, Duration::from_mins((*n).into()), bound),
                IntervalUnit::Hours => step_after(start, Duration::from_hours((*n).into()), bound),
                IntervalUnit::Days => day_after(zone, start, i64::from(*n), bound),
            },
            Self::Weekly { days, times } => {
                first_behind(zone, bound, |civil| weekly_after(*days, times, civil))
            }
            Self::Cron { expression } => first_behind(zone, bound, |civil| expression.next(civil)),
        }
    }
}

/// The first instant behind `bound` at which clocks show what `next` names, one after the other.
///
/// What a clock shows never comes before what it showed earlier, but for the hours after it was set
/// back: those only are gone through.
fn first_behind(
    zone: &Zone,
    bound: Timestamp,
    next: impl Fn(CivilDateTime) -> Option<CivilDateTime>,
) -> Option<Timestamp> {
    let mut civil = zone.local(bound);
    loop {
        civil = next(civil)?;
        let at = zone.instant(civil)?;
        if at > bound {
            return Some(at);
        }
    }
}

/// Exact steps from `start`, which is not behind `bound`.
fn step_after(start: Timestamp, step: Duration, bound: Timestamp) -> Option<Timestamp> {
    let step = step.as_millis();
    let steps = bound.since(start).as_millis() / step + 1;
    let after = i64::try_from(step.checked_mul(steps)?).ok()?;
    let at = start.as_millis().checked_add(after)?;
    Some(Timestamp::from_millis(at))
}

/// Every so many days from `start`, which is not behind `bound`, at its time of day.
fn day_after(zone: &Zone, start: Timestamp, days: i64, bound: Timestamp) -> Option<Timestamp> {
    let (first, today) = (zone.local(start), zone.local(bound).date());
    let passed = today.duration_since(first.date()).as_hours() / 24;
    // The one before may still come: clocks can have been set back over midnight.
    let mut step = (passed / days).max(1);
    loop {
        let date = plus_days(first.date(), step.checked_mul(days)?)?;
        let at = zone.instant(date.to_datetime(first.time()))?;
        if at > bound {
            return Some(at);
        }
        step += 1;
    }
}

/// The first of the times of the days of the week behind `after`.
fn weekly_after(
    days: Weekdays,
    times: &[CivilTime],
    after: CivilDateTime,
) -> Option<CivilDateTime> {
    // Today may have no time left, so that a week from now is looked at as well.
    let dates = (0..=7).filter_map(|offset| plus_days(after.date(), offset));
    let mut dates = dates.filter(|date| days.contains(Weekday::of(*date)));
    dates.find_map(|date| {
        let moments = times.iter().map(|time| date.to_datetime(*time));
        moments.filter(|moment| *moment > after).min()
    })
}
