//! The bytes of media over HTTP: in by a form or piece by piece, out with ranges.

mod download;
mod range;
mod transfer;
mod upload;

pub(super) use download::{file, thumbnail};
pub(super) use transfer::{abandon, append, begin, finish, show};
pub(super) use upload::upload;
