//! `cargo xtask build`: the site, then the server with the site inside.

use std::path::PathBuf;

use anyhow::Result;

use crate::{
    cargo::{Artifacts, cargo},
    process::step,
    setup::{self, Tool},
    site,
};

/// What to build.
#[derive(clap::Args, Clone, Copy, Default)]
pub struct Options {
    /// Smallest WASM and fastest server, instead of the quickest build
    #[arg(long)]
    pub release: bool,
    /// Let the server's WhatsApp addresses point at the simulated network
    #[arg(long)]
    pub simulator: bool,
}

/// What was built.
pub struct Built {
    /// The server.
    pub server: PathBuf,
    /// The simulated WhatsApp network, when asked for.
    pub simulator: Option<PathBuf>,
}

/// Builds the site and the server.
pub fn build(options: Options) -> Result<Built> {
    build_site(options.release)?;
    build_server(options)
}

/// Builds `target/site`.
pub fn build_site(release: bool) -> Result<()> {
    if release {
        setup::prepare(&[Tool::WasmTarget, Tool::NodeModules])?;
        site::build(site::Mode::Release)
    } else {
        setup::prepare(&[Tool::WasmTarget])?;
        site::build(site::Mode::Development)
    }
}

/// Builds the server, with whatever `target/site` holds, and the simulated network.
pub fn build_server(options: Options) -> Result<Built> {
    step("server");
    let mut command = cargo();
    command.args(["build", "--package=arauto", "--bins"]);
    if options.release {
        command.arg("--release");
    }
    if options.simulator {
        command.args(["--package=arauto-sim", "--features=arauto/simulator"]);
    }
    let artifacts = Artifacts::of(&mut command)?;
    Ok(Built {
        server: artifacts.file("arauto", "")?,
        simulator: options
            .simulator
            .then(|| artifacts.file("arauto-sim", ""))
            .transpose()?,
    })
}
