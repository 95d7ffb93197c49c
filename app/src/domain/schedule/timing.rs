//! What a campaign's author says about when it runs.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{CivilDate, CivilDateTime, CivilTime, CronExpression, Weekdays, Window, ZoneName};

/// How late a run may begin, in minutes, unless its author says otherwise.
pub const TOLERANCE_MINUTES: u32 = 120;

/// When a campaign runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// What makes a run due.
    pub schedule: Schedule,
    /// Whose clocks it follows.
    pub zone: ZoneName,
    /// When it may send; always without one.
    pub window: Option<Window>,
    /// The last day on which a run may begin, in its zone.
    pub last_day: Option<CivilDate>,
    /// How many runs it has at most.
    pub max_runs: Option<u32>,
    /// How late a run may begin that nobody began in time, in minutes. Later it counts as missed.
    pub tolerance_minutes: u32,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            schedule: Schedule::default(),
            zone: ZoneName::default(),
            window: None,
            last_day: None,
            max_runs: None,
            tolerance_minutes: TOLERANCE_MINUTES,
        }
    }
}

impl Timing {
    /// How late a run may begin that nobody began in time.
    pub const fn tolerance(&self) -> Duration {
        Duration::from_secs(self.tolerance_minutes as u64 * 60)
    }
}

/// What makes a run due.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "schedule", rename_all = "snake_case")]
pub enum Schedule {
    /// Its start: one run.
    #[default]
    Now,
    /// A moment: one run.
    Once {
        /// What the clocks of its zone show then.
        at: CivilDateTime,
    },
    /// Its start, and from there again and again.
    Every {
        /// So many units.
        n: u32,
        /// Minutes and hours are exact durations; days keep the time of day, whatever is done to
        /// the clocks between.
        unit: IntervalUnit,
    },
    /// Times of day on days of the week.
    Weekly {
        /// The days.
        days: Weekdays,
        /// The times of each day, in any order.
        times: Vec<CivilTime>,
    },
    /// What a cron expression says.
    Cron {
        /// The expression.
        expression: CronExpression,
    },
}

impl Schedule {
    /// Whether it can make more than one run due.
    pub const fn is_recurring(&self) -> bool {
        !matches!(self, Self::Now | Self::Once { .. })
    }
}

/// What an interval is counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalUnit {
    /// 60 seconds.
    Minutes,
    /// 60 minutes.
    Hours,
    /// Days on the calendar.
    #[default]
    Days,
}

impl IntervalUnit {
    /// All of them, from the shortest.
    pub const EVERY: [Self; 3] = [Self::Minutes, Self::Hours, Self::Days];
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;
    use crate::domain::schedule::Weekday;

    #[test]
    fn a_timing_is_written_with_words_and_iso_text() {
        let timing = Timing {
            schedule: Schedule::Weekly {
                days: Weekdays::from_iter([Weekday::Monday]),
                times: vec![time(8, 0, 0, 0)],
            },
            window: Some(Window {
                days: Weekdays::from_iter([Weekday::Monday]),
                from: time(8, 0, 0, 0),
                to: time(20, 30, 0, 0),
            }),
            last_day: Some(date(2026, 12, 24)),
            ..Timing::default()
        };
        let written = serde_json::to_value(&timing).unwrap();
        assert_eq!(
            written,
            serde_json::json!({
                "schedule": { "schedule": "weekly", "days": ["monday"], "times": ["08:00:00"] },
                "zone": "America/Sao_Paulo",
                "window": { "days": ["monday"], "from": "08:00:00", "to": "20:30:00" },
                "last_day": "2026-12-24",
                "max_runs": null,
                "tolerance_minutes": 120,
            })
        );
        assert_eq!(serde_json::from_value::<Timing>(written).unwrap(), timing);
    }

    #[test]
    fn every_schedule_is_read_as_it_was_written() {
        let at = date(2026, 11, 25).at(8, 0, 0, 0);
        let schedules = [
            Schedule::Now,
            Schedule::Once { at },
            Schedule::Every {
                n: 2,
                unit: IntervalUnit::Days,
            },
            Schedule::Weekly {
                days: Weekdays::WORKING,
                times: vec![time(8, 0, 0, 0), time(18, 30, 0, 0)],
            },
            Schedule::Cron {
                expression: "0 8 * * mon-fri".parse().unwrap(),
            },
        ];
        for schedule in schedules {
            let written = serde_json::to_string(&schedule).unwrap();
            assert_eq!(
                serde_json::from_str::<Schedule>(&written).unwrap(),
                schedule
            );
        }
    }
}
