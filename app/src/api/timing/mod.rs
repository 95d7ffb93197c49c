//! When a campaign runs, as the editor's form posts it.

mod form;
mod reading;
#[cfg(test)]
mod tests;

pub use form::{ScheduleKind, TimingForm, timing_field};
pub use reading::unit_word;
