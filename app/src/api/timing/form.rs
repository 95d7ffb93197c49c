//! When a campaign runs, as the editor's form posts it.

use serde::{Deserialize, Serialize};

use super::reading::{
    day_words, read_days, read_number, read_time, read_times, read_unit, time_text, unit_word,
};
use crate::domain::{
    CivilDate, CivilTime, IntervalUnit, Schedule, TOLERANCE_MINUTES, Timing, TimingProblem,
    Weekdays, Window, ZoneName,
};

/// Which of the form's schedules is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleKind {
    /// See [`Schedule::Now`].
    #[default]
    Now,
    /// See [`Schedule::Once`].
    Once,
    /// See [`Schedule::Every`].
    Every,
    /// See [`Schedule::Weekly`].
    Weekly,
    /// See [`Schedule::Cron`].
    Cron,
}

impl ScheduleKind {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 5] = [Self::Now, Self::Once, Self::Every, Self::Weekly, Self::Cron];

    /// The word that the form posts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Once => "once",
            Self::Every => "every",
            Self::Weekly => "weekly",
            Self::Cron => "cron",
        }
    }

    /// Whether it can make more than one run due, so that limits mean something.
    pub const fn is_recurring(self) -> bool {
        matches!(self, Self::Every | Self::Weekly | Self::Cron)
    }
}

/// The answers about when a campaign runs, as a browser posts them, with or without WASM: texts as
/// they were written, and those of the schedules that are not chosen as well.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimingForm {
    /// The chosen schedule.
    #[serde(default)]
    pub schedule: ScheduleKind,
    /// The day of one run.
    #[serde(default)]
    pub date: String,
    /// Its time of day.
    #[serde(default)]
    pub time: String,
    /// How many units an interval has.
    #[serde(default)]
    pub n: String,
    /// Which unit it has.
    #[serde(default)]
    pub unit: String,
    /// The days of a week.
    #[serde(default)]
    pub days: Vec<String>,
    /// The times of each of them, with commas between.
    #[serde(default)]
    pub times: String,
    /// A cron expression.
    #[serde(default)]
    pub cron: String,
    /// The name of the time zone; empty for Brasília's.
    #[serde(default)]
    pub zone: String,
    /// Whether there is a window: `on`, or empty.
    #[serde(default)]
    pub windowed: String,
    /// The days on which the window opens.
    #[serde(default)]
    pub window_days: Vec<String>,
    /// When it opens.
    #[serde(default)]
    pub from: String,
    /// When it closes.
    #[serde(default)]
    pub to: String,
    /// The last day; empty for none.
    #[serde(default)]
    pub last_day: String,
    /// How many runs there are at most; empty for no limit.
    #[serde(default)]
    pub max_runs: String,
    /// How late a run may begin, in minutes; empty for the usual.
    #[serde(default)]
    pub tolerance: String,
}

impl TimingForm {
    /// Gathers the answers from wherever a form's fields are: `one` and `all` give the values of a
    /// field by the name that the form posts it under. `None` when it was not posted at all.
    pub fn gather(
        one: impl Fn(&str) -> Option<String>,
        all: impl Fn(&str) -> Vec<String>,
    ) -> Option<Self> {
        let text = |name: &str| one(&timing_field(name)).unwrap_or_default();
        let list = |name: &str| all(&format!("{}[]", timing_field(name)));
        let chosen = one(&timing_field("schedule"))?;
        let mut kinds = ScheduleKind::ALL.into_iter();
        Some(Self {
            schedule: kinds
                .find(|kind| kind.as_str() == chosen)
                .unwrap_or_default(),
            date: text("date"),
            time: text("time"),
            n: text("n"),
            unit: text("unit"),
            days: list("days"),
            times: text("times"),
            cron: text("cron"),
            zone: text("zone"),
            windowed: text("windowed"),
            window_days: list("window_days"),
            from: text("from"),
            to: text("to"),
            last_day: text("last_day"),
            max_runs: text("max_runs"),
            tolerance: text("tolerance"),
        })
    }

    /// The answers under the names that the form posts them as: what [`gather`](Self::gather) reads.
    pub fn answers(&self) -> Vec<(String, String)> {
        let one = |name: &str, value: &str| (timing_field(name), value.to_owned());
        let mut answers = vec![
            one("schedule", self.schedule.as_str()),
            one("date", &self.date),
            one("time", &self.time),
            one("n", &self.n),
            one("unit", &self.unit),
            one("times", &self.times),
            one("cron", &self.cron),
            one("zone", &self.zone),
            one("windowed", &self.windowed),
            one("from", &self.from),
            one("to", &self.to),
            one("last_day", &self.last_day),
            one("max_runs", &self.max_runs),
            one("tolerance", &self.tolerance),
        ];
        let days = self.days.iter().map(|day| ("days", day));
        let window_days = self.window_days.iter().map(|day| ("window_days", day));
        let boxes = days.chain(window_days);
        answers.extend(boxes.map(|(name, day)| (format!("{}[]", timing_field(name)), day.clone())));
        answers
    }

    /// What the answers say, or what is wrong with them as such.
    /// [`Timing::problems`] knows what else can be.
    pub fn timing(&self) -> Result<Timing, Vec<TimingProblem>> {
        let mut problems = Vec::new();
        let schedule = noted(self.read_schedule(), &mut problems);
        let zone = noted(self.read_zone(), &mut problems);
        let window = noted(self.read_window(), &mut problems);
        let last_day = noted(self.read_last_day(), &mut problems);
        let max_runs = noted(self.read_max_runs(), &mut problems);
        let tolerance = noted(self.read_tolerance(), &mut problems);
        match (schedule, zone, window, last_day, max_runs, tolerance) {
            (
                Some(schedule),
                Some(zone),
                Some(window),
                Some(last_day),
                Some(max_runs),
                Some(tolerance_minutes),
            ) => Ok(Timing {
                schedule,
                zone,
                window,
                last_day,
                max_runs,
                tolerance_minutes,
            }),
            _ => Err(problems),
        }
    }

    /// The zone, if what stands there can be the name of one.
    pub fn read_zone(&self) -> Result<ZoneName, TimingProblem> {
        if self.zone.is_empty() {
            return Ok(ZoneName::default());
        }
        self.zone.parse().map_err(|_| TimingProblem::ZoneUnknown)
    }

    fn read_schedule(&self) -> Result<Schedule, TimingProblem> {
        Ok(match self.schedule {
            ScheduleKind::Now => Schedule::Now,
            ScheduleKind::Once => {
                let moment = (self.date.parse::<CivilDate>(), read_time(&self.time));
                let (Ok(date), Some(time)) = moment else {
                    return Err(TimingProblem::MomentMissing);
                };
                Schedule::Once {
                    at: date.to_datetime(time),
                }
            }
            ScheduleKind::Every => Schedule::Every {
                n: read_number(&self.n).ok_or(TimingProblem::IntervalMissing)?,
                unit: read_unit(&self.unit),
            },
            ScheduleKind::Weekly => Schedule::Weekly {
                days: read_days(&self.days),
                times: read_times(&self.times).ok_or(TimingProblem::TimesMissing)?,
            },
            ScheduleKind::Cron => Schedule::Cron {
                expression: self.cron.parse().map_err(TimingProblem::Cron)?,
            },
        })
    }

    fn read_window(&self) -> Result<Option<Window>, TimingProblem> {
        if self.windowed.is_empty() {
            return Ok(None);
        }
        let (Some(from), Some(to)) = (read_time(&self.from), read_time(&self.to)) else {
            return Err(TimingProblem::WindowTimesMissing);
        };
        let days = read_days(&self.window_days);
        Ok(Some(Window { days, from, to }))
    }

    fn read_last_day(&self) -> Result<Option<CivilDate>, TimingProblem> {
        let day = self.last_day.trim();
        if day.is_empty() || !self.schedule.is_recurring() {
            return Ok(None);
        }
        let day = day.parse().map_err(|_| TimingProblem::LastDayPassed)?;
        Ok(Some(day))
    }

    fn read_max_runs(&self) -> Result<Option<u32>, TimingProblem> {
        if self.max_runs.trim().is_empty() || !self.schedule.is_recurring() {
            return Ok(None);
        }
        let max = read_number(&self.max_runs).ok_or(TimingProblem::MaxRunsMissing)?;
        Ok(Some(max))
    }

    fn read_tolerance(&self) -> Result<u32, TimingProblem> {
        if self.tolerance.trim().is_empty() {
            return Ok(TOLERANCE_MINUTES);
        }
        read_number(&self.tolerance).ok_or(TimingProblem::ToleranceTooLong)
    }
}

impl From<&Timing> for TimingForm {
    /// The answers that say `timing`; those about other schedules and about a window that it lacks
    /// begin with what most people would write.
    fn from(timing: &Timing) -> Self {
        let shop_hours = Window {
            days: Weekdays::ALL,
            from: CivilTime::constant(8, 0, 0, 0),
            to: CivilTime::constant(20, 0, 0, 0),
        };
        let window = timing.window.unwrap_or(shop_hours);
        let mut form = Self {
            n: "1".to_owned(),
            unit: unit_word(IntervalUnit::Days).to_owned(),
            days: day_words(Weekdays::WORKING),
            times: "08:00".to_owned(),
            cron: "0 8 * * 1-5".to_owned(),
            zone: timing.zone.to_string(),
            windowed: timing.window.map_or("", |_| "on").to_owned(),
            window_days: day_words(window.days),
            from: time_text(window.from),
            to: time_text(window.to),
            last_day: timing
                .last_day
                .map(|day| day.to_string())
                .unwrap_or_default(),
            max_runs: timing
                .max_runs
                .map(|max| max.to_string())
                .unwrap_or_default(),
            tolerance: timing.tolerance_minutes.to_string(),
            ..Self::default()
        };
        form.write_schedule(&timing.schedule);
        form
    }
}

impl TimingForm {
    fn write_schedule(&mut self, schedule: &Schedule) {
        self.schedule = match schedule {
            Schedule::Now => ScheduleKind::Now,
            Schedule::Once { at } => {
                self.date = at.date().to_string();
                self.time = time_text(at.time());
                ScheduleKind::Once
            }
            Schedule::Every { n, unit } => {
                self.n = n.to_string();
                unit_word(*unit).clone_into(&mut self.unit);
                ScheduleKind::Every
            }
            Schedule::Weekly { days, times } => {
                self.days = day_words(*days);
                let times: Vec<String> = times.iter().copied().map(time_text).collect();
                self.times = times.join(", ");
                ScheduleKind::Weekly
            }
            Schedule::Cron { expression } => {
                self.cron = expression.to_string();
                ScheduleKind::Cron
            }
        };
    }
}

/// The name under which the form posts an answer.
pub fn timing_field(name: &str) -> String {
    format!("form[timing][{name}]")
}

/// What was read, or a note of what is wrong.
fn noted<T>(read: Result<T, TimingProblem>, problems: &mut Vec<TimingProblem>) -> Option<T> {
    read.map_err(|problem| problems.push(problem)).ok()
}
