//! What the address of the calendar says: its span and the day that is looked at.

use crate::domain::{AgendaSpan, CivilDate};

/// Where the calendar is.
pub(super) const PATH: &str = "/agenda";
/// The part of the address that tells the span.
pub(super) const SPAN: &str = "periodo";
/// The part of the address that tells the day.
pub(super) const DAY: &str = "dia";

/// The address of a span.
pub(super) fn of_span(span: AgendaSpan) -> String {
    format!("{PATH}?{SPAN}={span}")
}

/// The address of a day within a span.
pub(super) fn of_day(span: AgendaSpan, day: CivilDate) -> String {
    format!("{PATH}?{SPAN}={span}&{DAY}={day}#{DAY}")
}
