//! The order in which the site is put together.

use anyhow::Result;

use super::{compress::Compressor, files::Files, names::Names, style, wasm};
use crate::{process::step, workspace};

/// What the site is built for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The quickest build.
    Development,
    /// The smallest files.
    Release,
}

/// Builds `target/site`.
pub fn build(mode: Mode) -> Result<()> {
    step("site: WASM");
    let bound = wasm::build(mode)?;
    step("site: styles, static files, compression");
    let mut files = Files::default();
    let names = Names {
        js: files.add_hashed("js", bound.js),
        wasm: files.add_hashed("wasm", bound.wasm),
        css: files.add_hashed("css", style::bundle(&workspace::path("style/main.css"))?),
    };
    files.add_folder("pkg/snippets", &bound.snippets)?;
    files.add_folder("", &workspace::path("public"))?;
    files.add(Names::FILE, names.to_json()?);
    files.compress(&Compressor::new(mode)?)?;
    files.write(&workspace::site())
}
