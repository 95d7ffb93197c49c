//! Cron expressions of five fields, as Vixie's cron reads them.

use serde::{Deserialize, Serialize};

use super::cron_field::NumberSet;
use super::{CivilDate, CivilDateTime, CivilTime, CronField, CronProblem, Weekday};

/// How far ahead an expression is looked at, in months. The calendar's longest wait is for a 29 of
/// February on one day of the week: 40 years, across a century that is no leap year.
const HORIZON_MONTHS: u32 = 12 * 41;

/// A cron expression: minute, hour, day of the month, month, day of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CronExpression {
    text: String,
    minutes: NumberSet,
    hours: NumberSet,
    days_of_month: NumberSet,
    months: NumberSet,
    days_of_week: NumberSet,
}

impl CronExpression {
    /// The expression as its author wrote it, with one space between fields.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first minute behind `after` that it stands for; `None` when there is none within 41 years,
    /// which is never: no calendar has a 31 of February.
    pub(super) fn next(&self, after: CivilDateTime) -> Option<CivilDateTime> {
        let today = after.date();
        if self.has_day(today)
            && let Some(time) = self.time_after(after.time())
        {
            return Some(today.to_datetime(time));
        }
        let day = self.day_from(today.tomorrow().ok()?)?;
        Some(day.to_datetime(self.first_time_from_hour(0)?))
    }

    /// Whether it stands for any minute of `date`.
    ///
    /// Vixie's rule: when both the day of the month and the day of the week are restricted, either of
    /// them is enough; a field that begins with a star restricts nothing but itself.
    fn has_day(&self, date: CivilDate) -> bool {
        let in_month = self.days_of_month.has(unsigned(date.day()));
        let in_week = self.days_of_week.has(Weekday::of(date).number());
        let is_day = if self.days_of_month.begins_with_star || self.days_of_week.begins_with_star {
            in_month && in_week
        } else {
            in_month || in_week
        };
        is_day && self.has_month(date)
    }

    fn has_month(&self, date: CivilDate) -> bool {
        self.months.has(unsigned(date.month()))
    }

    /// The first day from `date` on that it stands for.
    fn day_from(&self, date: CivilDate) -> Option<CivilDate> {
        let mut from = date;
        for _ in 0..HORIZON_MONTHS {
            if self.has_month(from) {
                let days = from.series(jiff::Span::new().days(1));
                let mut days = days.take_while(|day| day.month() == from.month());
                if let Some(day) = days.find(|day| self.has_day(*day)) {
                    return Some(day);
                }
            }
            from = from.last_of_month().tomorrow().ok()?;
        }
        None
    }

    /// The first minute behind `after` on a day that it stands for.
    fn time_after(&self, after: CivilTime) -> Option<CivilTime> {
        let (hour, minute) = (unsigned(after.hour()), unsigned(after.minute()));
        let in_this_hour = self
            .hours
            .has(hour)
            .then(|| self.minutes.at_least(minute + 1));
        match in_this_hour.flatten() {
            Some(minute) => time(hour, minute),
            None => self.first_time_from_hour(hour + 1),
        }
    }

    fn first_time_from_hour(&self, least: u8) -> Option<CivilTime> {
        time(self.hours.at_least(least)?, self.minutes.at_least(0)?)
    }
}

/// Parts of dates and times are small and not negative.
fn unsigned(part: i8) -> u8 {
    part.unsigned_abs()
}

fn time(hour: u8, minute: u8) -> Option<CivilTime> {
    let (hour, minute) = (i8::try_from(hour).ok()?, i8::try_from(minute).ok()?);
    CivilTime::new(hour, minute, 0, 0).ok()
}

impl std::str::FromStr for CronExpression {
    type Err = CronProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let &[minute, hour, day_of_month, month, day_of_week] = fields.as_slice() else {
            let found = u32::try_from(fields.len()).unwrap_or(u32::MAX);
            return Err(CronProblem::FieldCount { found });
        };
        let read = |field: CronField, text| {
            let set = field.read(text);
            set.map_err(|fault| CronProblem::Field { field, fault })
        };
        Ok(Self {
            minutes: read(CronField::Minute, minute)?,
            hours: read(CronField::Hour, hour)?,
            days_of_month: read(CronField::DayOfMonth, day_of_month)?,
            months: read(CronField::Month, month)?,
            days_of_week: read(CronField::DayOfWeek, day_of_week)?,
            text: fields.join(" "),
        })
    }
}

impl TryFrom<String> for CronExpression {
    type Error = CronProblem;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CronExpression> for String {
    fn from(expression: CronExpression) -> Self {
        expression.text
    }
}

impl std::fmt::Display for CronExpression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::schedule::CronFault;

    fn next(expression: &str, after: &str) -> Option<String> {
        let expression: CronExpression = expression.parse().unwrap();
        let next = expression.next(after.parse().unwrap())?;
        Some(next.strftime("%Y-%m-%d %H:%M %a").to_string())
    }

    #[test]
    fn the_next_minute_is_found() {
        for (expression, after, expected) in [
            ("* * * * *", "2026-12-31T23:59:59", "2027-01-01 00:00 Fri"),
            ("* * * * *", "2026-11-25T08:00:00", "2026-11-25 08:01 Wed"),
            (
                "0 8 * * *",
                "2026-11-25T07:59:59.999",
                "2026-11-25 08:00 Wed",
            ),
            ("0 8 * * *", "2026-11-25T08:00:00", "2026-11-26 08:00 Thu"),
            (
                "30 8,18 * * mon-fri",
                "2026-11-27T09:00",
                "2026-11-27 18:30 Fri",
            ),
            (
                "30 8,18 * * mon-fri",
                "2026-11-27T18:30",
                "2026-11-30 08:30 Mon",
            ),
            ("*/45 * * * *", "2026-11-25T08:45", "2026-11-25 09:00 Wed"),
            ("0 0 1 */3 *", "2026-11-25T00:00", "2027-01-01 00:00 Fri"),
            ("0 12 31 * *", "2026-11-25T00:00", "2026-12-31 12:00 Thu"),
            ("0 12 31 * *", "2027-01-31T12:00", "2027-03-31 12:00 Wed"),
            ("0 12 29 2 *", "2096-02-29T12:00", "2104-02-29 12:00 Fri"),
        ] {
            let found = next(expression, after);
            assert_eq!(found.as_deref(), Some(expected), "{expression} {after}");
        }
    }

    #[test]
    fn either_day_is_enough_when_both_are_restricted() {
        // The 13th, and every Friday.
        let expression = "0 8 13 * fri";
        let after_wednesday = next(expression, "2026-11-25T00:00");
        assert_eq!(after_wednesday.as_deref(), Some("2026-11-27 08:00 Fri"));
        let after_friday = next(expression, "2026-12-11T08:00");
        assert_eq!(after_friday.as_deref(), Some("2026-12-13 08:00 Sun"));
    }

    #[test]
    fn both_days_must_fit_when_one_begins_with_a_star() {
        // Every second day of the month that is a Friday.
        let friday = next("0 8 */2 * fri", "2026-11-27T08:00");
        assert_eq!(friday.as_deref(), Some("2026-12-11 08:00 Fri"));
        // A 29 of February on a Sunday, Wednesday or Saturday.
        let leap = next("0 8 29 2 */3", "2026-11-25T00:00");
        assert_eq!(leap.as_deref(), Some("2032-02-29 08:00 Sun"));
        // On a Sunday: the calendar's longest wait.
        let longest = next("0 8 29 2 */7", "2088-03-01T00:00");
        assert_eq!(longest.as_deref(), Some("2128-02-29 08:00 Sun"));
    }

    #[test]
    fn what_no_calendar_has_never_comes() {
        assert_eq!(next("0 0 31 2 *", "2026-11-25T00:00"), None);
        assert_eq!(next("0 0 30 feb *", "2026-11-25T00:00"), None);
        assert_eq!(next("0 0 31 2,4,6,9,11 *", "2026-11-25T00:00"), None);
        assert_eq!(next("* * * * *", "9999-12-31T23:59"), None);
    }

    #[test]
    fn a_problem_points_at_its_field() {
        let problem = |text: &str| text.parse::<CronExpression>().unwrap_err();
        assert_eq!(problem(""), CronProblem::FieldCount { found: 0 });
        assert_eq!(problem("@daily"), CronProblem::FieldCount { found: 1 });
        assert_eq!(problem("0 0 8 * * *"), CronProblem::FieldCount { found: 6 });
        assert_eq!(
            problem("0 25 * * *"),
            CronProblem::Field {
                field: CronField::Hour,
                fault: CronFault::OutOfRange { first: 0, last: 23 },
            }
        );
    }

    #[test]
    fn an_expression_keeps_its_text() {
        let expression: CronExpression = "  0  8 * * mon-fri ".parse().unwrap();
        assert_eq!(expression.as_str(), "0 8 * * mon-fri");
        let written = serde_json::to_string(&expression).unwrap();
        assert_eq!(written, r#""0 8 * * mon-fri""#);
        assert!(serde_json::from_str::<CronExpression>(r#""0 8""#).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9a-z*/,\\- ]{0,30}|.{0,30}") {
            let Ok(expression) = text.parse::<CronExpression>() else { return Ok(()) };
            let after = jiff::civil::date(2026, 11, 25).at(8, 0, 0, 0);
            if let Some(next) = expression.next(after) {
                prop_assert!(next > after);
            }
        }
    }
}
