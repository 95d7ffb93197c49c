//! Hosting of WhatsApp sessions. The rest of the server sees [`Messenger`], the app's ports and
//! the [`Hub`], and nothing of the engine: its types stop inside this folder.
//!
//! ```text
//! connections, groups      the app's ports
//!          │
//!         hub ── actor ── machine     one actor per connection; the machine decides
//!          │       │  └── ledger      what is stored, in order
//!       tenancy    │                  which connections this server runs, and which another one
//!               session               the port to the engine
//!                  │
//!               engine ── keys        the adapter, and the session's keys in our store
//! ```

mod actor;
mod connections;
mod engine;
mod groups;
mod hub;
mod keys;
mod ledger;
mod machine;
mod messenger;
mod pings;
mod reach;
mod session;
mod signals;
mod tenancy;
mod unanswered;

pub use connections::{ConnectionService, outage_question};
pub use engine::NetworkError;
#[cfg(feature = "simulator")]
pub use engine::SimulatedNetwork;
pub use groups::{GroupListService, GroupService, SyncPlan};
pub use hub::{Hub, HubError, WhatsappConfig};
pub use keys::{
    ConfiguredKeys, KeyId, KeyRing, Legibility, Locked, MasterKey, MasterKeyError, Rotation,
    RotationError, rotate,
};
pub use messenger::{
    MediaFile, MessageSignal, Messenger, OutgoingMedia, OutgoingMessage, SendError,
};
pub use pings::PingPlan;
pub use reach::Whereabouts;
pub use tenancy::TenancyConfig;
