//! Arauto's server.

use std::process::ExitCode;
use std::time::Duration;

use arauto::config::{Command, CommandLine, Config, KeysCommand};
use arauto::http;
use arauto::startup::{self, Services, StartError};
use arauto::system::{copy, doctor, heap, logging, rotation};
use clap::Parser;

/// The stack of each worker thread, in bytes. Rendering a page calls as deep as its elements are
/// nested, and the frames of an unoptimised build are large. Untouched pages of it cost nothing.
const WORKER_STACK: usize = 32 << 20;

/// How long threads may take to end that do something which cannot be broken off.
const LAST_THREADS_WITHIN: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    heap::settle();
    let CommandLine { command, config } = CommandLine::parse();
    let outcome = logging::begin(&config.log)
        .map_err(StartError::from)
        .and_then(|()| {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .thread_stack_size(WORKER_STACK)
                .build()
                .map_err(StartError::Runtime)?;
            let ended = runtime.block_on(run(command, &config));
            // A thread that waits for a network that fell silent would hold up the end.
            runtime.shutdown_timeout(LAST_THREADS_WITHIN);
            ended
        });
    match outcome {
        Ok(code) => code,
        Err(error) => {
            startup::complain(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Option<Command>, config: &Config) -> Result<ExitCode, StartError> {
    let out = &mut std::io::stdout();
    match command {
        None => serve(config).await?,
        Some(Command::Copy { from, to }) => copy::run(&from, &to, out).await?,
        Some(Command::Keys(KeysCommand::Rotate)) => rotation::run(config, out).await?,
        Some(Command::Doctor { json }) if !doctor::run(config, json, out).await? => {
            return Ok(ExitCode::FAILURE);
        }
        Some(Command::Doctor { .. }) => {}
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(config: &Config) -> Result<(), StartError> {
    config.check()?;
    let listener = startup::listen(config).await?;
    let store = startup::open_store(config).await?;
    let services = Services::start(config, store).await?;
    let router = http::router(services.web(config));
    startup::serve_until_asked_to_stop(listener, router, services).await
}
