//! What sessions cost: memory at rest, and the time until all are back after a restart.
//!
//! `make bench` runs it; `ARAUTO_BENCH_SESSIONS` changes how many sessions are restored.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a benchmark measures time, prints what it measured, and ends where it cannot go on"
)]

#[path = "../../tests/support/mod.rs"]
mod support;

mod idle;
mod restore;
mod world;

#[tokio::main]
async fn main() {
    idle::measure().await;
    restore::measure().await;
}
