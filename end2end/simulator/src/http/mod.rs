//! Everything that the simulator serves.

mod api;
mod events;
mod failure;
mod page;
mod router;

pub(crate) use router::router;
