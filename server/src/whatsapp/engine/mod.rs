//! The adapter to the engine library (`wa_rs`): the only place besides `keys` that knows its types.
//!
//! A session here is one connection of the library, whose own reconnecting is off: it would not
//! tell when it tries again, and it reconnects after a silence without telling at all. The one
//! exception is the moment after a phone linked the device, when WhatsApp closes the connection
//! and expects the same client back.

mod content;
mod course;
mod events;
mod failures;
mod groups;
mod host;
mod live;
mod network;
mod own;
mod sealed;
mod traces;
mod uploads;
mod version;

pub use host::WhatsappEngine;
#[cfg(feature = "simulator")]
pub use network::SimulatedNetwork;
pub use network::{NetworkError, WhatsappNetwork};
