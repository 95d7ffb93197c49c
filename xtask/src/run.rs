//! `cargo xtask run`: the server as in production.

use anyhow::Result;

use crate::{build, process, workspace};

/// How to run it.
#[derive(clap::Args)]
pub struct Options {
    /// Build as shipped: slower to build, faster to run
    #[arg(long)]
    release: bool,
}

/// Builds the server without the simulator feature and runs it until it ends.
///
/// Its data is in `./data`, unless `ARAUTO_DATA` says otherwise; every other setting of the server
/// is read from the environment as usual.
pub fn run(options: &Options) -> Result<()> {
    let built = build::build(build::Options {
        release: options.release,
        simulator: false,
    })?;
    let mut server = process::command(built.server);
    if std::env::var_os("ARAUTO_DATA").is_none() {
        server.env("ARAUTO_DATA", workspace::path("data"));
    }
    process::run(&mut server)
}
