//! The simulated network against a client that shares no code with it.

use std::{path::PathBuf, time::Duration};

use anyhow::Result;

use super::tally::Tally;
use crate::{process, process::step, workspace};

/// A client that waits for an answer that does not come would wait for ever.
const LIMIT: Duration = Duration::from_mins(5);

/// Lets Baileys link itself, list groups, send and decrypt; counts as one test.
pub fn check() -> Result<Tally> {
    step("independent client");
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace::path("target"), PathBuf::from);
    let mut command = process::command("node");
    command
        .arg(workspace::path("end2end/baileys/run.mjs"))
        .arg(target.join("debug/arauto-sim"));
    process::run_within(&mut command, LIMIT)?;
    Ok(Tally {
        passed: 1,
        failed: 0,
    })
}
