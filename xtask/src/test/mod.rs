//! `cargo xtask test`: everything that CI runs.

mod rust;
mod steps;
mod tally;

pub use rust::crates;
pub use steps::test;
