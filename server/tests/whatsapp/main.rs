//! Connections over the wire against the simulated network: real sockets, real cryptography, the
//! embedded store.

#![cfg(feature = "simulator")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should say where"
)]

mod faults;
mod group_changes;
mod groups;
mod house;
mod matrix;
mod media;
mod messages;
mod numbers;
mod own_phone;
mod pairing;
mod pairing_code;
mod phones;
mod restart;
mod wording;
