//! A WhatsApp network on localhost.
//!
//! It speaks the wire protocol that WhatsApp Web speaks (WebSocket, Noise, binary stanzas, Signal),
//! as far as the clients tested against it use it, and holds virtual phones that scan a QR code or are told a pairing code,
//! groups whose members really decrypt what they receive, media hosts, and faults to inject.
//!
//! [`Simulator::start`] runs one; [`Simulator::control`] is its remote control, and the same
//! operations are served as JSON under `/sim/`. Everything that it decides at random comes from
//! [`SimulatorConfig::seed`].
//!
//! **What it does not prove**: it was written from clients of the protocol, so it shows integration,
//! persistence, acknowledgement and failure handling, not that WhatsApp accepts a client.
//!
//! Comments that name a section such as *S11* refer to the stanza list in the crate's README.

mod client;
mod clock;
mod control;
mod demo;
mod http;
mod iq;
mod keys;
mod media;
mod messages;
mod network;
mod notifications;
mod signal;
mod simulator;
mod store;
mod wire;

pub use client::ScanRefusal;
pub use control::{
    ChatView, Control, ControlError, DeviceView, GroupChange, GroupView, MemberView, MessageView,
    NewGroup, NewPhone, Owner, PairedDevice, PendingPairing, PhoneView, ReceiptOrder,
    ReceiptTargets, Scan, StateView, TypedCode,
};
pub use demo::furnish;
pub use network::{
    Addressing, AutomaticReceipts, Fault, FaultOrder, MediaSummary, NetworkEvent, ReceiptKind,
    member_number,
};
pub use simulator::{DecryptionMode, Simulator, SimulatorConfig, StartError};
