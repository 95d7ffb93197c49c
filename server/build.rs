//! Tells `rust-embed` where the site is. Without a site the server has no files for browsers, but
//! compiles, so that its tests need no WASM.

use std::{env, fs, io, path::PathBuf};

fn main() -> io::Result<()> {
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    let site = manifest.join("../target/site");
    // Cargo watches the folder for changes, which needs it to exist.
    fs::create_dir_all(&site)?;
    let site = site.canonicalize()?;
    println!("cargo::rerun-if-changed={}", site.display());
    println!("cargo::rustc-env=ARAUTO_SITE={}", site.display());
    Ok(())
}
