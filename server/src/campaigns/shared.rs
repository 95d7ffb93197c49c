//! What the parts of the campaign engine have in common.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use arauto_app::domain::{ConnectionId, RunId, Timestamp, WorkspaceId};
use futures::future::BoxFuture;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::lane::Lane;
use super::patience::{GaveUp, patiently};
use super::steward::Note;
use super::{CampaignConfig, queue};
use crate::clock::SharedClock;
use crate::live::LiveBoard;
use crate::random::Random;
use crate::store::{Store, StoreError};
use crate::whatsapp::Messenger;

/// What the parts of the campaign engine have in common.
pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) messenger: Arc<dyn Messenger>,
    pub(super) clock: SharedClock,
    pub(super) random: Random,
    pub(super) live: LiveBoard,
    pub(super) config: CampaignConfig,
    /// Held over the writes that move a campaign from one state to the next together with its
    /// run, so that within this process nobody sees one without the other.
    pub(super) transitions: tokio::sync::Mutex<()>,
    /// No message is claimed any more.
    pub(super) stopping: CancellationToken,
    /// Nothing is written down any more: cancelled once the queues are at rest.
    pub(super) ending: CancellationToken,
    /// The tasks that end with `stopping`.
    pub(super) senders: TaskTracker,
    /// The tasks that end with `ending`.
    pub(super) writers: TaskTracker,
    pub(super) notes: mpsc::UnboundedSender<Note>,
    pub(super) lanes: Mutex<HashMap<ConnectionId, Arc<Lane>>>,
}

impl Shared {
    /// The present time.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Asks the store until it answers or no message is claimed any more.
    pub(super) async fn patiently<'a, T>(
        &self,
        what: &'static str,
        ask: impl Fn() -> BoxFuture<'a, Result<T, StoreError>>,
    ) -> Result<T, GaveUp> {
        patiently(&*self.clock, &self.stopping, what, ask).await
    }

    /// Asks the store until it answers or nothing is written down any more.
    pub(super) async fn patiently_to_the_end<'a, T>(
        &self,
        what: &'static str,
        ask: impl Fn() -> BoxFuture<'a, Result<T, StoreError>>,
    ) -> Result<T, GaveUp> {
        patiently(&*self.clock, &self.ending, what, ask).await
    }

    /// Tells the steward that a run changed.
    pub(super) fn note(&self, workspace: WorkspaceId, run: RunId) {
        self.send_note(Note {
            workspace,
            run,
            campaign_in_doubt: false,
        });
    }

    /// Tells the steward that a run changed and that its campaign may not know of it.
    pub(super) fn note_in_doubt(&self, workspace: WorkspaceId, run: RunId) {
        self.send_note(Note {
            workspace,
            run,
            campaign_in_doubt: true,
        });
    }

    /// Tells the steward of every open run of a connection, if `stop` leaves the time for it.
    pub(super) async fn note_every_open_run(
        &self,
        stop: &CancellationToken,
        connection: ConnectionId,
    ) -> Result<(), GaveUp> {
        let journal = &self.store.journal;
        let list = || journal.every_open_run();
        let open = patiently(&*self.clock, stop, "list open runs", list).await?;
        for run in open.iter().filter(|run| run.is_sent_by(connection)) {
            self.note(run.workspace, run.id);
        }
        Ok(())
    }

    fn send_note(&self, note: Note) {
        // Fails only once the steward is gone, at the end of the process; the next start looks at
        // every open run.
        let _ = self.notes.send(note);
    }

    /// The shared side of a connection's queue, if that queue runs.
    pub(super) fn lane(&self, connection: ConnectionId) -> Option<Arc<Lane>> {
        self.lock_lanes().get(&connection).cloned()
    }

    /// All queues that run.
    pub(super) fn every_lane(&self) -> Vec<Arc<Lane>> {
        self.lock_lanes().values().cloned().collect()
    }

    /// Wakes the queue of a connection; starts it if it does not run. A queue whose connection another
    /// server runs rests, and that server is told.
    pub(super) fn wake_queue(self: &Arc<Self>, workspace: WorkspaceId, connection: ConnectionId) {
        if self.stopping.is_cancelled() {
            return;
        }
        self.rouse_elsewhere(workspace, connection);
        let mut lanes = self.lock_lanes();
        if let Some(lane) = lanes.get(&connection) {
            lane.ring();
            return;
        }
        let lane = Arc::new(Lane::new(workspace, connection));
        lanes.insert(connection, Arc::clone(&lane));
        self.senders
            .spawn(queue::supervisor::supervise(Arc::clone(self), lane));
    }

    /// Tells the queue of a connection, wherever it runs, that its owner changed something of it.
    pub(super) fn tell_queue(&self, workspace: WorkspaceId, connection: ConnectionId) {
        if let Some(lane) = self.lane(connection) {
            lane.look_again();
        }
        self.rouse_elsewhere(workspace, connection);
    }

    fn rouse_elsewhere(&self, workspace: WorkspaceId, connection: ConnectionId) {
        if self.messenger.lease(connection).is_none() {
            let messenger = Arc::clone(&self.messenger);
            self.senders
                .spawn(async move { messenger.rouse(workspace, connection).await });
        }
    }

    fn lock_lanes(&self) -> std::sync::MutexGuard<'_, HashMap<ConnectionId, Arc<Lane>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
