//! The campaign engine as the rest of the server sees it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arauto_app::api::{Agenda, Campaigns, LiveEvent, Paces, Runs};
use arauto_app::domain::{ConnectionId, WorkspaceId};
use futures::future::join_all;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::agenda::AgendaService;
use super::lane::Lane;
use super::paces::PaceService;
use super::runs::RunService;
use super::service::CampaignService;
use super::shared::Shared;
use super::{CampaignConfig, recovery, scheduler, signals, steward};
use crate::clock::SharedClock;
use crate::live::LiveBoard;
use crate::random::Random;
use crate::store::Store;
use crate::whatsapp::Messenger;

/// How long messages that are on their way may take to be handed over and answered, once the engine
/// is asked to end.
const LAST_ANSWERS_WITHIN: Duration = Duration::from_millis(2500);
/// How long writing down what was heard may take then.
const LAST_WRITES_WITHIN: Duration = Duration::from_millis(1500);

/// Why the engine does not start. Reads as "failed to {error}".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// Somebody else takes the messenger's signals, so nothing could ever count as sent.
    #[error("start the campaigns: the messenger's signals are taken by another")]
    SignalsTaken,
}

/// The running campaign engine of this process.
pub struct CampaignEngine {
    shared: Arc<Shared>,
}

impl CampaignEngine {
    /// Starts the engine within the present Tokio runtime. What earlier processes left open goes
    /// on by itself, as soon as the store answers.
    ///
    /// # Errors
    /// When the messenger's signals are taken already.
    pub fn start(
        store: Store,
        messenger: Arc<dyn Messenger>,
        clock: SharedClock,
        random: Random,
        live: LiveBoard,
        config: CampaignConfig,
    ) -> Result<Self, EngineError> {
        // Before anything else, so that no change is missed.
        let (changes, roused) = (messenger.state_changes(), messenger.roused());
        let notices = live.subscribe();
        let incoming = messenger.take_signals().ok_or(EngineError::SignalsTaken)?;
        let (notes, inbox) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            store,
            messenger,
            clock,
            random,
            live,
            config,
            transitions: tokio::sync::Mutex::default(),
            stopping: CancellationToken::new(),
            ending: CancellationToken::new(),
            senders: TaskTracker::new(),
            writers: TaskTracker::new(),
            notes,
            lanes: Mutex::new(HashMap::new()),
        });
        shared
            .writers
            .spawn(signals::run(Arc::clone(&shared), incoming));
        shared
            .writers
            .spawn(steward::run(Arc::clone(&shared), inbox));
        shared
            .senders
            .spawn(wake_on_change(Arc::clone(&shared), changes, notices));
        shared
            .senders
            .spawn(look_when_roused(Arc::clone(&shared), roused));
        shared.senders.spawn(recovery::run(Arc::clone(&shared)));
        shared.senders.spawn(scheduler::run(Arc::clone(&shared)));
        Ok(Self { shared })
    }

    /// The port for campaigns.
    pub fn campaigns(&self) -> Arc<dyn Campaigns> {
        Arc::new(CampaignService::new(Arc::clone(&self.shared)))
    }

    /// The port for the calendar of runs.
    pub fn agenda(&self) -> Arc<dyn Agenda> {
        Arc::new(AgendaService::new(Arc::clone(&self.shared)))
    }

    /// The port for runs.
    pub fn runs(&self) -> Arc<dyn Runs> {
        Arc::new(RunService::new(Arc::clone(&self.shared)))
    }

    /// The port for the pace of connections.
    pub fn paces(&self) -> Arc<dyn Paces> {
        Arc::new(PaceService::new(Arc::clone(&self.shared)))
    }

    /// Ends the engine within four seconds: no message is claimed from now on, those on their way
    /// are handed over and waited for, and what WhatsApp told of them is written down. What has no
    /// answer by then, or finds no store, is taken up by the next start, with its id.
    ///
    /// Call it while the messenger still works, before its connections are closed.
    pub async fn shutdown(&self) {
        let Shared {
            stopping,
            senders,
            ending,
            writers,
            ..
        } = &*self.shared;
        stopping.cancel();
        senders.close();
        let last_answers = async {
            senders.wait().await;
            let lanes = self.shared.every_lane();
            join_all(lanes.iter().map(|lane| lane.at_rest())).await;
        };
        if timeout(LAST_ANSWERS_WITHIN, last_answers).await.is_err() {
            tracing::info!(
                "messages without an answer are parked: the next start goes on with them"
            );
        }
        ending.cancel();
        writers.close();
        if timeout(LAST_WRITES_WITHIN, writers.wait()).await.is_err() {
            tracing::warn!(
                "failed to write down in time what WhatsApp told; the next start asks again"
            );
        }
    }
}

/// Rings the bell of a queue whose connection changed. That a connection was removed is told on the
/// notice board.
async fn wake_on_change(
    shared: Arc<Shared>,
    mut changes: broadcast::Receiver<(WorkspaceId, ConnectionId)>,
    mut notices: broadcast::Receiver<(WorkspaceId, LiveEvent)>,
) {
    loop {
        let is_concerned: Box<dyn Fn(&Lane) -> bool + Send> = tokio::select! {
            biased;
            () = shared.stopping.cancelled() => return,
            change = changes.recv() => match change {
                Ok((_, connection)) => {
                    take_up_if_new(&shared, connection);
                    Box::new(move |lane| lane.connection == connection)
                }
                Err(RecvError::Lagged(_)) => Box::new(|_| true),
                Err(RecvError::Closed) => return,
            },
            notice = notices.recv() => match notice {
                Ok((workspace, LiveEvent::Connections)) => {
                    Box::new(move |lane| lane.workspace == workspace)
                }
                Ok(_) => continue,
                // Which were missed is unknown: each queue looks for itself.
                Err(RecvError::Lagged(_)) => Box::new(|_| true),
                Err(RecvError::Closed) => return,
            },
        };
        for lane in shared.every_lane() {
            if is_concerned(&lane) {
                let state = shared.messenger.state(lane.connection);
                if !state.is_some_and(|state| state.can_send()) {
                    lane.presence.lose(shared.now());
                    // Another phone may link it before it comes back.
                    lane.pace.ask_again();
                }
                lane.ring();
            }
        }
    }
}

/// Lets queues look at once at what another server stored for them.
async fn look_when_roused(
    shared: Arc<Shared>,
    mut roused: broadcast::Receiver<(WorkspaceId, ConnectionId)>,
) {
    loop {
        let concerned = tokio::select! {
            biased;
            next = roused.recv() => match next {
                Ok((_, connection)) => {
                    take_up_if_new(&shared, connection);
                    shared.lane(connection).into_iter().collect()
                }
                Err(RecvError::Lagged(_)) => shared.every_lane(),
                Err(RecvError::Closed) => return,
            },
            () = shared.stopping.cancelled() => return,
        };
        for lane in concerned {
            lane.look_again();
        }
    }
}

/// Looks for open runs of a connection that this server runs and that has no queue: they began on
/// another server.
fn take_up_if_new(shared: &Arc<Shared>, connection: ConnectionId) {
    if shared.lane(connection).is_none() && shared.messenger.lease(connection).is_some() {
        let shared = Arc::clone(shared);
        shared
            .senders
            .clone()
            .spawn(recovery::take_up(Arc::clone(&shared), connection));
    }
}
