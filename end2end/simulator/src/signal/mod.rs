//! The Signal side of virtual devices: they hold sessions, receive sender keys and decrypt.
//!
//! A session belongs to a pair of devices under their canonical names, whichever of number and LID
//! a stanza used: senders move between the two, and a virtual device must follow.

mod group_keys;
mod pairwise;
mod stores;
mod vault;

pub(crate) use group_keys::SealedGroupMessage;
pub(crate) use pairwise::{Envelope, EnvelopeKind, SignalFailure};
pub(crate) use vault::SignalVault;
