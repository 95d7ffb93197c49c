//! The window: when a campaign may send.

use serde::{Deserialize, Serialize};

use super::{CivilDate, CivilTime, Weekday, Weekdays, Zone};
use crate::domain::Timestamp;

/// How far an opening is looked for and followed, in days: a week, and one more for an opening that
/// a clock set forward leaves without any time.
const REACH_DAYS: i64 = 15;

/// The days and hours in which a campaign may send, on the clocks of its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Window {
    /// The days on which it opens. None of them restricts nothing: whoever fills in the form is
    /// asked for one.
    pub days: Weekdays,
    /// When it opens.
    pub from: CivilTime,
    /// When it closes: on the same day, or on the next one when that is not later. So the same time
    /// twice is a whole day.
    pub to: CivilTime,
}

/// A stretch of time in which a window is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The first moment.
    pub opens: Timestamp,
    /// The moment after the last one. What goes on without a break is told two weeks at a time.
    pub closes: Timestamp,
}

impl Window {
    /// Whether it is open at `at`.
    pub fn open_at(&self, zone: &Zone, at: Timestamp) -> bool {
        self.opening(zone, at).opens <= at
    }

    /// When it is open: the opening that `at` is in, or the next one. Openings that touch are one.
    pub fn opening(&self, zone: &Zone, at: Timestamp) -> Opening {
        let today = zone.local(at).date();
        // What opened yesterday may go on; a day more, for clocks that were set back over midnight.
        let days = (-2..=REACH_DAYS).filter_map(|offset| plus_days(today, offset));
        let mut openings = days.filter_map(|day| self.opening_of(zone, day));
        let Some(mut opening) = openings.find(|opening| opening.closes > at) else {
            return END_OF_TIME;
        };
        for next in openings {
            if next.opens > opening.closes {
                break;
            }
            opening.closes = next.closes;
        }
        opening
    }

    /// Since when it has been closed at `at`; `None` while it is open.
    pub(super) fn closed_since(&self, zone: &Zone, at: Timestamp) -> Option<Timestamp> {
        if self.open_at(zone, at) {
            return None;
        }
        let today = zone.local(at).date();
        let days = (-REACH_DAYS..=1).filter_map(|offset| plus_days(today, offset));
        let closed = days.filter_map(|day| Some(self.opening_of(zone, day)?.closes));
        closed.filter(|closes| *closes <= at).max()
    }

    /// What opens on `day`, if anything does.
    fn opening_of(&self, zone: &Zone, day: CivilDate) -> Option<Opening> {
        if !self.days.is_empty() && !self.days.contains(Weekday::of(day)) {
            return None;
        }
        let last_day = if self.to > self.from {
            day
        } else {
            day.tomorrow().ok()?
        };
        let opening = Opening {
            opens: zone.instant(day.to_datetime(self.from))?,
            closes: zone.instant(last_day.to_datetime(self.to))?,
        };
        // Clocks that are set forward can skip all of it.
        (opening.opens < opening.closes).then_some(opening)
    }
}

/// Beyond the last day of the calendar nothing opens.
const END_OF_TIME: Opening = Opening {
    opens: Timestamp::from_millis(i64::MAX),
    closes: Timestamp::from_millis(i64::MAX),
};

/// The date so many days later, or earlier.
pub(super) fn plus_days(date: CivilDate, days: i64) -> Option<CivilDate> {
    let span = jiff::SignedDuration::from_hours(days.checked_mul(24)?);
    date.checked_add(span).ok()
}

#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;
    use crate::domain::schedule::awkward_dates::{NEW_YORK, SAO_PAULO, utc, zone};

    fn window(days: &[Weekday], from: i8, to: i8) -> Window {
        Window {
            days: days.iter().copied().collect(),
            from: time(from, 0, 0, 0),
            to: time(to, 0, 0, 0),
        }
    }

    /// The opening at or after a moment, in hours of São Paulo since Wednesday began.
    fn hours(window: Window, at_hour: i64) -> (i64, i64) {
        let wednesday = utc("2026-11-25T03:00:00Z");
        let at = Timestamp::from_millis(wednesday.as_millis() + at_hour * 3_600_000);
        let opening = window.opening(&zone(SAO_PAULO), at);
        let hour = |at: Timestamp| (at.as_millis() - wednesday.as_millis()) / 3_600_000;
        (hour(opening.opens), hour(opening.closes))
    }

    #[test]
    fn an_opening_begins_and_ends_at_its_hours() {
        let days = [Weekday::Wednesday, Weekday::Friday];
        let shop = window(&days, 8, 20);
        assert_eq!(hours(shop, 0), (8, 20));
        assert_eq!(hours(shop, 8), (8, 20));
        assert_eq!(hours(shop, 19), (8, 20));
        assert_eq!(hours(shop, 20), (48 + 8, 48 + 20));
    }

    #[test]
    fn a_window_may_cross_midnight_or_be_a_whole_day() {
        let night = window(&[Weekday::Wednesday], 22, 6);
        assert_eq!(hours(night, 27), (22, 30));
        assert_eq!(hours(night, -1), (22, 30));
        let day = window(&[Weekday::Wednesday], 0, 0);
        assert_eq!(hours(day, 23), (0, 24));
        let from_eight_to_eight = window(&[Weekday::Wednesday], 8, 8);
        assert_eq!(hours(from_eight_to_eight, 31), (8, 32));
    }

    #[test]
    fn openings_that_touch_are_one() {
        let days = window(&[Weekday::Wednesday, Weekday::Thursday], 0, 0);
        assert_eq!(hours(days, 5), (0, 48));
        let always = window(&Weekday::EVERY, 0, 0);
        let (opens, closes) = hours(always, 5);
        assert!(opens <= 5 && closes > 14 * 24);
    }

    #[test]
    fn no_day_restricts_nothing() {
        assert_eq!(hours(window(&[], 8, 20), 21), (24 + 8, 24 + 20));
    }

    #[test]
    fn an_hour_that_clocks_skip_is_no_opening() {
        // From two to three on a Sunday; on 2026-03-08 three followed on two.
        let window = window(&[Weekday::Sunday], 2, 3);
        let opening = window.opening(&zone(NEW_YORK), utc("2026-03-08T00:00:00Z"));
        assert_eq!(opening.opens, utc("2026-03-15T06:00:00Z"));
        assert_eq!(opening.closes, utc("2026-03-15T07:00:00Z"));
    }
}
