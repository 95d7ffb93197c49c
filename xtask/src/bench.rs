//! `cargo xtask bench`: what the shipped build costs, on this machine.

use anyhow::Result;

use crate::{
    build,
    cargo::cargo,
    process::{self, step},
};

/// Builds the site and the server as they are shipped, but for the simulated network, and measures
/// them there.
pub fn bench() -> Result<()> {
    build::build_site(true)?;
    step("benchmarks");
    process::run(cargo().args([
        "bench",
        "--package=arauto",
        "--bench=*",
        "--features=simulator",
    ]))
}
