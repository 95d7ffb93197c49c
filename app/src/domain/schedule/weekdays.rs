//! Days of the week.

use serde::{Deserialize, Serialize};

use super::CivilDate;

/// A day of the week. Weeks begin on Sunday, as calendars in Brazil do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// Domingo.
    Sunday,
    /// Segunda-feira.
    Monday,
    /// Terça-feira.
    Tuesday,
    /// Quarta-feira.
    Wednesday,
    /// Quinta-feira.
    Thursday,
    /// Sexta-feira.
    Friday,
    /// Sábado.
    Saturday,
}

/// This text names no day of the week.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read {0:?} as a day of the week")]
pub struct UnknownWeekday(String);

impl Weekday {
    /// The week, in its order.
    pub const EVERY: [Self; 7] = [
        Self::Sunday,
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
    ];

    /// The day of the week of a date.
    pub fn of(date: CivilDate) -> Self {
        match date.weekday() {
            jiff::civil::Weekday::Sunday => Self::Sunday,
            jiff::civil::Weekday::Monday => Self::Monday,
            jiff::civil::Weekday::Tuesday => Self::Tuesday,
            jiff::civil::Weekday::Wednesday => Self::Wednesday,
            jiff::civil::Weekday::Thursday => Self::Thursday,
            jiff::civil::Weekday::Friday => Self::Friday,
            jiff::civil::Weekday::Saturday => Self::Saturday,
        }
    }

    /// Its place in the week, from 0 for Sunday, as cron counts.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The name under which forms and the store write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sunday => "sunday",
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
        }
    }
}

impl std::str::FromStr for Weekday {
    type Err = UnknownWeekday;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::EVERY
            .into_iter()
            .find(|day| day.as_str() == text)
            .ok_or_else(|| UnknownWeekday(text.to_owned()))
    }
}

/// A set of days of the week. Written as a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Weekday>", into = "Vec<Weekday>")]
pub struct Weekdays(u8);

impl Weekdays {
    /// The whole week.
    pub const ALL: Self = Self(0b111_1111);
    /// Monday to Friday.
    pub const WORKING: Self = Self(0b011_1110);

    /// Whether it has `day`.
    pub const fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.number()) != 0
    }

    /// Whether it has no day at all.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// With `day`, or without it.
    #[must_use]
    pub const fn with(self, day: Weekday, is_in: bool) -> Self {
        let bit = 1 << day.number();
        Self(if is_in { self.0 | bit } else { self.0 & !bit })
    }

    /// Its days, in the order of the week.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        let is_in = move |day: &Weekday| self.contains(*day);
        Weekday::EVERY.into_iter().filter(is_in)
    }
}

impl FromIterator<Weekday> for Weekdays {
    fn from_iter<Days: IntoIterator<Item = Weekday>>(days: Days) -> Self {
        let add = |set: Self, day| set.with(day, true);
        days.into_iter().fold(Self::default(), add)
    }
}

impl From<Vec<Weekday>> for Weekdays {
    fn from(days: Vec<Weekday>) -> Self {
        days.into_iter().collect()
    }
}

impl From<Weekdays> for Vec<Weekday> {
    fn from(days: Weekdays) -> Self {
        days.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_written_as_the_list_of_its_days() {
        let days = Weekdays::from_iter([Weekday::Friday, Weekday::Monday, Weekday::Friday]);
        let written = serde_json::to_string(&days).unwrap();
        assert_eq!(written, r#"["monday","friday"]"#);
        assert_eq!(serde_json::from_str::<Weekdays>(&written).unwrap(), days);
        assert_eq!(Weekdays::from_iter(Weekday::EVERY), Weekdays::ALL);
        assert_eq!(Weekdays::WORKING.iter().count(), 5);
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for day in Weekday::EVERY {
            assert_eq!(day.as_str().parse(), Ok(day));
            assert_eq!(serde_json::to_value(day).unwrap(), day.as_str());
        }
        assert!("domingo".parse::<Weekday>().is_err());
    }

    #[test]
    fn a_date_knows_its_day() {
        let date = jiff::civil::date(2026, 11, 25);
        assert_eq!(Weekday::of(date), Weekday::Wednesday);
    }
}
