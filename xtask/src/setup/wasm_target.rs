//! Rust's standard library for `wasm32-unknown-unknown`.

use std::{fs, path::Path, process::Command, time::Duration};

use anyhow::Result;

use super::rust_source;
use crate::{
    process::{self, step},
    workspace,
};

pub const TARGET: &str = "wasm32-unknown-unknown";
const RUSTUP_LIMIT: Duration = Duration::from_mins(2);
const RUSTUP_TRIES: u32 = 2;

/// Installs the target, unless it works: by rustup, else by building it from Rust's own source.
pub fn prepare() -> Result<()> {
    if works(Command::new("rustc"))? {
        return Ok(());
    }
    step("setup: WASM target");
    for _ in 0..RUSTUP_TRIES {
        let mut rustup = process::command("rustup");
        rustup.args(["target", "add", TARGET]);
        if process::run_within(&mut rustup, RUSTUP_LIMIT).is_ok() && works(Command::new("rustc"))? {
            return Ok(());
        }
    }
    step("setup: WASM target from Rust's source");
    rust_source::install()
}

/// Whether this compiler compiles and links for the target.
pub fn works(mut rustc: Command) -> Result<bool> {
    let work = workspace::cache().join("probe");
    fs::create_dir_all(&work)?;
    let source = work.join("probe.rs");
    fs::write(
        &source,
        "#[unsafe(no_mangle)] pub extern \"C\" fn probe() -> usize { vec![1].len() }",
    )?;
    Ok(process::succeeds(probe(&mut rustc, &source, &work)))
}

fn probe<'a>(rustc: &'a mut Command, source: &Path, work: &Path) -> &'a mut Command {
    rustc
        .current_dir(workspace::root())
        .args([
            "--edition=2024",
            "--crate-type=cdylib",
            "--target",
            TARGET,
            "-o",
        ])
        .arg(work.join("probe.wasm"))
        .arg(source)
}
