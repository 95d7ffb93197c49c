//! The keys of WhatsApp sessions: what the engine must find again after a restart.
//!
//! The engine asks for them through its `Backend` traits; [`SessionKeys`] answers from the
//! [`SessionKeyStore`](crate::store::SessionKeyStore), one instance per connection and session,
//! with every value sealed ([`Sealer`]). Each file beside `cells` implements one of those traits.

mod app_sync;
mod cells;
mod device;
mod master;
mod messages;
mod protocol;
mod records;
mod seal;
mod signal;
mod tokens;

pub use cells::SessionKeys;
pub use master::{MasterKeyError, master_key};
pub use seal::{MasterKey, OpenError, Place, Sealer};

#[cfg(test)]
mod memory;
