//! The workers of all connections, and where their syncs stand.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arauto_app::api::SyncProgress;
use arauto_app::domain::{ConnectionId, WorkspaceId};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::super::session::Session;
use super::changes::Change;
use super::plan::SyncPlan;
use super::worker::{Order, Worker};
use crate::clock::SharedClock;
use crate::live::LiveBoard;
use crate::random::Random;
use crate::store::Store;

/// Whose groups.
pub(in super::super) type Owner = (WorkspaceId, ConnectionId);

/// Does the background work on the groups of all connections. Cheap to clone; dropping the last
/// clone ends the work at once, as a crash would.
#[derive(Clone)]
pub(in super::super) struct GroupKeeper(Arc<Inner>);

struct Inner {
    around: Around,
    workers: Mutex<HashMap<ConnectionId, Hired>>,
}

/// What all workers share.
#[derive(Clone)]
pub(super) struct Around {
    pub(super) store: Store,
    pub(super) clock: SharedClock,
    pub(super) random: Random,
    pub(super) live: LiveBoard,
    pub(super) plan: SyncPlan,
    pub(super) board: ProgressBoard,
    pub(super) count: ChangeCount,
}

/// Numbers the changes in the order in which they were told.
#[derive(Clone, Default)]
pub(super) struct ChangeCount(Arc<AtomicU64>);

impl ChangeCount {
    /// The number of the next change: those told so far have lower ones.
    pub(super) fn next(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    fn take(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}

/// Where the syncs that are under way stand.
#[derive(Clone, Default)]
pub(super) struct ProgressBoard(Arc<Mutex<HashMap<ConnectionId, SyncProgress>>>);

/// The outside of a worker.
struct Hired {
    orders: mpsc::UnboundedSender<Order>,
    /// Cancelled when it is to stop between two steps.
    stop: CancellationToken,
    task: AbortOnDropHandle<()>,
}

impl GroupKeeper {
    pub(in super::super) fn new(
        store: Store,
        clock: SharedClock,
        random: Random,
        live: LiveBoard,
        plan: SyncPlan,
    ) -> Self {
        let around = Around {
            store,
            clock,
            random,
            live,
            plan,
            board: ProgressBoard::default(),
            count: ChangeCount::default(),
        };
        Self(Arc::new(Inner {
            around,
            workers: Mutex::default(),
        }))
    }

    /// Where the sync of a connection's groups stands.
    pub(in super::super) fn progress(&self, connection: ConnectionId) -> SyncProgress {
        self.0.around.board.of(connection)
    }

    /// Begins to read all groups of a connection; a sync that is under way goes on.
    pub(in super::super) fn sync(&self, owner: Owner, session: Arc<dyn Session>) {
        self.order(owner, Order::Sync(session));
    }

    /// The connection is online (again): a sync that was interrupted begins anew.
    pub(in super::super) fn online(&self, owner: Owner, session: Arc<dyn Session>) {
        self.order(owner, Order::Online(session));
    }

    /// Ends a sync that is under way; what it has stored stays.
    pub(in super::super) fn cancel(&self, owner: Owner) {
        self.order(owner, Order::Cancel);
    }

    /// Follows a change of which WhatsApp told.
    pub(in super::super) fn changed(&self, owner: Owner, change: Change) {
        let number = self.0.around.count.take();
        self.order(owner, Order::Follow(change, number));
    }

    /// Ends the work on a connection's groups at once, as a crash would.
    pub(in super::super) fn forget(&self, connection: ConnectionId) {
        drop(locked(&self.0.workers).remove(&connection));
        self.0.around.board.put(connection, SyncProgress::Idle);
    }

    /// Ends the work on a connection's groups; after this nothing of it is stored any more.
    pub(in super::super) async fn end(&self, connection: ConnectionId) {
        let hired = locked(&self.0.workers).remove(&connection);
        if let Some(Hired { orders, stop, task }) = hired {
            stop.cancel();
            drop(orders);
            if let Err(error) = task.await {
                tracing::error!(%connection, "failed to end the work on groups: {error}");
            }
        }
        self.0.around.board.put(connection, SyncProgress::Idle);
    }

    fn order(&self, owner: Owner, order: Order) {
        let mut workers = locked(&self.0.workers);
        let hired = workers.entry(owner.1).or_insert_with(|| self.hire(owner));
        if let Err(mpsc::error::SendError(order)) = hired.orders.send(order) {
            // It ended by a fault of ours, which the log has; the next one does better.
            *hired = self.hire(owner);
            let _ = hired.orders.send(order);
        }
    }

    fn hire(&self, owner: Owner) -> Hired {
        let (orders, mailbox) = mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        let worker = Worker::new(owner, self.0.around.clone(), mailbox, stop.clone());
        Hired {
            orders,
            stop,
            task: AbortOnDropHandle::new(tokio::spawn(worker.run())),
        }
    }
}

impl ProgressBoard {
    fn of(&self, connection: ConnectionId) -> SyncProgress {
        locked(&self.0)
            .get(&connection)
            .copied()
            .unwrap_or_default()
    }

    /// Replaces what is told of a connection.
    pub(super) fn put(&self, connection: ConnectionId, progress: SyncProgress) {
        let mut board = locked(&self.0);
        match progress {
            SyncProgress::Idle => drop(board.remove(&connection)),
            progress => drop(board.insert(connection, progress)),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
