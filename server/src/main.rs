//! Arauto's server.

use std::process::ExitCode;

use arauto::config::{Command, CommandLine, Config};
use arauto::http;
use arauto::startup::{self, Services, StartError};
use arauto::system::{doctor, logging};
use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    let CommandLine { command, config } = CommandLine::parse();
    let outcome = match logging::begin(&config.log) {
        Ok(()) => run(command, &config).await,
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            startup::complain(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Option<Command>, config: &Config) -> Result<(), StartError> {
    config.check()?;
    match command {
        None => serve(config).await,
        Some(Command::Doctor) => doctor::run(config, &mut std::io::stdout()).await,
    }
}

async fn serve(config: &Config) -> Result<(), StartError> {
    let listener = startup::listen(config).await?;
    let store = startup::open_store(config).await?;
    let services = Services::start(config, store).await?;
    let router = http::router(services.web(config));
    startup::serve_until_asked_to_stop(listener, router, services).await
}
