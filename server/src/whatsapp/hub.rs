//! All connections that this server runs: one actor each.

mod errands;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use arauto_app::api::LiveEvent;
use arauto_app::domain::{Connection, ConnectionId, ConnectionState, WorkspaceId};
use async_trait::async_trait;
use futures::future::join_all;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;

use super::actor::{self, Command, Handle, Snapshot, Surroundings};
use super::engine::{WhatsappEngine, WhatsappNetwork};
use super::groups::{GroupKeeper, SyncPlan};
use super::keys::{ConfiguredKeys, KeyRing, MasterKeyError};
use super::pings::PingPlan;
use super::session::Engine;
use super::tenancy::{self, Tenancy, TenancyConfig};
use super::{MessageSignal, Messenger, OutgoingMessage, SendError};
use crate::clock::SharedClock;
use crate::live::LiveBoard;
use crate::random::Random;
use crate::store::{Lease, Store, StoreError};

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
    /// This server among others on the same store.
    pub tenancy: TenancyConfig,
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

/// Hosts the connections whose leases this server holds. Dropping it ends them at once, as a crash would; see
/// [`shutdown`](Self::shutdown) for the orderly end.
pub struct Hub {
    pub(super) around: Arc<Surroundings>,
    pub(super) tenancy: Tenancy,
    handles: RwLock<HashMap<ConnectionId, Handle>>,
    signals: Mutex<Option<mpsc::UnboundedReceiver<MessageSignal>>>,
    tasks: Mutex<Vec<AbortOnDropHandle<()>>>,
}

impl Hub {
    /// Brings back the connections that fall to this server and that their owners did not stop, a few
    /// at a time.
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
        let sealer = Arc::new(ring.sealer(random.clone()));
        let engine =
            WhatsappEngine::new(network, store.leases.clone(), sealer.clone(), clock.clone());
        let tenancy = Tenancy::new(config.tenancy, &store, sealer, clock.clone());
        let (signals, taken) = mpsc::unbounded_channel();
        let around = Surroundings {
            groups: GroupKeeper::new(
                store.clone(),
                clock.clone(),
                random.clone(),
                live.clone(),
                config.syncs,
            ),
            term: tenancy.term.clone(),
            store,
            engine: Arc::new(engine) as Arc<dyn Engine>,
            clock,
            random,
            live,
            pings: config.pings,
            changes: broadcast::Sender::new(CHANGES_BACKLOG),
            roused: broadcast::Sender::new(CHANGES_BACKLOG),
            signals,
        };
        let hub = Arc::new(Self {
            around: Arc::new(around),
            tenancy,
            handles: RwLock::default(),
            signals: Mutex::new(Some(taken)),
            tasks: Mutex::default(),
        });
        let tasks = tenancy::move_in(&hub).await?;
        *hub.tasks.lock().unwrap_or_else(PoisonError::into_inner) = tasks;
        Ok(hub)
    }

    /// Starts the actor of a connection under its lease.
    pub(super) fn adopt(&self, connection: &Connection, lease: Lease, spread: Duration) {
        let handle = actor::start(connection, lease, spread, self.around.clone());
        let mut handles = self.handles.write().unwrap_or_else(PoisonError::into_inner);
        handles.insert(connection.id, handle);
        drop(handles);
        self.tell_of((connection.workspace, connection.id));
    }

    /// Closes a connection that goes to another server, and returns its lease once everything of it
    /// is stored.
    pub(super) async fn close(&self, connection: ConnectionId) -> Option<Lease> {
        let handle = self.remove(connection)?;
        self.tell_of((handle.lease.workspace, connection));
        let (done, wait) = oneshot::channel();
        if handle.commands.send(Command::ShutDown(done)).is_ok() {
            let _ = wait.await;
        }
        self.groups().end(connection).await;
        Some(handle.lease)
    }

    /// Drops every connection whose lease is not among those that are held, as a crash would: what
    /// its session has not stored is another server's by now.
    pub(super) fn drop_lost(&self, held: &[Lease]) {
        let held: HashSet<&Lease> = held.iter().collect();
        for lease in self
            .leases()
            .into_iter()
            .filter(|lease| !held.contains(lease))
        {
            tracing::warn!(connection = %lease.connection, fence = lease.fence, "its lease is lost");
            self.forget(lease.connection);
            self.tell_of((lease.workspace, lease.connection));
        }
    }

    /// The leases under which it runs connections.
    pub(super) fn leases(&self) -> Vec<Lease> {
        let handles = self.handles.read().unwrap_or_else(PoisonError::into_inner);
        handles.values().map(|handle| handle.lease).collect()
    }

    /// The lease under which it runs a connection.
    pub(super) fn lease_of(&self, connection: ConnectionId) -> Option<Lease> {
        self.with(connection, |handle| handle.lease)
    }

    /// The connections that it runs.
    pub(super) fn hosted(&self) -> HashSet<ConnectionId> {
        let handles = self.handles.read().unwrap_or_else(PoisonError::into_inner);
        handles.keys().copied().collect()
    }

    /// Those that could go to another server now: somebody may be looking at a QR code of the others.
    pub(super) fn movable(&self) -> Vec<ConnectionId> {
        let handles = self.handles.read().unwrap_or_else(PoisonError::into_inner);
        let pairs = |handle: &Handle| {
            matches!(
                handle.snapshot.borrow().state,
                ConnectionState::Pairing { .. }
            )
        };
        let mut movable: Vec<_> = handles
            .iter()
            .filter(|(_, handle)| !pairs(handle))
            .map(|(connection, _)| *connection)
            .collect();
        movable.sort_unstable();
        movable
    }

    /// Tells campaigns and pages that everything may be different.
    pub(super) fn tell_of_all(&self) {
        for lease in self.leases() {
            self.tell_of((lease.workspace, lease.connection));
        }
    }

    pub(super) fn tell_of(&self, (workspace, connection): (WorkspaceId, ConnectionId)) {
        let _ = self.around.changes.send((workspace, connection));
        self.around
            .live
            .post(workspace, LiveEvent::Connection(connection));
    }

    /// Another server stored something for a connection that this one runs.
    pub(super) fn rouse_here(&self, connection: (WorkspaceId, ConnectionId)) {
        let _ = self.around.roused.send(connection);
    }

    /// Ends everything of a connection at once.
    pub(super) fn forget(&self, connection: ConnectionId) {
        drop(self.remove(connection));
        self.around.groups.forget(connection);
    }

    fn remove(&self, connection: ConnectionId) -> Option<Handle> {
        let mut handles = self.handles.write().unwrap_or_else(PoisonError::into_inner);
        let handle = handles.remove(&connection);
        drop(handles);
        self.around.engine.forget(connection);
        handle
    }

    /// What is to be seen of a connection of a workspace that this server runs.
    pub(super) fn snapshot(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Option<Snapshot> {
        self.with(connection, |handle| {
            (handle.lease.workspace == workspace).then(|| handle.snapshot.borrow().clone())
        })?
    }

    pub(super) fn groups(&self) -> &GroupKeeper {
        &self.around.groups
    }

    fn with<T>(&self, connection: ConnectionId, look: impl FnOnce(&Handle) -> T) -> Option<T> {
        let handles = self.handles.read().unwrap_or_else(PoisonError::into_inner);
        handles.get(&connection).map(look)
    }

    /// Closes all connections, and gives their leases back when everything of theirs is stored.
    pub async fn shutdown(&self) {
        tenancy::close(self);
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
        self.tasks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        tenancy::move_out(self).await;
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
        // A process that was stopped for a while may have lost its leases without knowing yet.
        if !self.tenancy.term.runs() {
            return Err(SendError::Offline);
        }
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

    fn lease(&self, connection: ConnectionId) -> Option<Lease> {
        self.lease_of(connection)
            .filter(|_| self.tenancy.term.runs())
    }

    async fn rouse(&self, workspace: WorkspaceId, connection: ConnectionId) {
        tenancy::rouse(self, workspace, connection).await;
    }

    fn state_changes(&self) -> broadcast::Receiver<(WorkspaceId, ConnectionId)> {
        self.around.changes.subscribe()
    }

    fn roused(&self) -> broadcast::Receiver<(WorkspaceId, ConnectionId)> {
        self.around.roused.subscribe()
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
