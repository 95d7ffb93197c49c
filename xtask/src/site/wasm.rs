//! The browser's half of the app: compiled, bound to JavaScript, optimised.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::{assemble::Mode, files};
use crate::{
    cargo::{Artifacts, cargo},
    process, workspace,
};

/// What wasm-bindgen calls its results.
const NAME: &str = "arauto";

/// The WASM module with its JavaScript.
pub struct Bound {
    pub js: Vec<u8>,
    pub wasm: Vec<u8>,
    /// The folder of the JavaScript files that the module imports; it may not exist.
    pub snippets: PathBuf,
}

/// Builds the WASM module and its JavaScript.
pub fn build(mode: Mode) -> Result<Bound> {
    let compiled = compile(mode)?;
    let work = workspace::cache().join(match mode {
        Mode::Development => "wasm-dev",
        Mode::Release => "wasm-release",
    });
    bind_if_changed(&compiled, &work, mode)?;
    Ok(Bound {
        js: read(&work.join(format!("{NAME}.js")))?,
        wasm: read(&work.join(format!("{NAME}_bg.wasm")))?,
        snippets: work.join("snippets"),
    })
}

fn compile(mode: Mode) -> Result<PathBuf> {
    let profile = match mode {
        Mode::Development => "wasm-dev",
        Mode::Release => "wasm-release",
    };
    let mut command = cargo();
    command
        .args([
            "build",
            "--package=arauto-frontend",
            "--lib",
            "--target=wasm32-unknown-unknown",
        ])
        .args(["--profile", profile]);
    Artifacts::of(&mut command)?.file("arauto_frontend", "wasm")
}

/// The features of WASM that the compiler uses and every browser has. With all that wasm-opt knows it
/// writes what browsers refuse (compact imports).
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Binds the module, unless the results in the work folder were made from the same one.
fn bind_if_changed(compiled: &Path, work: &Path, mode: Mode) -> Result<()> {
    let made_from = format!("{} {}", files::hash(&read(compiled)?), FEATURES.join(" "));
    let stamp = work.join("made-from");
    if fs::read_to_string(&stamp).is_ok_and(|before| before == made_from) {
        return Ok(());
    }
    if work.exists() {
        fs::remove_dir_all(work)?;
    }
    fs::create_dir_all(work)?;
    bind(compiled, work, mode)?;
    if mode == Mode::Release {
        optimise(&work.join(format!("{NAME}_bg.wasm")))?;
    }
    fs::write(&stamp, made_from)?;
    Ok(())
}

fn bind(compiled: &Path, work: &Path, mode: Mode) -> Result<()> {
    Bindgen::new()
        .input_path(compiled)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        // The page passes the address, which holds the hash.
        .omit_default_module_path(true)
        .remove_name_section(mode == Mode::Release)
        .remove_producers_section(mode == Mode::Release)
        .generate(work)
        .context("failed to bind the WASM module")
}

/// Makes the module smaller, in place.
fn optimise(wasm: &Path) -> Result<()> {
    process::step("site: wasm-opt");
    let smaller = wasm.with_extension("opt.wasm");
    let wasm_opt = workspace::path("node_modules/.bin/wasm-opt");
    process::run(
        process::command(wasm_opt)
            .arg("-Oz")
            .args(FEATURES)
            .arg("-o")
            .arg(&smaller)
            .arg(wasm),
    )?;
    fs::rename(&smaller, wasm).context("failed to replace the WASM module")?;
    assert_compiles(wasm)
}

/// An engine that browsers had years ago accepts the module: Node's, which is never newer than theirs.
fn assert_compiles(wasm: &Path) -> Result<()> {
    const SCRIPT: &str = "new WebAssembly.Module(require('fs').readFileSync(process.argv[1]))";
    process::run(process::command("node").args(["-e", SCRIPT]).arg(wasm))
        .context("browsers would refuse the WASM module")
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("failed to read {}", file.display()))
}
