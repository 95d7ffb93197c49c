//! Several servers on one MongoDB: the real binaries against the simulated network, and what is left
//! of it all when one of them is killed, frozen, or asked to go.
#![cfg(feature = "simulator")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, its helpers included; it measures real time and says so"
)]

#[path = "../support/mod.rs"]
mod support;

mod cluster;
mod drill;
mod keys;
mod kills;
mod pages;
mod takeover;
