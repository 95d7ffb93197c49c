//! How fast connections send: reading and setting it, and resuming what a restriction paused.

mod form;
mod port;

pub use form::PaceForm;
pub use port::*;
