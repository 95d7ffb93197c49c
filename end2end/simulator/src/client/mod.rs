//! One connection of a client, from its first byte to its last.

mod login;
mod offer;
mod pairing_code;
mod registration;
mod scan;
mod serve;
mod stanzas;
mod stream_errors;

pub(crate) use login::flush_offline;
pub(crate) use offer::PairingOutcome;
pub(crate) use pairing_code::{type_code, withdraw};
pub use scan::ScanRefusal;
pub(crate) use scan::begin_scan;
pub(crate) use serve::serve;
pub(crate) use stream_errors::{conflict, device_removed, stream_error};
