//! The limits of a connection, as its page's form posts them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::{Limits, LongPause, PaceProblem, Pacing};

/// The answers about the pace of a connection, as a browser posts them, with or without WASM: texts as
/// they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaceForm {
    /// The shortest interval, in seconds.
    #[serde(default)]
    pub shortest: String,
    /// The longest one.
    #[serde(default)]
    pub longest: String,
    /// After how many messages a longer pause comes; empty for none.
    #[serde(default)]
    pub every: String,
    /// The shortest longer pause, in minutes.
    #[serde(default)]
    pub pause_shortest: String,
    /// The longest one.
    #[serde(default)]
    pub pause_longest: String,
    /// Most messages within an hour.
    #[serde(default)]
    pub hourly: String,
    /// Most messages within a day.
    #[serde(default)]
    pub daily: String,
    /// Whether a new number sends less: `on`, or empty.
    #[serde(default)]
    pub warm_up: String,
}

impl PaceForm {
    /// The form that says what these limits are.
    pub fn of(limits: &Limits) -> Self {
        let seconds = |span: Duration| span.as_secs().to_string();
        let minutes = |span: Duration| (span.as_secs() / 60).to_string();
        let number = |cap: Option<u32>| cap.map(|cap| cap.to_string()).unwrap_or_default();
        let pause = limits.pause;
        let length = pause.map(|pause| pause.length);
        Self {
            shortest: seconds(limits.interval.shortest),
            longest: seconds(limits.interval.longest),
            every: number(pause.map(|pause| pause.every)),
            pause_shortest: length.map(|l| minutes(l.shortest)).unwrap_or_default(),
            pause_longest: length.map(|l| minutes(l.longest)).unwrap_or_default(),
            hourly: number(limits.hourly),
            daily: number(limits.daily),
            warm_up: if limits.warm_up { "on" } else { "" }.into(),
        }
    }

    /// Reads the limits.
    ///
    /// # Errors
    /// What is wrong with them: what is no number is out of bounds.
    pub fn read(&self) -> Result<Limits, Vec<PaceProblem>> {
        let interval = span(&self.shortest, &self.longest, 1);
        let length = span(&self.pause_shortest, &self.pause_longest, 60);
        let pause = match self.every.trim() {
            "" => None,
            every => Some(LongPause {
                every: every.parse().unwrap_or_default(),
                length,
            }),
        };
        let limits = Limits {
            interval,
            pause,
            hourly: self.hourly.trim().parse().ok(),
            daily: self.daily.trim().parse().ok(),
            warm_up: !self.warm_up.is_empty(),
        };
        let problems = limits.problems();
        if problems.is_empty() {
            Ok(limits)
        } else {
            Err(problems)
        }
    }
}

/// Two numbers in units of so many seconds. What is none is a span that no bound allows.
pub(super) fn span(shortest: &str, longest: &str, unit: u64) -> Pacing {
    let read = |text: &str| text.trim().parse::<u64>().ok()?.checked_mul(unit);
    match (read(shortest), read(longest)) {
        (Some(shortest), Some(longest)) => Pacing {
            shortest: Duration::from_secs(shortest),
            longest: Duration::from_secs(longest),
        },
        _ => Pacing {
            shortest: Duration::ZERO,
            longest: Duration::MAX,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_form_says_is_read_back() {
        let usual = Limits::default();
        assert_eq!(PaceForm::of(&usual).read(), Ok(usual));
        let plain = Limits {
            pause: None,
            warm_up: false,
            ..usual
        };
        assert_eq!(PaceForm::of(&plain).read(), Ok(plain));
    }

    #[test]
    fn what_is_missing_or_no_number_is_named_by_its_field() {
        let everything = PaceForm::default().read();
        assert_eq!(
            everything,
            Err(vec![
                PaceProblem::IntervalOutOfBounds,
                PaceProblem::HourlyOutOfBounds,
                PaceProblem::DailyOutOfBounds
            ])
        );
        let wrong = PaceForm {
            every: "muitas".into(),
            pause_longest: "-1".into(),
            hourly: "99999999999".into(),
            ..PaceForm::of(&Limits::default())
        };
        assert_eq!(
            wrong.read(),
            Err(vec![
                PaceProblem::PauseEveryOutOfBounds,
                PaceProblem::PauseOutOfBounds,
                PaceProblem::HourlyOutOfBounds
            ])
        );
    }
}
