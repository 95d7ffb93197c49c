//! The list that tells the server which hashed file is which.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// The files that the page names itself, as paths from the site's root.
pub struct Names {
    /// The JavaScript module that wasm-bindgen made.
    pub js: String,
    /// The WASM module, which the page passes to the JavaScript.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
}

impl Names {
    /// Where the list is kept in the site; the server never serves it.
    pub const FILE: &str = "assets.json";

    /// The list as it is kept.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        let list = json!({ "js": self.js, "wasm": self.wasm, "css": self.css });
        serde_json::to_vec_pretty(&list).context("failed to write the list of assets")
    }

    /// Reads the list of a finished site.
    pub fn read(site: &Path) -> Result<Self> {
        let file = site.join(Self::FILE);
        let json = fs::read(&file).with_context(|| format!("failed to read {}", file.display()))?;
        let list: Value = serde_json::from_slice(&json)?;
        let name = |key: &str| {
            let name = list[key]
                .as_str()
                .with_context(|| format!("{} has no {key}", file.display()))?;
            anyhow::Ok(name.to_owned())
        };
        Ok(Self {
            js: name("js")?,
            wasm: name("wasm")?,
            css: name("css")?,
        })
    }
}
