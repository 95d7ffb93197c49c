//! How fast the connection sends: what it did lately, and the form that sets it.

mod fields;
mod section;

pub(super) use section::Pace;
