//! Reading single answers, and writing them.

use crate::domain::{CivilTime, IntervalUnit, Weekday, Weekdays};

/// The word that the form posts for a unit.
pub const fn unit_word(unit: IntervalUnit) -> &'static str {
    match unit {
        IntervalUnit::Minutes => "minutes",
        IntervalUnit::Hours => "hours",
        IntervalUnit::Days => "days",
    }
}

/// A number in digits. One that is too large for us is too large for its field as well.
pub(super) fn read_number(text: &str) -> Option<u32> {
    let digits = text.trim();
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u32::MAX))
}

/// What is no unit was no person's answer.
pub(super) fn read_unit(text: &str) -> IntervalUnit {
    let mut units = IntervalUnit::EVERY.into_iter();
    units
        .find(|unit| unit_word(*unit) == text)
        .unwrap_or_default()
}

pub(super) fn read_days(words: &[String]) -> Weekdays {
    let days = words.iter().filter_map(|word| word.parse::<Weekday>().ok());
    days.collect()
}

/// Times as people write them, in order: `8h, 12:30 e 18h15`. `None` when there is none, or when
/// something is no time.
pub(super) fn read_times(text: &str) -> Option<Vec<CivilTime>> {
    let is_between = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
    let words = text
        .split(is_between)
        .filter(|word| !matches!(*word, "" | "e"));
    let mut times = words.map(read_time).collect::<Option<Vec<_>>>()?;
    times.sort_unstable();
    times.dedup();
    (!times.is_empty()).then_some(times)
}

/// `08:00`, `8:00`, `8h`, `8h30`, `8`.
pub(super) fn read_time(text: &str) -> Option<CivilTime> {
    let text = text.trim();
    let (hour, rest) = text.split_once([':', 'h', 'H']).unwrap_or((text, ""));
    // Some browsers post seconds.
    let minute = rest.split_once(':').map_or(rest, |(minute, _)| minute);
    let part = |text: &str| {
        let is_part = matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit());
        is_part.then(|| text.parse::<i8>().ok()).flatten()
    };
    let minute = if minute.is_empty() {
        Some(0)
    } else {
        part(minute)
    };
    CivilTime::new(part(hour)?, minute?, 0, 0).ok()
}

pub(super) fn time_text(time: CivilTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

pub(super) fn day_words(days: Weekdays) -> Vec<String> {
    days.iter().map(|day| day.as_str().to_owned()).collect()
}
