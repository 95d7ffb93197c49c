//! A Chromium for the browser tests.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};

use super::{archive, node_modules};
use crate::process::{self, step};

const ON_PATH: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
const LIMIT: Duration = Duration::from_mins(10);

/// Installs a browser, unless there is one.
pub fn prepare() -> Result<()> {
    if find().is_some() {
        return Ok(());
    }
    step("setup: browser");
    if archive::install("chromium").is_ok() {
        return Ok(());
    }
    node_modules::prepare()?;
    let mut install = process::command("npx");
    process::run_within(install.args(["playwright", "install", "chromium"]), LIMIT)?;
    find()
        .map(drop)
        .context("no browser was found after its installation")
}

/// The browser that the tests use: one on the `PATH`, else Playwright's own.
fn find() -> Option<PathBuf> {
    process::find(&ON_PATH).or_else(|| playwrights_own(&playwright_cache()?))
}

/// The newest Chromium in the folder where Playwright keeps its browsers.
fn playwrights_own(cache: &Path) -> Option<PathBuf> {
    let mut browsers: Vec<PathBuf> = fs::read_dir(cache)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|folder| {
            folder
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("chromium-"))
        })
        .flat_map(|folder| {
            [
                "chrome-linux/chrome",
                "chrome-linux64/chrome",
                "chrome-mac/Chromium.app/Contents/MacOS/Chromium",
            ]
            .map(|program| folder.join(program))
        })
        .filter(|program| program.is_file())
        .collect();
    browsers.sort();
    browsers.pop()
}

fn playwright_cache() -> Option<PathBuf> {
    if let Some(folder) = env::var_os("PLAYWRIGHT_BROWSERS_PATH") {
        return Some(folder.into());
    }
    let home = PathBuf::from(env::var_os("HOME")?);
    let cache = if cfg!(target_os = "macos") {
        "Library/Caches"
    } else {
        ".cache"
    };
    Some(home.join(cache).join("ms-playwright"))
}
