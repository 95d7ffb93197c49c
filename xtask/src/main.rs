//! The build of Arauto: everything that `make` does, one file per command.
#![allow(
    clippy::disallowed_methods,
    reason = "a build tool times its steps and waits for other programs; nothing here is replayed"
)]
#![allow(
    clippy::print_stdout,
    reason = "a command-line tool reports on its standard output"
)]

mod bench;
mod build;
mod cargo;
mod check;
mod clean;
mod demo;
mod fuzz;
mod process;
mod release;
mod run;
mod setup;
mod site;
mod test;
mod workspace;

use clap::{Parser, Subcommand};

/// Builds, runs and checks Arauto.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Prepares what is missing: WASM target, npm tools, browser, MongoDB for tests
    Setup,
    /// Builds the site and the server with the site inside
    Build(build::Options),
    /// Starts the server on a simulated WhatsApp network, with empty data
    Demo,
    /// Starts the server as in production, with its data in ./data
    Run(run::Options),
    /// Runs every check of style and every test
    Test,
    /// Runs the tests in a browser and with an independent client
    E2e,
    /// Runs the quick checks, and the tests of what changed
    Check,
    /// Measures the shipped build on a simulated WhatsApp network
    Bench,
    /// Feeds a parser with hostile input
    Fuzz(fuzz::Options),
    /// Builds what is shipped, smallest and fastest
    Release,
    /// Removes everything that was built
    Clean,
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Setup => setup::prepare(&setup::Tool::ALL),
        Command::Build(options) => build::build(options).map(drop),
        Command::Demo => demo::demo(),
        Command::Run(options) => run::run(&options),
        Command::Test => test::test(),
        Command::E2e => test::end_to_end(),
        Command::Check => check::check(),
        Command::Bench => bench::bench(),
        Command::Fuzz(options) => fuzz::fuzz(&options),
        Command::Release => release::release(),
        Command::Clean => clean::clean(),
    }
}
