//! Which tools there are.

use anyhow::{Context, Result};

use super::{browser, ffmpeg, mongod, node_modules, wasm_target};

/// Something that the build or the tests need.
#[derive(Clone, Copy, Debug)]
pub enum Tool {
    /// Rust's standard library for the browser.
    WasmTarget,
    /// The programs from npm: `wasm-opt`, Playwright.
    NodeModules,
    /// A Chromium for the browser tests.
    Browser,
    /// A MongoDB server for the tests of that store.
    Mongod,
    /// An ffmpeg for the tests of what it converts.
    Ffmpeg,
}

impl Tool {
    /// All of them, as the tests need them.
    pub const ALL: [Self; 5] = [
        Self::WasmTarget,
        Self::NodeModules,
        Self::Browser,
        Self::Mongod,
        Self::Ffmpeg,
    ];
}

/// Makes sure that these tools are there, installing what is missing.
pub fn prepare(tools: &[Tool]) -> Result<()> {
    for tool in tools {
        match tool {
            Tool::WasmTarget => wasm_target::prepare(),
            Tool::NodeModules => node_modules::prepare(),
            Tool::Browser => browser::prepare(),
            Tool::Mongod => mongod::prepare(),
            Tool::Ffmpeg => ffmpeg::prepare(),
        }
        .with_context(|| format!("failed to set up {tool:?}"))?;
    }
    Ok(())
}
