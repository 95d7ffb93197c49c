//! The conformance suite of the persistence port: every case runs on SQLite and on MongoDB.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::similar_names,
    reason = "a test fails by panicking, its helpers included, and says what it measured"
)]

#[path = "support/mongod.rs"]
mod mongod;
#[path = "store/mod.rs"]
mod suite;
