//! `cargo xtask check`: what one runs before a commit.

use std::{collections::BTreeSet, fs};

use anyhow::{Result, ensure};

use crate::{
    cargo::{self, cargo},
    process::{self, step},
    setup::{self, Tool},
    test, workspace,
};

/// The folders of the crates that have tests for this machine, with the crates' names.
const CRATES: [(&str, &str); 4] = [
    ("app/", "arauto-app"),
    ("end2end/simulator/", "arauto-sim"),
    ("server/", "arauto"),
    ("xtask/", "xtask"),
];

/// The files that every crate depends on.
const COMMON: [&str; 3] = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml"];

/// Checks style, lints, licences and features, then tests the crates that changed.
pub fn check() -> Result<()> {
    setup::prepare(&[Tool::WasmTarget])?;
    format()?;
    lint()?;
    dependencies()?;
    let changed = changed_crates(&changed_files()?);
    if changed.is_empty() {
        step("tests: no crate changed");
        return Ok(());
    }
    step(&format!(
        "tests: {}",
        changed.iter().copied().collect::<Vec<_>>().join(", ")
    ));
    setup::prepare(&[Tool::Mongod, Tool::Ffmpeg])?;
    let tally = test::crates(&changed)?;
    tally.print();
    ensure!(tally.is_success(), "tests failed");
    Ok(())
}

/// The code is formatted.
pub fn format() -> Result<()> {
    step("fmt");
    process::run(cargo().args(["fmt", "--all", "--check"]))?;
    if process::find(&["leptosfmt"]).is_some() {
        step("leptosfmt");
        process::run(process::command("leptosfmt").args(["--check", "app/src"]))?;
    }
    Ok(())
}

/// Clippy has nothing to say, natively and for the browser.
pub fn lint() -> Result<()> {
    step("clippy");
    process::run(cargo().args([
        "clippy",
        "--quiet",
        "--all-targets",
        "--features=arauto/simulator",
        "--",
        "--deny=warnings",
    ]))?;
    step("clippy for the browser");
    process::run(cargo().args([
        "clippy",
        "--quiet",
        "--package=arauto-frontend",
        "--target=wasm32-unknown-unknown",
        "--profile=wasm-dev",
        "--",
        "--deny=warnings",
    ]))
}

/// What the tree depends on, and how, is what was decided.
pub fn dependencies() -> Result<()> {
    step("dependencies");
    no_simd()?;
    locked_crates()?;
    // Compiling cargo-deny takes minutes, so it is no part of the set-up.
    if cargo::has("deny") {
        process::run(cargo().args([
            "deny",
            "--all-features",
            "check",
            "bans",
            "licenses",
            "sources",
        ]))?;
    }
    Ok(())
}

/// The engine's feature `simd` needs a nightly compiler; any crate of the tree may turn it on.
fn no_simd() -> Result<()> {
    let tree = process::output(cargo().args([
        "tree",
        "--locked",
        "--workspace",
        "--features=arauto/simulator",
        "--edges=features",
        "--prefix=none",
    ]))?;
    ensure!(
        tree.contains("wacore-binary feature"),
        "cargo tree does not list the engine's features"
    );
    let engine = |line: &&str| line.starts_with("wacore") || line.starts_with("whatsapp-rust");
    let simd = tree
        .lines()
        .filter(engine)
        .find(|line| line.contains("feature \"simd"));
    ensure!(
        simd.is_none(),
        "{} is on: it needs a nightly compiler",
        simd.unwrap_or_default()
    );
    Ok(())
}

/// Every crate comes from one registry, and the program links one SQLite.
fn locked_crates() -> Result<()> {
    let lock = fs::read_to_string(workspace::path("Cargo.lock"))?;
    let sources: BTreeSet<&str> = lock
        .lines()
        .filter(|line| line.starts_with("source = "))
        .collect();
    ensure!(
        sources.len() == 1
            && sources
                .iter()
                .all(|source| source.starts_with("source = \"registry+")),
        "Cargo.lock takes crates from {sources:?}"
    );
    let sqlite = lock.matches("name = \"libsqlite3-sys\"").count();
    ensure!(
        sqlite == 1,
        "Cargo.lock holds {sqlite} versions of libsqlite3-sys"
    );
    Ok(())
}

/// The files that differ from the branch's beginning, committed or not.
fn changed_files() -> Result<String> {
    let base = ["origin/main", "main"].iter().find_map(|main| {
        let mut merge_base = process::command("git");
        merge_base.args(["merge-base", "HEAD", main]);
        process::succeeds(&mut merge_base).then(|| process::output(&mut merge_base))
    });
    let base = base.unwrap_or_else(|| Ok("HEAD".to_owned()))?;
    let mut files =
        process::output(process::command("git").args(["diff", "--name-only", base.trim()]))?;
    files += &process::output(process::command("git").args([
        "ls-files",
        "--others",
        "--exclude-standard",
    ]))?;
    Ok(files)
}

fn changed_crates(files: &str) -> BTreeSet<&'static str> {
    let all = files.lines().any(|file| COMMON.contains(&file));
    let changed = |folder: &str| files.lines().any(|file| file.starts_with(folder));
    CRATES
        .iter()
        .filter(|(folder, _)| all || changed(folder))
        .map(|(_, name)| *name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_files_name_their_crates() {
        assert_eq!(
            changed_crates("README.md\nstyle/main.css\n"),
            BTreeSet::new()
        );
        assert_eq!(
            changed_crates("end2end/simulator/src/lib.rs\napp/src/lib.rs\n"),
            BTreeSet::from(["arauto-app", "arauto-sim"])
        );
        assert_eq!(changed_crates("Cargo.lock\n").len(), CRATES.len());
    }
}
