//! Calls of Cargo.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::process;

/// Cargo, the one that started this tool.
pub fn cargo() -> Command {
    process::command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Whether Cargo has this subcommand.
pub fn has(subcommand: &str) -> bool {
    process::find(&[&format!("cargo-{subcommand}")]).is_some()
}

/// What a `cargo build` made: its files, with the name of the target that each belongs to.
pub struct Artifacts(Vec<(String, PathBuf)>);

impl Artifacts {
    /// Runs a `cargo build` and collects what it names as its results.
    pub fn of(build: &mut Command) -> Result<Self> {
        let output = build
            .arg("--message-format=json-render-diagnostics")
            .stderr(Stdio::inherit())
            .output()
            .context("failed to start cargo")?;
        ensure!(output.status.success(), "{build:?}: {}", output.status);
        let messages = String::from_utf8(output.stdout).context("cargo printed no UTF-8")?;
        let mut artifacts = Vec::new();
        for line in messages.lines() {
            let message: Value =
                serde_json::from_str(line).context("failed to read cargo's report")?;
            if message["reason"] != "compiler-artifact" {
                continue;
            }
            let target = message["target"]["name"].as_str().unwrap_or_default();
            let files = message["filenames"].as_array().into_iter().flatten();
            artifacts.extend(
                files
                    .filter_map(Value::as_str)
                    .map(|file| (target.to_owned(), file.into())),
            );
        }
        Ok(Self(artifacts))
    }

    /// The file of this target with this extension; an executable has an empty one.
    pub fn file(&self, target: &str, extension: &str) -> Result<PathBuf> {
        self.0
            .iter()
            .find(|(name, file)| {
                name == target && file.extension().unwrap_or_default() == extension
            })
            .map(|(_, file)| file.clone())
            .with_context(|| format!("cargo built no .{extension} of {target}"))
    }
}
