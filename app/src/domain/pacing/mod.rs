//! How fast a connection sends: its [`Limits`], what it handed over lately (its [`History`]), and what
//! follows from the two for the next message ([`next_message`]) and for many of them ([`estimate`]).

mod decision;
mod estimate;
mod history;
mod interval;
mod limits;
#[cfg(test)]
mod properties;
mod restriction;
mod warm_up;

pub use decision::{Hold, HoldReason, PaceDecision, next_message};
pub use estimate::{Estimate, HeldBy, estimate};
pub use history::History;
pub use interval::Pacing;
pub use limits::{
    DAILY_MAX, HOURLY_MAX, INTERVAL_MAX, INTERVAL_MIN, Limits, LongPause, PAUSE_EVERY_MAX,
    PAUSE_MAX, PAUSE_MIN, PaceProblem,
};
pub use restriction::{Restriction, RestrictionCause};
pub use warm_up::{WARM_UP_DAYS, WarmUpRung, warm_up_rung};
