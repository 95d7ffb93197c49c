//! `arauto-sim`: a WhatsApp network on localhost, with its virtual phones in a web page.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use arauto_sim::{DecryptionMode, Simulator, SimulatorConfig, furnish};
use clap::Parser;
use tracing_subscriber::EnvFilter;

/// A WhatsApp network on localhost.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:7788")]
    bind: SocketAddr,
    /// The file that keeps the state; without it everything is lost at the end.
    #[arg(long)]
    state: Option<PathBuf>,
    /// What every random decision comes from; a state file that exists keeps its own.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Journal messages without decrypting them: for load.
    #[arg(long)]
    count: bool,
    /// Begin with a phone and twelve groups, unless there is a phone already.
    #[arg(long)]
    demo: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let simulator = Simulator::start(SimulatorConfig {
        bind: arguments.bind,
        state: arguments.state,
        seed: arguments.seed,
        decryption: if arguments.count {
            DecryptionMode::Count
        } else {
            DecryptionMode::Decrypt
        },
    })
    .await
    .context("failed to start the network")?;
    if arguments.demo {
        furnish(simulator.control())
            .await
            .context("failed to prepare the demonstration")?;
    }
    announce(&simulator);
    wait_for_the_end().await?;
    simulator.shutdown().await;
    Ok(())
}

/// The addresses, for people and for scripts: the one thing that goes to standard output.
#[expect(clippy::print_stdout, reason = "it is what the command prints")]
fn announce(simulator: &Simulator) {
    println!("seed       {}", simulator.seed());
    println!("phones     {}/", simulator.http_url());
    println!("websocket  {}", simulator.websocket_url());
}

async fn wait_for_the_end() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
