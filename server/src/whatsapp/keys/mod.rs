//! The keys of WhatsApp sessions: what the engine must find again after a restart.
//!
//! The engine asks for them through its `Backend` traits; [`SessionKeys`] answers from the
//! [`SessionKeyStore`](crate::store::SessionKeyStore), one instance per connection and session,
//! with every value sealed ([`Sealer`]) by a master key of the [`KeyRing`]. The files beside `cells`
//! implement those traits, but for `legibility`, `ring`, `rotation` and `seal`.

mod app_sync;
mod cells;
mod device;
mod legibility;
mod messages;
mod protocol;
mod records;
mod ring;
mod rotation;
mod seal;
mod signal;
mod tokens;

pub use cells::SessionKeys;
pub use legibility::Legibility;
pub use ring::{ConfiguredKeys, KeyRing, Locked, MasterKeyError};
pub use rotation::{Rotation, RotationError, rotate};
pub use seal::{KeyId, MasterKey, OpenError, Place, Sealer};

#[cfg(test)]
mod memory;
