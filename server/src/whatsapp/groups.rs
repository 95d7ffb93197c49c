//! The groups of connections: reading them from WhatsApp in the background, and keeping them
//! current as WhatsApp tells of changes. And the lists that people make of them.
//!
//! One worker per connection writes its groups, in one order: what WhatsApp told while a sync read
//! the list is applied after the list is stored.

mod asked;
mod changes;
mod keeper;
mod lists;
mod plan;
mod service;
mod sync;
mod worker;

pub(super) use changes::Change;
pub(super) use keeper::GroupKeeper;
pub use lists::GroupListService;
pub use plan::SyncPlan;
pub use service::GroupService;
