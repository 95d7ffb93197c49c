//! The bytes of media over HTTP: in by a form, out with ranges.

mod download;
mod range;
mod upload;

pub(super) use download::{file, thumbnail};
pub(super) use upload::upload;
