//! From the configuration to a server that answers, and back to nothing.

mod services;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use rand::rand_core::OsError;
use tokio::net::TcpListener;

use crate::campaigns::EngineError;
use crate::config::{Config, ConfigError, StoreChoice};
use crate::store::{Store, StoreError};
use crate::system::logging::LoggingError;
use crate::whatsapp::HubError;

pub use services::Services;

/// How long requests that are under way may go on after the server was asked to stop.
const LAST_REQUESTS_WITHIN: Duration = Duration::from_secs(10);
/// The file of the embedded store in the data folder.
const STORE_FILE: &str = "arauto.db";

/// Why the server does not start. Reads as "failed to {error}".
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration contradicts itself.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// What is logged is not understood.
    #[error(transparent)]
    Logging(#[from] LoggingError),
    /// The operating system gives no threads.
    #[error("start the worker threads: {0}")]
    Runtime(io::Error),
    /// The address cannot be listened on.
    #[error("listen on {address}: {reason}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        reason: io::Error,
    },
    /// The store cannot be opened. There is no other to fall back to: it would be empty.
    #[error("open the store {choice}: failed to {reason}")]
    Store {
        /// Which store.
        choice: StoreChoice,
        /// Why not.
        reason: StoreError,
    },
    /// The store stopped answering.
    #[error(transparent)]
    StoreGone(#[from] StoreError),
    /// The operating system has no randomness.
    #[error("draw random numbers: {0}")]
    Random(#[from] OsError),
    /// The connections cannot be started.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// The campaigns cannot be started.
    #[error(transparent)]
    Campaigns(#[from] EngineError),
    /// Serving ended.
    #[error("serve: {0}")]
    Serve(io::Error),
    /// What was asked for cannot be written.
    #[error("write to the standard output: {0}")]
    Output(io::Error),
}

/// Tells the person at the terminal why the program ends, whatever the log is configured to show.
pub fn complain(error: &StartError) {
    // With the standard error output closed there is nobody to tell.
    let _ = writeln!(io::stderr(), "arauto: failed to {error}");
}

/// Takes the address before anything else: a second server finds out at once.
pub async fn listen(config: &Config) -> Result<TcpListener, StartError> {
    let address = config.address;
    TcpListener::bind(address)
        .await
        .map_err(|reason| StartError::Listen { address, reason })
}

/// Where the embedded store is.
pub fn store_file(config: &Config) -> PathBuf {
    config.data.join(STORE_FILE)
}

/// Opens the configured store. One that cannot be reached is an error, never an empty store.
pub async fn open_store(config: &Config) -> Result<Store, StartError> {
    let opened = match &config.store {
        StoreChoice::Embedded => Store::open_sqlite(store_file(config)),
        StoreChoice::MongoDb(url) => Store::open_mongo(url).await,
    };
    opened.map_err(|reason| StartError::Store {
        choice: config.store.clone(),
        reason,
    })
}

/// Serves until the process is asked to stop (SIGTERM, SIGINT), then ends everything in order: no
/// new requests, the streams, the campaigns while their connections still work, the connections.
pub async fn serve_until_asked_to_stop(
    listener: TcpListener,
    router: Router,
    services: Services,
) -> Result<(), StartError> {
    if let Ok(address) = listener.local_addr() {
        tracing::info!("listening on http://{address}");
    }
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service)
        .with_graceful_shutdown(services.stopping().cancelled_owned());
    let mut serving = tokio::spawn(serving.into_future());

    let ended_early = tokio::select! {
        () = asked_to_stop() => None,
        ended = &mut serving => Some(ended),
    };
    tracing::info!("stopping");
    services.shutdown().await;
    let ended = match ended_early {
        Some(ended) => Ok(ended),
        None => tokio::time::timeout(LAST_REQUESTS_WITHIN, serving).await,
    };
    let Ok(ended) = ended else {
        tracing::warn!("stopped in the middle of requests that took too long");
        return Ok(());
    };
    ended
        .map_err(io::Error::other)
        .and_then(|served| served)
        .map_err(StartError::Serve)
}

/// Returns when the process is asked to stop.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    // Without a handler the signal ends the process by itself, which every part survives.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
