//! One field of a cron expression.

use serde::{Deserialize, Serialize};

/// A field of a cron expression, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CronField {
    /// 0–59.
    Minute,
    /// 0–23.
    Hour,
    /// 1–31.
    DayOfMonth,
    /// 1–12 or `jan`–`dec`.
    Month,
    /// 0–7 or `sun`–`sat`; both 0 and 7 are Sunday.
    DayOfWeek,
}

/// Why a text is no cron expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum CronProblem {
    /// It has another number of fields than five.
    #[error("find five fields in it, not {found}")]
    FieldCount {
        /// How many it has.
        found: u32,
    },
    /// One of its fields is wrong.
    #[error("read its field {field:?}: {fault:?}")]
    Field {
        /// Which one.
        field: CronField,
        /// What is wrong with it.
        fault: CronFault,
    },
}

/// What is wrong with a field of a cron expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum CronFault {
    /// Something is neither a number, nor a name, nor a star.
    Unreadable,
    /// A number is outside of what the field takes.
    OutOfRange {
        /// The smallest that it takes.
        first: u8,
        /// The largest that it takes.
        last: u8,
    },
    /// A range ends before it begins.
    Backwards,
    /// A step is 0 or no number.
    Step,
}

impl CronField {
    /// All of them, in the order in which they are written.
    pub const EVERY: [Self; 5] = [
        Self::Minute,
        Self::Hour,
        Self::DayOfMonth,
        Self::Month,
        Self::DayOfWeek,
    ];

    /// The smallest and the largest number that it takes.
    const fn bounds(self) -> (u8, u8) {
        match self {
            Self::Minute => (0, 59),
            Self::Hour => (0, 23),
            Self::DayOfMonth => (1, 31),
            Self::Month => (1, 12),
            Self::DayOfWeek => (0, 7),
        }
    }

    /// The names of its numbers, from the smallest.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Month => &[
                "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
            ],
            Self::DayOfWeek => &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
            Self::Minute | Self::Hour | Self::DayOfMonth => &[],
        }
    }

    /// Reads what stands in it: a list of stars, numbers and ranges, each with or without a step.
    pub(super) fn read(self, text: &str) -> Result<NumberSet, CronFault> {
        let mut set = NumberSet {
            bits: 0,
            begins_with_star: text.starts_with('*'),
        };
        for item in text.split(',') {
            set.bits |= self.read_item(item)?;
        }
        if self == Self::DayOfWeek && set.has(7) {
            set.bits = (set.bits | 1) & !(1 << 7);
        }
        Ok(set)
    }

    fn read_item(self, item: &str) -> Result<u64, CronFault> {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(read_step(step)?)),
            None => (item, None),
        };
        let (first, last) = self.bounds();
        let (from, to) = match (range, range.split_once('-'), step) {
            ("*", _, _) => (first, last),
            (_, Some((from, to)), _) => self.read_range(from, to)?,
            // As most crons read it: `5/15` is `5-59/15`.
            (from, None, Some(_)) => (self.read_number(from)?, last),
            (number, None, None) => {
                let number = self.read_number(number)?;
                (number, number)
            }
        };
        let numbers = (from..=to).step_by(step.unwrap_or(1));
        Ok(numbers.fold(0, |bits, number| bits | (1 << number)))
    }

    fn read_range(self, from: &str, to: &str) -> Result<(u8, u8), CronFault> {
        let (from, to) = (self.read_number(from)?, self.read_number(to)?);
        match (self, to) {
            _ if from <= to => Ok((from, to)),
            // `fri-sun` ends on the Sunday after.
            (Self::DayOfWeek, 0) => Ok((from, 7)),
            _ => Err(CronFault::Backwards),
        }
    }

    fn read_number(self, text: &str) -> Result<u8, CronFault> {
        let (first, last) = self.bounds();
        let named = |name: &&str| name.eq_ignore_ascii_case(text);
        if let Some((_, number)) = self
            .names()
            .iter()
            .zip(first..)
            .find(|(name, _)| named(name))
        {
            return Ok(number);
        }
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(CronFault::Unreadable);
        }
        match text.parse() {
            Ok(number) if (first..=last).contains(&number) => Ok(number),
            _ => Err(CronFault::OutOfRange { first, last }),
        }
    }
}

fn read_step(text: &str) -> Result<usize, CronFault> {
    match text.parse::<u8>() {
        Ok(step) if step > 0 && !text.starts_with('+') => Ok(usize::from(step)),
        _ => Err(CronFault::Step),
    }
}

/// The numbers that a field stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NumberSet {
    bits: u64,
    /// Whether it was written with a star first: Vixie's cron treats such days differently.
    pub(super) begins_with_star: bool,
}

impl NumberSet {
    pub(super) const fn has(self, number: u8) -> bool {
        number < 64 && (self.bits >> number) & 1 == 1
    }

    /// The smallest number that is not less than `least`.
    pub(super) fn at_least(self, least: u8) -> Option<u8> {
        let rest = self.bits.checked_shr(u32::from(least))?;
        let zeros = u8::try_from(rest.trailing_zeros()).ok()?;
        (rest != 0).then_some(least + zeros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(field: CronField, text: &str) -> Vec<u8> {
        let set = field.read(text).unwrap();
        (0..64).filter(|number| set.has(*number)).collect()
    }

    #[test]
    fn lists_ranges_steps_and_names_are_read() {
        use CronField::{DayOfMonth, DayOfWeek, Hour, Minute, Month};
        assert_eq!(numbers(Minute, "*/20"), [0, 20, 40]);
        assert_eq!(numbers(Minute, "50/5"), [50, 55]);
        assert_eq!(numbers(Minute, "10-20/5,59"), [10, 15, 20, 59]);
        assert_eq!(numbers(Hour, "23"), [23]);
        assert_eq!(numbers(DayOfMonth, "31,1"), [1, 31]);
        assert_eq!(numbers(Month, "jan-MAR,Dec"), [1, 2, 3, 12]);
        assert_eq!(numbers(DayOfWeek, "*"), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(numbers(DayOfWeek, "7"), [0]);
        assert_eq!(numbers(DayOfWeek, "fri-sun"), [0, 5, 6]);
        assert_eq!(numbers(DayOfWeek, "5-7"), [0, 5, 6]);
    }

    #[test]
    fn what_is_wrong_with_a_field_is_told() {
        use CronFault::{Backwards, OutOfRange, Step, Unreadable};
        let out_of = |first, last| OutOfRange { first, last };
        for (field, text, fault) in [
            (CronField::Minute, "60", out_of(0, 59)),
            (CronField::Minute, "999999999999", out_of(0, 59)),
            (CronField::Hour, "8-24", out_of(0, 23)),
            (CronField::DayOfMonth, "0", out_of(1, 31)),
            (CronField::DayOfWeek, "8", out_of(0, 7)),
            (CronField::Minute, "", Unreadable),
            (CronField::Minute, "1,,2", Unreadable),
            (CronField::Minute, "-5", Unreadable),
            (CronField::Minute, "+5", Unreadable),
            (CronField::Hour, "8h", Unreadable),
            (CronField::Hour, "mon", Unreadable),
            (CronField::Month, "janeiro", Unreadable),
            (CronField::Month, "á", Unreadable),
            (CronField::Hour, "18-8", Backwards),
            (CronField::Minute, "*/0", Step),
            (CronField::Minute, "*/", Step),
            (CronField::Minute, "*/+5", Step),
            (CronField::Minute, "*/5/5", Step),
        ] {
            assert_eq!(field.read(text), Err(fault), "{text:?}");
        }
    }

    #[test]
    fn the_next_number_of_a_set_is_found() {
        let set = CronField::Minute.read("0,30,59").unwrap();
        assert_eq!(set.at_least(0), Some(0));
        assert_eq!(set.at_least(1), Some(30));
        assert_eq!(set.at_least(59), Some(59));
        assert_eq!(set.at_least(60), None);
        assert_eq!(set.at_least(64), None);
    }
}
