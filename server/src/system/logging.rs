//! Where the log goes.

use std::io::IsTerminal;

use tracing::Level;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{ParseError, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

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
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let subscriber = tracing_subscriber::registry()
        .with(lines)
        .with(filter)
        .with(filter_fn(|metadata| {
            !tells_a_secret(metadata.target(), *metadata.level())
        }));
    // Fails when something logs already, which is as good.
    let _ = subscriber.try_init();
    Ok(())
}

/// Whether a line may hold a pairing code: the engine logs it where it tells how pairing goes on.
/// Whoever reads the log while a code is shown could link a device.
fn tells_a_secret(target: &str, level: Level) -> bool {
    matches!(target, "Client/PairCode" | "Bot/PairCode") && level >= Level::INFO
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pairing_code_is_not_logged_and_what_went_wrong_with_it_is() {
        for target in ["Client/PairCode", "Bot/PairCode"] {
            assert!(tells_a_secret(target, Level::INFO));
            assert!(tells_a_secret(target, Level::TRACE));
            assert!(!tells_a_secret(target, Level::WARN));
        }
        assert!(!tells_a_secret("Client", Level::INFO));
    }
}
