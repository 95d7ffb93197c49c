//! How fast connections send: reading and setting it, and resuming what a restriction paused.

mod form;
mod own;
mod port;

pub use form::PaceForm;
pub use own::OwnPaceForm;
pub use port::*;
