//! The editor's section about when the campaign runs.

mod answers;
mod limits;
mod next_runs;
mod parts;
mod problems;
mod schedules;
mod section;

pub(super) use problems::written;
pub(super) use section::{When, WhenMaterial};
