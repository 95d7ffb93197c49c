//! Choosing a file of the library: a dialog, and a list for pages that are not alive.

mod desk;
mod dialog;
mod field;
mod plain;

pub(super) use desk::MediaDesk;
pub(super) use dialog::MediaDialog;
pub(super) use field::MediaField;
pub(super) use plain::{AskedOfLibrary, PlainLibrary};
