//! Saving what is written: by itself, by a button, and never over what somebody else wrote.

mod conflict;
mod guard;
mod keeper;
mod note;

pub(super) use conflict::ChangedElsewhere;
pub(super) use guard::guard;
pub(super) use keeper::Keeper;
pub(super) use note::KeptNote;
