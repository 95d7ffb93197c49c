//! The server over HTTP: the real router on a free port, on a real embedded store.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, its helpers included, and says what it measured"
)]

mod accounts;
mod browser;
mod conversions;
#[path = "../support/files.rs"]
mod files;
#[path = "../support/films.rs"]
mod films;
mod group_lists;
mod hostile;
mod library;
mod live;
mod media;
mod nothing;
mod outages;
mod paces;
mod runs;
mod rush;
mod safety;
mod server;
mod transfers;
