//! The whole product at once: the real binary, the real wire protocol against the simulated
//! network, a person who uses it over HTTP, and what goes wrong in between.
#![cfg(feature = "simulator")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, its helpers included, and says what it measured"
)]

#[path = "../support/files.rs"]
mod files;
#[path = "../support/mod.rs"]
mod support;

mod chaos;
mod completion;
mod doctor;
mod editor;
mod faults;
#[path = "../support/films.rs"]
#[allow(dead_code, reason = "other tests use more of them")]
mod films;
mod keys;
mod large_files;
mod moving;
mod receipts;
mod redeploy;
mod repeats;
mod stock;
mod stop;
mod story;
mod test_sends;
mod uploads;
mod world;
