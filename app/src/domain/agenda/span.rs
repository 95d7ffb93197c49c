//! The days that a calendar shows.

use std::iter::successors;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::CivilDate;

/// The days of a week.
const WEEK: usize = 7;

/// A month or a week of the calendar. As text it is `2026-11` or `2026-11-22`, the Sunday with which
/// the week begins: so weeks are printed in Brazil.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AgendaSpan {
    kind: Kind,
    first: CivilDate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Month,
    Week,
}

/// This text is neither a month nor a week.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read {0:?} as a month or a week")]
pub struct InvalidAgendaSpan(String);

impl AgendaSpan {
    /// The month that a date is in.
    pub fn month_of(date: CivilDate) -> Self {
        Self {
            kind: Kind::Month,
            first: date.first_of_month(),
        }
    }

    /// The week that a date is in.
    pub fn week_of(date: CivilDate) -> Self {
        Self {
            kind: Kind::Week,
            first: sunday_of(date),
        }
    }

    /// Whether it is a month.
    pub const fn is_month(self) -> bool {
        matches!(self.kind, Kind::Month)
    }

    /// Its first day.
    pub const fn first(self) -> CivilDate {
        self.first
    }

    /// Whether a day is one of its own. The first and the last week of a month have others, too.
    pub fn has(self, day: CivilDate) -> bool {
        match self.kind {
            Kind::Month => Self::month_of(day) == self,
            Kind::Week => Self::week_of(day) == self,
        }
    }

    /// The days to draw, in order: whole weeks.
    pub fn days(self) -> Vec<CivilDate> {
        let last = match self.kind {
            Kind::Month => self.first.last_of_month(),
            Kind::Week => self.first,
        };
        let weeks = successors(Some(sunday_of(self.first)), |sunday| {
            week_after(*sunday).filter(|next| *next <= last)
        });
        weeks
            .flat_map(|sunday| successors(Some(sunday), |day| day.tomorrow().ok()).take(WEEK))
            .collect()
    }

    /// The one before it, if the calendar reaches back so far.
    pub fn before(self) -> Option<Self> {
        let day = self.first.yesterday().ok()?;
        Some(self.like_it(day))
    }

    /// The one behind it, if the calendar reaches so far.
    pub fn after(self) -> Option<Self> {
        let day = match self.kind {
            Kind::Month => self.first.last_of_month().tomorrow().ok()?,
            Kind::Week => week_after(self.first)?,
        };
        Some(self.like_it(day))
    }

    fn like_it(self, day: CivilDate) -> Self {
        match self.kind {
            Kind::Month => Self::month_of(day),
            Kind::Week => Self::week_of(day),
        }
    }
}

/// The Sunday on or before a date; the first day of the calendar when it has none.
fn sunday_of(date: CivilDate) -> CivilDate {
    let back = date.weekday().to_sunday_zero_offset();
    (0..back).fold(date, |day, _| day.yesterday().unwrap_or(day))
}

fn week_after(sunday: CivilDate) -> Option<CivilDate> {
    (0..WEEK).try_fold(sunday, |day, _| day.tomorrow().ok())
}

impl std::fmt::Display for AgendaSpan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind {
            Kind::Month => write!(f, "{:04}-{:02}", self.first.year(), self.first.month()),
            Kind::Week => write!(f, "{}", self.first),
        }
    }
}

impl FromStr for AgendaSpan {
    type Err = InvalidAgendaSpan;

    /// Any day stands for its week.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_month = text.len() == "2026-11".len();
        let date = if is_month {
            format!("{text}-01").parse()
        } else {
            text.parse()
        };
        match date {
            Ok(date) if is_month => Ok(Self::month_of(date)),
            Ok(date) => Ok(Self::week_of(date)),
            Err(_) => Err(InvalidAgendaSpan(text.to_owned())),
        }
    }
}

impl TryFrom<String> for AgendaSpan {
    type Error = InvalidAgendaSpan;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<AgendaSpan> for String {
    fn from(span: AgendaSpan) -> Self {
        span.to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_month_is_drawn_in_whole_weeks() {
        let november = AgendaSpan::month_of(date(2026, 11, 24));
        let days = november.days();
        assert_eq!(days.len(), 35);
        assert_eq!(days[0], date(2026, 11, 1));
        assert_eq!(days[34], date(2026, 12, 5));
        assert!(november.has(days[29]) && !november.has(days[30]));
        let february = AgendaSpan::month_of(date(2026, 2, 1));
        assert_eq!(february.days().len(), 28);
        let may = AgendaSpan::month_of(date(2026, 5, 31));
        assert_eq!(may.days().len(), 42);
    }

    #[test]
    fn a_week_begins_on_sunday() {
        let week = AgendaSpan::week_of(date(2026, 11, 24));
        assert_eq!(week.to_string(), "2026-11-22");
        assert_eq!(week.days().len(), 7);
        assert_eq!(week.after().unwrap().to_string(), "2026-11-29");
        assert_eq!(week.before().unwrap().to_string(), "2026-11-15");
    }

    #[test]
    fn months_follow_each_other_over_the_year() {
        let december: AgendaSpan = "2026-12".parse().unwrap();
        assert_eq!(december.after().unwrap().to_string(), "2027-01");
        assert_eq!(december.before().unwrap().to_string(), "2026-11");
    }

    #[test]
    fn the_ends_of_the_calendar_are_ends() {
        let first = AgendaSpan::month_of(CivilDate::MIN);
        assert!(first.before().is_none());
        assert!(AgendaSpan::week_of(CivilDate::MAX).after().is_none());
        assert!(!AgendaSpan::month_of(CivilDate::MAX).days().is_empty());
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2026",
            "2026-13",
            "2026-11-31",
            "ontem",
            "2026-é",
            "-0001-1",
        ] {
            assert!(text.parse::<AgendaSpan>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_span_is_read_as_it_is_written_and_has_its_days(day in 0..60_000_i32, is_month: bool) {
            let span = jiff::SignedDuration::from_hours(i64::from(day) * 24);
            let day = date(1970, 1, 1).checked_add(span).unwrap();
            let span = if is_month { AgendaSpan::month_of(day) } else { AgendaSpan::week_of(day) };
            prop_assert_eq!(span.to_string().parse::<AgendaSpan>().unwrap(), span);
            prop_assert!(span.has(day));
            prop_assert!(span.days().contains(&day));
            prop_assert_eq!(span.days().len() % WEEK, 0);
            prop_assert_eq!(span.after().unwrap().before().unwrap(), span);
        }
    }
}
