//! The calendar of runs: which days it shows, and where campaigns get into each other's way.

mod conflicts;
mod span;

pub use conflicts::{Occupation, conflicts};
pub use span::{AgendaSpan, InvalidAgendaSpan};
