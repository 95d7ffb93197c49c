//! All connections of the process: one actor each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use arauto_app::domain::{Connection, ConnectionId, ConnectionState, WorkspaceId};
use async_trait::async_trait;
use futures::future::join_all;
use tokio::sync::{broadcast, mpsc, oneshot};

use super::actor::{self, Command, Handle, Snapshot, Surroundings};
use super::engine::{WhatsappEngine, WhatsappNetwork};
use super::groups::{GroupKeeper, SyncPlan};
use super::keys::{ConfiguredKeys, KeyRing, MasterKeyError};
use super::machine::{Request, WrongState};
use super::pings::PingPlan;
use super::session::Engine;
use super::{MessageSignal, Messenger, OutgoingMessage, SendError};
use crate::clock::SharedClock;
use crate::live::LiveBoard;
use crate::random::Random;
use crate::store::{Store, StoreError};

/// At a start, connections come back this far apart on average. The engine bounds how many are
/// opened at a time; this keeps them from knocking at WhatsApp's door in step.
const SPREAD: Duration = Duration::from_millis(100);
/// How many state changes a slow listener may lag behind.
const CHANGES_BACKLOG: usize = 1024;

/// How connections to WhatsApp are made.
#[derive(Clone, Debug, Default)]
pub struct WhatsappConfig {
    /// The keys that seal session keys.
    pub keys: ConfiguredKeys,
    /// How traffic is proven.
    pub pings: PingPlan,
    /// When a sync of groups that WhatsApp turned away asks again.
    pub syncs: SyncPlan,
    /// The simulated network to use. A build that can use one reaches no other: without this
    /// every attempt fails.
    #[cfg(feature = "simulator")]
    pub network: Option<super::engine::SimulatedNetwork>,
}

/// Why the connections could not be started. Reads as "failed to {error}".
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The store did not answer or its content is not understood.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// There is no key to seal session keys with.
    #[error("{0}")]
    MasterKey(#[from] MasterKeyError),
    /// The configured network is not allowed.
    #[error("{0}")]
    Network(#[from] super::engine::NetworkError),
}

/// Hosts all connections. Dropping it ends them at once, as a crash would; see
/// [`shutdown`](Self::shutdown) for the orderly end.
pub struct Hub {
    around: Arc<Surroundings>,
    handles: RwLock<HashMap<ConnectionId, Handle>>,
    signals: Mutex<Option<mpsc::UnboundedReceiver<MessageSignal>>>,
}

impl Hub {
    /// Brings back every connection that its owner did not stop, a few at a time.
    ///
    /// # Errors
    /// When the store cannot be read, or the keys at hand do not open all that it holds.
    pub async fn start(
        config: WhatsappConfig,
        store: Store,
        clock: SharedClock,
        random: Random,
        live: LiveBoard,
    ) -> Result<Arc<Self>, HubError> {
        let network = WhatsappNetwork::of(&config)?;
        let ring = KeyRing::unlock(&config.keys, &store, &random).await?;
        ring.note_in_use(store.meta.as_ref()).await?;
        if ring.is_behind(&store).await? {
            tracing::warn!(
                "a former key still opens some session keys: `arauto keys rotate` ends that"
            );
        }
        let engine = WhatsappEngine::new(
            network,
            store.session_keys.clone(),
            Arc::new(ring.sealer(random.clone())),
            clock.clone(),
        );
        let plans = (config.pings, config.syncs);
        let hub = Self::with_engine(Arc::new(engine), plans, store, clock, random, live);
        hub.restore().await?;
        Ok(hub)
    }

    /// A hub over any engine, with no connection yet.
    pub(super) fn with_engine(
        engine: Arc<dyn Engine>,
        (pings, syncs): (PingPlan, SyncPlan),
        store: Store,
        clock: SharedClock,
        random: Random,
        live: LiveBoard,
    ) -> Arc<Self> {
        let (signals, taken) = mpsc::unbounded_channel();
        let groups = GroupKeeper::new(
            store.clone(),
            clock.clone(),
            random.clone(),
            live.clone(),
            syncs,
        );
        let around = Surroundings {
            store,
            engine,
            clock,
            random,
            live,
            pings,
            groups,
            changes: broadcast::Sender::new(CHANGES_BACKLOG),
            signals,
        };
        Arc::new(Self {
            around: Arc::new(around),
            handles: RwLock::default(),
            signals: Mutex::new(Some(taken)),
        })
    }

    async fn restore(&self) -> Result<(), StoreError> {
        let mut connections = self.around.store.connections.every_connection().await?;
        connections.sort_by_key(|connection| connection.id);
        for (place, connection) in (0_u32..).zip(&connections) {
            let draw: f64 = self.around.random.with(rand::Rng::random);
            self.adopt(connection, SPREAD.mul_f64(f64::from(place) + draw));
        }
        Ok(())
    }

    /// Starts the actor of a connection.
    pub(super) fn adopt(&self, connection: &Connection, spread: Duration) {
        let handle = actor::start(connection, spread, self.around.clone());
        let mut handles = self.handles.write().unwrap_or_else(PoisonError::into_inner);
        handles.insert(connection.id, handle);
    }

    /// Ends the actor of a connection that was removed.
    pub(super) fn forget(&self, connection: ConnectionId) {
        let mut handles = self.handles.write().unwrap_or_else(PoisonError::into_inner);
        handles.remove(&connection);
        self.around.engine.forget(connection);
    }

    /// What is to be seen of a connection of a workspace.
    pub(super) fn snapshot(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Option<Snapshot> {
        self.with(connection, |handle| {
            (handle.workspace == workspace).then(|| handle.snapshot.borrow().clone())
        })?
    }

    /// Passes on a person's request; `None` when there is no such connection.
    pub(super) async fn ask(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        request: Request,
    ) -> Option<Result<(), WrongState>> {
        let (answer, wait) = oneshot::channel();
        let commands = self.with(connection, |handle| {
            (handle.workspace == workspace).then(|| handle.commands.clone())
        })??;
        commands.send(Command::Ask(request, answer)).ok()?;
        wait.await.ok()
    }

    /// Returns once no session of the connection runs and everything of it is stored.
    pub(super) async fn settled(&self, workspace: WorkspaceId, connection: ConnectionId) {
        let (done, wait) = oneshot::channel();
        let told = self.with(connection, |handle| {
            handle.workspace == workspace && handle.commands.send(Command::Settle(done)).is_ok()
        });
        if told == Some(true) {
            // An actor that ended has nothing left to store.
            let _ = wait.await;
        }
    }

    pub(super) fn groups(&self) -> &GroupKeeper {
        &self.around.groups
    }

    fn with<T>(&self, connection: ConnectionId, look: impl FnOnce(&Handle) -> T) -> Option<T> {
        let handles = self.handles.read().unwrap_or_else(PoisonError::into_inner);
        handles.get(&connection).map(look)
    }

    /// Closes all connections and returns when everything of theirs is stored.
    pub async fn shutdown(&self) {
        let ends: Vec<_> = {
            let handles = self.handles.read().unwrap_or_else(PoisonError::into_inner);
            handles
                .values()
                .filter_map(|handle| {
                    let (done, wait) = oneshot::channel();
                    handle.commands.send(Command::ShutDown(done)).ok()?;
                    Some(wait)
                })
                .collect()
        };
        join_all(ends).await;
    }
}

#[async_trait]
impl Messenger for Hub {
    async fn send(
        &self,
        connection: ConnectionId,
        message: OutgoingMessage,
    ) -> Result<(), SendError> {
        let seen = self
            .with(connection, |handle| handle.snapshot.borrow().clone())
            .ok_or(SendError::Offline)?;
        let Some(session) = seen.session.filter(|_| seen.state.can_send()) else {
            return Err(SendError::Offline);
        };
        // Before the hand-over: it asks WhatsApp for the members' devices and would wait as well.
        self.with(connection, |handle| {
            // An actor that has ended has no session to doubt.
            let _ = handle.commands.send(Command::HandOver(message.id.clone()));
        });
        session.send(&message).await
    }

    fn state(&self, connection: ConnectionId) -> Option<ConnectionState> {
        self.with(connection, |handle| handle.snapshot.borrow().state.clone())
    }

    fn state_changes(&self) -> broadcast::Receiver<(WorkspaceId, ConnectionId)> {
        self.around.changes.subscribe()
    }

    fn take_signals(&self) -> Option<mpsc::UnboundedReceiver<MessageSignal>> {
        let mut signals = self.signals.lock().unwrap_or_else(PoisonError::into_inner);
        signals.take()
    }

    async fn reconnect(&self, connection: ConnectionId) {
        self.with(connection, |handle| {
            // An actor that has ended has nothing to be opened anew.
            let _ = handle.commands.send(Command::AckOverdue);
        });
    }
}
