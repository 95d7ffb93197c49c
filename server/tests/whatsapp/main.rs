//! Connections over the wire against the simulated network: real sockets, real cryptography, the
//! embedded store.

#![cfg(feature = "simulator")]

mod faults;
mod groups;
mod house;
mod messages;
mod pairing;
mod restart;
