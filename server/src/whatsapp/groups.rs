//! The groups of connections: reading them from WhatsApp in the background, and keeping them
//! current as WhatsApp tells of changes.

mod keeper;
mod service;

pub(super) use keeper::GroupKeeper;
pub use service::GroupService;
