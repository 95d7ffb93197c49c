//! An ffmpeg for the tests of what it converts. The product does without one; its tests do not.

use anyhow::{Context, Result};

use super::archive;
use crate::process::{self, step};

/// Installs ffmpeg, unless there is one.
pub fn prepare() -> Result<()> {
    if process::find(&["ffmpeg"]).is_some() {
        return Ok(());
    }
    step("setup: ffmpeg for the tests");
    archive::install("ffmpeg").context("install ffmpeg and put it on the PATH")
}
