//! When a campaign runs: its schedule, its window, and what becomes of a run that nobody began in
//! time. Browser and server reckon with the same code.

#[cfg(feature = "ssr")]
#[cfg(test)]
mod awkward_dates;
mod calendar;
mod cron;
mod cron_field;
mod due;
#[cfg(feature = "ssr")]
mod embedded_zones;
mod next;
mod occurrences;
mod problems;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod properties;
mod timing;
mod weekdays;
mod window;
mod zone;

/// A date on the calendar, such as `2026-11-25`.
pub use jiff::civil::Date as CivilDate;
/// A date and a time of day that no zone is fixed for yet, such as `2026-11-25T08:00:00`.
pub use jiff::civil::DateTime as CivilDateTime;
/// A time of day, such as `08:00:00`.
pub use jiff::civil::Time as CivilTime;

pub use calendar::DueThen;
pub use cron::CronExpression;
pub use cron_field::{CronFault, CronField, CronProblem};
pub use due::{DueDecision, MISSED_COUNTED, MissedRuns, PUNCTUAL, Reckoning, decide};
pub use next::PastRuns;
pub use problems::{INTERVAL_MAX_DAYS, TOLERANCE_MAX_MINUTES, TimingProblem};
pub use timing::{IntervalUnit, Schedule, TOLERANCE_MINUTES, Timing};
pub use weekdays::{UnknownWeekday, Weekday, Weekdays};
pub use window::{Opening, Window};
pub use zone::{InvalidZoneName, UnreadableZone, Zone, ZoneName};
