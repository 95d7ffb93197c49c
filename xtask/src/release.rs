//! `cargo xtask release`: what is shipped.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::{
    build::{self, Options},
    cargo::cargo,
    process, site, workspace,
};

/// Builds the smallest site and the fastest server, and prints how big they came out.
pub fn release() -> Result<()> {
    let built = build::build(Options {
        release: true,
        simulator: false,
    })?;
    assert_no_simulator()?;
    let names = site::Names::read(&workspace::site())?;
    let wasm = workspace::site().join(&names.wasm);
    println!("WASM:           {:>9} bytes", size(&wasm)?);
    println!(
        "WASM in brotli: {:>9} bytes",
        size(&wasm.with_added_extension("br"))?
    );
    println!(
        "server:         {:>9} bytes  {}",
        size(&built.server)?,
        built.server.display()
    );
    Ok(())
}

/// The shipped server must check the certificate chain of the network that it talks to.
fn assert_no_simulator() -> Result<()> {
    let tree = process::output(cargo().args([
        "tree",
        "--locked",
        "--package=arauto",
        "--edges=features,normal",
        "--prefix=none",
    ]))?;
    ensure!(
        tree.contains("wacore-noise"),
        "cargo tree does not list the WhatsApp engine"
    );
    ensure!(
        !tree.contains("danger-skip-cert-chain-verify"),
        "the server would be built with the simulator feature"
    );
    Ok(())
}

fn size(file: &Path) -> Result<u64> {
    Ok(fs::metadata(file)
        .with_context(|| format!("failed to find {}", file.display()))?
        .len())
}
