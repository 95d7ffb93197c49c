//! The limits of a connection, and what can be wrong with them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Pacing;

/// The shortest interval that an owner may set.
pub const INTERVAL_MIN: Duration = Duration::from_secs(1);
/// The longest one.
pub const INTERVAL_MAX: Duration = Duration::from_hours(1);
/// After how many messages a longer pause may come at most.
pub const PAUSE_EVERY_MAX: u32 = 1_000;
/// The shortest longer pause.
pub const PAUSE_MIN: Duration = Duration::from_mins(1);
/// The longest one.
pub const PAUSE_MAX: Duration = Duration::from_hours(12);
/// The highest hourly cap.
pub const HOURLY_MAX: u32 = 1_000;
/// The highest daily cap.
pub const DAILY_MAX: u32 = 10_000;

/// How fast a connection may hand over messages, over all of its campaigns.
///
/// Every hand-over counts, also of a message that is sent again or refused: WhatsApp sees each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The time between two messages.
    pub interval: Pacing,
    /// The longer pause after several messages; `None` for none.
    pub pause: Option<LongPause>,
    /// Most messages within any sixty minutes; `None` for no cap. Zero counts as one.
    pub hourly: Option<u32>,
    /// Most messages within any 24 hours; `None` for no cap. Zero counts as one.
    pub daily: Option<u32>,
    /// Whether a number that was linked lately sends less, by the [ladder](super::warm_up_rung).
    pub warm_up: bool,
}

/// A longer pause after several messages in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LongPause {
    /// After how many messages. A rest as long as the pause, for whatever reason, begins to count anew.
    pub every: u32,
    /// How long it is.
    pub length: Pacing,
}

impl Default for Limits {
    /// WhatsApp publishes no figures, so these are a patient person's: one who forwards a message by hand
    /// reaches two groups a minute with a break now and then, which is 120 an hour, and does that
    /// for five hours of a day, which is 600. A community of fifty groups meets none of the caps.
    fn default() -> Self {
        Self {
            interval: Pacing::default(),
            pause: Some(LongPause {
                every: 30,
                length: Pacing {
                    shortest: Duration::from_mins(2),
                    longest: Duration::from_mins(5),
                },
            }),
            hourly: Some(120),
            daily: Some(600),
            warm_up: true,
        }
    }
}

impl Limits {
    /// Nothing but the time between two messages.
    pub const fn only(interval: Pacing) -> Self {
        Self {
            interval,
            pause: None,
            hourly: None,
            daily: None,
            warm_up: false,
        }
    }

    /// The limits that a campaign with an interval of its own goes by: it can only be slower.
    #[must_use]
    pub fn slowed_by(self, campaign: Option<Pacing>) -> Self {
        let slower = |interval| self.interval.slower(interval);
        Self {
            interval: campaign.map_or(self.interval, slower),
            ..self
        }
    }

    /// What is wrong with limits that an owner wants to set.
    pub fn problems(&self) -> Vec<PaceProblem> {
        let is_outside = |pacing: Pacing, shortest, longest| {
            pacing.shortest < shortest || pacing.longest > longest
        };
        let beyond = |cap: Option<u32>, most| cap.is_none_or(|cap| !(1..=most).contains(&cap));
        let mut problems: Vec<PaceProblem> = self.interval.problem().into_iter().collect();
        if let Some(LongPause { every, length }) = self.pause {
            if !(1..=PAUSE_EVERY_MAX).contains(&every) {
                problems.push(PaceProblem::PauseEveryOutOfBounds);
            }
            if length.longest < length.shortest {
                problems.push(PaceProblem::PauseBackwards);
            } else if is_outside(length, PAUSE_MIN, PAUSE_MAX) {
                problems.push(PaceProblem::PauseOutOfBounds);
            }
        }
        if beyond(self.hourly, HOURLY_MAX) {
            problems.push(PaceProblem::HourlyOutOfBounds);
        }
        if beyond(self.daily, DAILY_MAX) {
            problems.push(PaceProblem::DailyOutOfBounds);
        }
        problems
    }
}

/// Why limits are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaceProblem {
    /// The longest interval is shorter than the shortest.
    IntervalBackwards,
    /// The interval is missing, or not within `INTERVAL_MIN` and `INTERVAL_MAX`.
    IntervalOutOfBounds,
    /// The longer pause comes after no messages, or after more than `PAUSE_EVERY_MAX`.
    PauseEveryOutOfBounds,
    /// The longest pause is shorter than the shortest.
    PauseBackwards,
    /// The pause is missing, or not within `PAUSE_MIN` and `PAUSE_MAX`.
    PauseOutOfBounds,
    /// The hourly cap is missing, or not within 1 and `HOURLY_MAX`.
    HourlyOutOfBounds,
    /// The daily cap is missing, or not within 1 and `DAILY_MAX`.
    DailyOutOfBounds,
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn secs(shortest: u64, longest: u64) -> Pacing {
        Pacing {
            shortest: Duration::from_secs(shortest),
            longest: Duration::from_secs(longest),
        }
    }

    #[test]
    fn the_defaults_are_accepted_and_each_bound_is_named() {
        let usual = Limits::default();
        assert_eq!(usual.problems(), []);
        let pause = |every, length| Some(LongPause { every, length });
        let with_interval = |interval| Limits { interval, ..usual };
        let with_pause = |pause| Limits { pause, ..usual };
        let (hour, day) = (3_600, 86_400);
        for (limits, problem) in [
            (with_interval(secs(20, 8)), PaceProblem::IntervalBackwards),
            (with_interval(secs(0, 8)), PaceProblem::IntervalOutOfBounds),
            (
                with_interval(secs(8, hour + 1)),
                PaceProblem::IntervalOutOfBounds,
            ),
            (
                with_pause(pause(0, secs(60, 90))),
                PaceProblem::PauseEveryOutOfBounds,
            ),
            (
                with_pause(pause(5, secs(90, 60))),
                PaceProblem::PauseBackwards,
            ),
            (
                with_pause(pause(5, secs(60, day))),
                PaceProblem::PauseOutOfBounds,
            ),
            (
                Limits {
                    hourly: Some(0),
                    ..usual
                },
                PaceProblem::HourlyOutOfBounds,
            ),
            (
                Limits {
                    daily: None,
                    ..usual
                },
                PaceProblem::DailyOutOfBounds,
            ),
        ] {
            assert_eq!(limits.problems(), [problem], "{limits:?}");
        }
        assert_eq!(with_pause(None).problems(), []);
    }

    #[test]
    fn a_campaign_can_only_be_slower() {
        let usual = Limits::default();
        assert_eq!(usual.slowed_by(None), usual);
        assert_eq!(usual.slowed_by(Some(secs(1, 2))), usual);
        assert_eq!(usual.slowed_by(Some(secs(10, 15))).interval, secs(10, 20));
        let patient = usual.slowed_by(Some(secs(60, 90)));
        assert_eq!(patient.interval, secs(60, 90));
        assert_eq!((patient.hourly, patient.daily), (usual.hourly, usual.daily));
    }
}
