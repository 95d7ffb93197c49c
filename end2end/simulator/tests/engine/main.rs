//! The engine of the product as the client of the network: what it needs must be there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should say where"
)]

mod baileys;
mod faults;
mod harness;
mod media;
mod messages;
mod pairing;
mod pairing_code;
mod restart;
