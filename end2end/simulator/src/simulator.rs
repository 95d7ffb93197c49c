//! Starting and stopping a simulated network.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::control::Control;
use crate::http;
use crate::network::Network;
use crate::store::StoreError;

/// What virtual members do with messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecryptionMode {
    /// Every virtual device decrypts with keys of its own, and media is decrypted and hashed.
    #[default]
    Decrypt,
    /// Messages are journaled unread: for load.
    Count,
}

/// How to start a [`Simulator`].
#[derive(Clone, Debug)]
pub struct SimulatorConfig {
    /// Where to listen; port 0 takes a free one.
    pub bind: SocketAddr,
    /// The file that keeps the state, with a folder `<file>.media` beside it; `None`: memory.
    pub state: Option<PathBuf>,
    /// What every random decision and every key come from. A state file that exists keeps its own.
    pub seed: u64,
    /// What virtual members do with messages.
    pub decryption: DecryptionMode,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            state: None,
            seed: 1,
            decryption: DecryptionMode::default(),
        }
    }
}

/// Why a simulator could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken or not ours.
    #[error("listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The state file cannot be used.
    #[error("{0}")]
    State(String),
    /// An entry of the state file is of another shape.
    #[error("understand the entry {key:?} of the state file: {source}")]
    Entry {
        /// The entry.
        key: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The folder of the media cannot be used.
    #[error("prepare the media folder: {0}")]
    Media(io::Error),
    /// The server's keys could not be made.
    #[error("derive the server's keys: {0}")]
    Keys(String),
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::State(error.to_string())
    }
}

/// A running network.
pub struct Simulator {
    address: SocketAddr,
    control: Control,
    server: JoinHandle<io::Result<()>>,
    network: Arc<Network>,
}

impl Simulator {
    /// Starts a network and listens. It needs a Tokio runtime and stops with it.
    pub async fn start(config: SimulatorConfig) -> Result<Self, StartError> {
        let network = Arc::new(Network::open(&config)?);
        let failed = |source| StartError::Listen {
            address: config.bind,
            source,
        };
        let listener = TcpListener::bind(config.bind).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let control = Control::new(Arc::clone(&network));
        let router = http::router(control.clone(), Arc::clone(&network));
        let closing = network.closing.clone();
        let server = tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(async move { closing.cancelled().await })
                .await
        });
        Ok(Self {
            address,
            control,
            server,
            network,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a client connects to.
    pub fn websocket_url(&self) -> String {
        format!("ws://{}/ws/chat", self.address)
    }

    /// The page of the phones, the control API, the media hosts and `/sw.js`.
    pub fn http_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The seed in force: the state file's where there is one.
    pub fn seed(&self) -> u64 {
        self.network.seed
    }

    /// The public key that the server's certificate chain ends in.
    pub fn certificate_root(&self) -> &[u8] {
        &self.network.identity.root
    }

    /// The remote control.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// Closes every connection and stops listening. The state is in its file already.
    pub async fn shutdown(self) {
        self.network.closing.cancel();
        for (_, link) in self.network.world().links.of_account(None) {
            link.cut();
        }
        match self.server.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the server ended with an error"),
            Err(error) => tracing::warn!(%error, "the server task failed"),
        }
    }
}
