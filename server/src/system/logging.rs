//! Where the log goes.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

/// What is logged is not configured in a way that can be understood. Reads as "failed to {error}".
#[derive(Debug, thiserror::Error)]
#[error("accept ARAUTO_LOG={levels}: {reason}")]
pub struct LoggingError {
    levels: String,
    reason: ParseError,
}

/// Begins to log to the standard error output. `levels` is a level, or levels by module.
pub fn begin(levels: &str) -> Result<(), LoggingError> {
    let filter = EnvFilter::try_new(levels).map_err(|reason| LoggingError {
        levels: levels.to_owned(),
        reason,
    })?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // Fails when something logs already, which is as good.
    let _ = subscriber.try_init();
    Ok(())
}
