//! From the configuration to a server that answers, and back to nothing.

mod advice;
mod identity;
mod services;
mod stop;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use rand::rand_core::OsError;
use tokio::net::TcpListener;

use crate::campaigns::EngineError;
use crate::config::{Config, ConfigError, STORE_FILE, StoreChoice};
use crate::store::{Store, StoreError, UNFINISHED_COPY};
use crate::system::copy::CopyError;
use crate::system::logging::LoggingError;
use crate::whatsapp::{HubError, RotationError};

pub(crate) use advice::about_keys;
pub use services::Services;
pub(crate) use services::whatsapp_config;
pub use stop::serve_until_asked_to_stop;

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
    /// The store is what a copy left that has not ended.
    #[error("start on the store: it is an unfinished copy of {of}")]
    UnfinishedCopy {
        /// Of which store.
        of: String,
    },
    /// Nothing was copied, or not all.
    #[error(transparent)]
    Copy(#[from] CopyError),
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
    /// The keys cannot be rotated.
    #[error(transparent)]
    Rotation(#[from] RotationError),
    /// A server stored something under a former key while the keys were rotated.
    #[error("rotate every key: {0} are sealed with a former one again")]
    RotationUnfinished(u64),
    /// Nobody would hear that the process is asked to stop.
    #[error("listen to signals: {0}")]
    Signals(io::Error),
    /// The process was asked to stop while it was stopping.
    #[error("stop in order: it was asked a second time and ended at once")]
    Hurried,
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
    let mut terminal = io::stderr();
    let _ = writeln!(terminal, "arauto: failed to {error}");
    if let Some(advice) = advice::advice(error) {
        let _ = writeln!(terminal, "\n{advice}");
    }
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

/// Opens the configured store. One that cannot be reached is an error, never an empty store, and so is one
/// that holds a part of another.
pub async fn open_store(config: &Config) -> Result<Store, StartError> {
    let opened = match &config.store {
        StoreChoice::Embedded => Store::open_sqlite(store_file(config)),
        StoreChoice::MongoDb(url) => Store::open_mongo(url).await,
    };
    let store = opened.map_err(|reason| StartError::Store {
        choice: config.store.clone(),
        reason,
    })?;
    refuse_unfinished(&store).await?;
    Ok(store)
}

/// Fails when the store is what a copy left that has not ended, or is being copied to.
async fn refuse_unfinished(store: &Store) -> Result<(), StartError> {
    match store.meta.get(UNFINISHED_COPY).await? {
        Some(of) => Err(StartError::UnfinishedCopy {
            of: String::from_utf8_lossy(&of).into_owned(),
        }),
        None => Ok(()),
    }
}
