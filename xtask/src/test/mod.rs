//! `cargo xtask test`: everything that CI runs.

mod again;
mod browser;
mod independent_client;
mod rust;
mod steps;
mod tally;

pub use rust::crates;
pub use steps::{end_to_end, test};
