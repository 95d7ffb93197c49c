//! The state of the network: who exists, what is linked, which groups there are, what was sent.
//!
//! Each file holds one kind of thing; [`Network`] puts them together behind one lock that is held
//! for short, synchronous steps only. What must survive a restart goes to the [`crate::store`].

mod accounts;
mod address;
mod events;
mod faults;
mod groups;
mod journal;
mod links;
mod outbox;
mod pairings;
mod people;
mod receipts;
mod state;

pub use events::NetworkEvent;
pub use faults::{Fault, FaultOrder};
pub use groups::Addressing;
pub use journal::MediaSummary;
pub use receipts::{AutomaticReceipts, ReceiptKind};

pub(crate) use accounts::{Account, LinkedDevice, PreKeys, UploadedKey};
pub(crate) use address::{DeviceAddress, User, lid_of};
pub(crate) use events::Events;
pub(crate) use faults::{AckFate, Faults, LoginRefusal};
pub(crate) use groups::{
    Community, Group, Participant, generate_members, named_participant, new_group_id,
};
pub(crate) use journal::{
    DecryptionFailure, Journal, Media, MessageKey, MessageRecord, RefusedAttempt,
};
pub(crate) use links::{Link, Links, Outgoing};
pub(crate) use outbox::{Outbox, Parcel, StoredParcel, store_key as parcel_key};
pub(crate) use pairings::{
    CompanionKeys, PairingDone, PairingFailure, Pairings, ScanUnderWay, ShownCode, TypedCode,
    Waiting,
};
pub(crate) use people::Person;
pub use people::member_number;
pub(crate) use receipts::ReceiptMark;
pub(crate) use state::{Network, World};
