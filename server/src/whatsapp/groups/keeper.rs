//! The background work on groups.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arauto_app::api::{LiveEvent, SyncProgress};
use arauto_app::domain::{
    ConnectionCause, ConnectionId, Group, GroupJid, GroupStanding, Timestamp, WorkspaceId,
};
use tokio::task::JoinSet;

use super::super::session::{GroupChange, SeenGroup, Session};
use crate::clock::SharedClock;
use crate::live::LiveBoard;
use crate::store::{Store, StoreError};

/// How many groups are stored at a time: as often the progress is told.
const BATCH: usize = 50;
/// How often a change is tried again while the store does not answer, and how far apart.
const RETRIES: (u32, Duration) = (20, Duration::from_secs(2));

/// Whose groups.
pub(in super::super) type Owner = (WorkspaceId, ConnectionId);

/// Does the background work on the groups of all connections. Cheap to clone; dropping the last
/// clone ends the work.
#[derive(Clone)]
pub(in super::super) struct GroupKeeper(Arc<Inner>);

struct Inner {
    store: Store,
    clock: SharedClock,
    live: LiveBoard,
    progress: Mutex<HashMap<ConnectionId, SyncProgress>>,
    jobs: Mutex<JoinSet<()>>,
}

/// What background work needs, without keeping its keeper alive.
#[derive(Clone)]
struct Job {
    owner: Owner,
    store: Store,
    clock: SharedClock,
    live: LiveBoard,
    keeper: std::sync::Weak<Inner>,
}

impl GroupKeeper {
    pub(in super::super) fn new(store: Store, clock: SharedClock, live: LiveBoard) -> Self {
        Self(Arc::new(Inner {
            store,
            clock,
            live,
            progress: Mutex::default(),
            jobs: Mutex::default(),
        }))
    }

    /// Where the sync of a connection's groups stands.
    pub(in super::super) fn progress(&self, connection: ConnectionId) -> SyncProgress {
        let progress = locked(&self.0.progress);
        progress.get(&connection).copied().unwrap_or_default()
    }

    /// Forgets a removed connection.
    pub(in super::super) fn forget(&self, connection: ConnectionId) {
        locked(&self.0.progress).remove(&connection);
    }

    /// Begins to read all groups of a connection; a sync that is under way goes on.
    pub(in super::super) fn sync(&self, owner: Owner, session: Arc<dyn Session>) {
        {
            let mut progress = locked(&self.0.progress);
            let now = progress.entry(owner.1).or_default();
            if matches!(now, SyncProgress::Asking | SyncProgress::Storing { .. }) {
                return;
            }
            *now = SyncProgress::Asking;
        }
        let job = self.job(owner);
        job.post();
        self.spawn(async move { job.sync(session).await });
    }

    /// Follows a change of which WhatsApp told.
    pub(in super::super) fn changed(
        &self,
        owner: Owner,
        session: Option<Arc<dyn Session>>,
        jid: GroupJid,
        change: GroupChange,
    ) {
        let job = self.job(owner);
        self.spawn(async move { job.follow(session, &jid, change).await });
    }

    fn job(&self, owner: Owner) -> Job {
        Job {
            owner,
            store: self.0.store.clone(),
            clock: self.0.clock.clone(),
            live: self.0.live.clone(),
            keeper: Arc::downgrade(&self.0),
        }
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut jobs = locked(&self.0.jobs);
        while jobs.try_join_next().is_some() {}
        jobs.spawn(work);
    }
}

impl Job {
    async fn sync(self, session: Arc<dyn Session>) {
        let began = self.clock.now();
        let outcome = self.read_all(&session, began).await;
        let progress = match outcome {
            Ok(()) => SyncProgress::Idle,
            Err(cause) => SyncProgress::Failed { cause },
        };
        self.tell(progress);
    }

    async fn read_all(
        &self,
        session: &Arc<dyn Session>,
        began: Timestamp,
    ) -> Result<(), ConnectionCause> {
        let (workspace, connection) = self.owner;
        let seen = session.groups().await?;
        let total = seen.len();
        for (batch, seen) in seen.chunks(BATCH).enumerate() {
            self.tell(SyncProgress::Storing {
                done: count(batch * BATCH),
                total: count(total),
            });
            let rows: Vec<_> = seen
                .iter()
                .map(|seen| row(connection, seen, began))
                .collect();
            self.insist(|| self.store.groups.put(workspace, &rows))
                .await?;
        }
        self.insist(|| {
            let groups = &self.store.groups;
            groups.mark_unseen_as_gone(workspace, connection, began)
        })
        .await?;
        self.insist(|| {
            let connections = &self.store.connections;
            connections.set_groups_synced(workspace, connection, self.clock.now())
        })
        .await?;
        self.live.post(workspace, LiveEvent::Connection(connection));
        Ok(())
    }

    async fn follow(self, session: Option<Arc<dyn Session>>, jid: &GroupJid, change: GroupChange) {
        if let Err(cause) = self.apply(session, jid, change).await {
            // The next sync sees it.
            tracing::warn!(connection = %self.owner.1, %jid, ?cause, "a change of a group was missed");
        }
        self.post();
    }

    async fn apply(
        &self,
        session: Option<Arc<dyn Session>>,
        jid: &GroupJid,
        change: GroupChange,
    ) -> Result<(), ConnectionCause> {
        let (workspace, connection) = self.owner;
        let groups = &self.store.groups;
        let known = self
            .insist(|| groups.get(workspace, connection, jid))
            .await?;
        let changed = match (change, known) {
            (GroupChange::Gone, _) => {
                return self
                    .insist(|| groups.set_standing(workspace, connection, jid, GroupStanding::Gone))
                    .await;
            }
            (GroupChange::Subject(subject), Some(known)) => Group { subject, ..known },
            (GroupChange::AnnounceOnly(announce_only), Some(known)) => Group {
                announce_only,
                ..known
            },
            (GroupChange::Admin(is_admin), Some(known)) => Group { is_admin, ..known },
            (GroupChange::Participants(by), Some(known)) => Group {
                participants: known.participants.saturating_add_signed(by),
                ..known
            },
            // Unknown to us, or changed in a way that takes asking.
            _ => {
                let Some(session) = session else {
                    return Err(ConnectionCause::ConnectionLost);
                };
                match session.group(jid).await? {
                    Some(seen) => row(connection, &seen, self.clock.now()),
                    None => return Ok(()),
                }
            }
        };
        self.insist(|| groups.put(workspace, std::slice::from_ref(&changed)))
            .await
    }

    /// Asks the store again while it does not answer, for a while.
    async fn insist<T, F>(&self, ask: impl Fn() -> F) -> Result<T, ConnectionCause>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let (mut left, pause) = RETRIES;
        loop {
            match ask().await {
                Ok(answer) => return Ok(answer),
                Err(error) if error.is_retryable() && left > 0 => left -= 1,
                Err(error) => {
                    tracing::error!(connection = %self.owner.1, "failed to {error}");
                    return Err(ConnectionCause::Storage);
                }
            }
            self.clock.sleep(pause).await;
        }
    }

    fn tell(&self, progress: SyncProgress) {
        if let Some(keeper) = self.keeper.upgrade() {
            locked(&keeper.progress).insert(self.owner.1, progress);
        }
        self.post();
    }

    fn post(&self) {
        let (workspace, connection) = self.owner;
        self.live.post(workspace, LiveEvent::Groups(connection));
    }
}

fn row(connection: ConnectionId, seen: &SeenGroup, synced_at: Timestamp) -> Group {
    Group {
        connection,
        jid: seen.jid.clone(),
        subject: seen.subject.clone(),
        participants: seen.participants,
        announce_only: seen.announce_only,
        is_admin: seen.is_admin,
        addressing_mode: seen.addressing_mode,
        standing: GroupStanding::Member,
        synced_at,
    }
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
