//! `cargo xtask clean`: removes everything that was built. `.tools` (downloads) and `data` stay.

use std::fs;

use anyhow::{Context, Result};

use crate::{cargo::cargo, process, workspace};

/// Removes everything that was built.
pub fn clean() -> Result<()> {
    process::run(cargo().arg("clean"))?;
    for folder in [
        "target",
        "node_modules",
        "test-results",
        "playwright-report",
    ] {
        let folder = workspace::path(folder);
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("failed to remove {}", folder.display()))?;
        }
    }
    Ok(())
}
