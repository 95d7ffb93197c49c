//! Programs from Debian's archive, where this machine has it.

use std::{process::Command, time::Duration};

use anyhow::{Result, ensure};

use crate::process;

const LIMIT: Duration = Duration::from_mins(10);

/// Installs a package; needs a Debian and its administrator.
pub fn install(package: &str) -> Result<()> {
    ensure!(
        is_root() && process::find(&["apt-get"]).is_some(),
        "only the administrator of a Debian can install {package} this way"
    );
    let mut update = Command::new("apt-get");
    process::run_within(update.args(["update", "-qq"]), LIMIT)?;
    let mut install = Command::new("apt-get");
    install
        .args(["install", "-y", "-qq", "--no-install-recommends", package])
        .env("DEBIAN_FRONTEND", "noninteractive");
    process::run_within(&mut install, LIMIT)
}

fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
