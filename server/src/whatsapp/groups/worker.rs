//! A worker: it carries out what concerns one connection's groups, one thing after the other.

use std::sync::Arc;
use std::time::Duration;

use arauto_app::api::{LiveEvent, SyncProgress};
use arauto_app::domain::{ConnectionCause, Group, GroupStanding, GroupSync, Timestamp};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::super::session::{SeenGroup, Session};
use super::asked::Asked;
use super::changes::{Change, Recent};
use super::keeper::{Around, Owner};
use crate::store::StoreError;

/// How often something is tried again while the store does not answer, and how far apart.
const RETRIES: (u32, Duration) = (20, Duration::from_secs(2));

/// What a worker is asked to do.
pub(super) enum Order {
    /// Read all groups.
    Sync(Arc<dyn Session>),
    /// The connection is online: read all groups if that was interrupted.
    Online(Arc<dyn Session>),
    /// Give up the sync that is under way.
    Cancel,
    /// Follow a change; its number says when it was told.
    Follow(Change, u64),
}

/// Carries out what concerns one connection's groups.
pub(super) struct Worker {
    pub(super) owner: Owner,
    pub(super) around: Around,
    pub(super) mailbox: mpsc::UnboundedReceiver<Order>,
    pub(super) stop: CancellationToken,
    pub(super) recent: Recent,
    pub(super) asked: Asked,
}

impl Worker {
    pub(super) fn new(
        owner: Owner,
        around: Around,
        mailbox: mpsc::UnboundedReceiver<Order>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            owner,
            around,
            mailbox,
            stop,
            recent: Recent::default(),
            asked: Asked::default(),
        }
    }

    pub(super) async fn run(mut self) {
        while let Some(order) = self.next_order().await {
            match order {
                Order::Sync(session) => self.sync(session).await,
                Order::Online(session) => {
                    let latest = self.latest_sync().await;
                    if latest.is_some_and(|sync| sync.was_interrupted()) {
                        self.sync(session).await;
                    }
                }
                Order::Follow(change, number) => self.follow(change, number).await,
                // It was over before the wish arrived.
                Order::Cancel => {}
            }
        }
    }

    /// The next thing to do; `None` when it is to stop.
    pub(super) async fn next_order(&mut self) -> Option<Order> {
        tokio::select! {
            () = self.stop.cancelled() => None,
            order = self.mailbox.recv() => order,
        }
    }

    async fn latest_sync(&self) -> Option<GroupSync> {
        let (workspace, connection) = self.owner;
        let groups = &self.around.store.groups;
        self.insist(|| groups.latest_sync(workspace, connection))
            .await
            .ok()?
    }

    /// Asks the store again while it does not answer, for a while.
    pub(super) async fn insist<T, F>(&self, ask: impl Fn() -> F) -> Result<T, ConnectionCause>
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
            tokio::select! {
                () = self.stop.cancelled() => return Err(ConnectionCause::Storage),
                () = self.around.clock.sleep(pause) => {}
            }
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.around.clock.now()
    }

    /// Tells everybody where the sync stands.
    pub(super) fn tell(&self, progress: SyncProgress) {
        self.around.board.put(self.owner.1, progress);
        self.post();
    }

    pub(super) fn post(&self) {
        let (workspace, connection) = self.owner;
        let live = &self.around.live;
        live.post(workspace, LiveEvent::Groups(connection));
    }

    /// A group as WhatsApp described it, as a row.
    pub(super) fn row(&self, seen: &SeenGroup, synced_at: Timestamp) -> Group {
        Group {
            connection: self.owner.1,
            jid: seen.jid.clone(),
            subject: seen.subject.clone(),
            participants: seen.participants,
            announce_only: seen.announce_only,
            is_admin: seen.is_admin,
            addressing_mode: seen.addressing_mode,
            community: seen.community.clone(),
            standing: GroupStanding::Member,
            synced_at,
        }
    }
}
