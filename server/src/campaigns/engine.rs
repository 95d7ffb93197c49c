//! The campaign engine as the rest of the server sees it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use arauto_app::api::{Campaigns, LiveEvent, Runs};
use arauto_app::domain::{ConnectionId, WorkspaceId};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::lane::Lane;
use super::runs::RunService;
use super::service::CampaignService;
use super::shared::Shared;
use super::{CampaignConfig, recovery, signals, steward};
use crate::clock::SharedClock;
use crate::live::LiveBoard;
use crate::random::Random;
use crate::store::Store;
use crate::whatsapp::Messenger;

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
        let changes = messenger.state_changes();
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
        shared.senders.spawn(recovery::run(Arc::clone(&shared)));
        Ok(Self { shared })
    }

    /// The port for campaigns.
    pub fn campaigns(&self) -> Arc<dyn Campaigns> {
        Arc::new(CampaignService::new(Arc::clone(&self.shared)))
    }

    /// The port for runs.
    pub fn runs(&self) -> Arc<dyn Runs> {
        Arc::new(RunService::new(Arc::clone(&self.shared)))
    }

    /// Ends the engine: no message is claimed from now on, the one that is being handed over is
    /// handed over, and the signals that are there are written down. What has no acknowledgement
    /// by then is taken up by the next start, with its id.
    ///
    /// Call it while the messenger still works, before its connections are closed.
    pub async fn shutdown(&self) {
        self.shared.stopping.cancel();
        self.shared.senders.close();
        self.shared.senders.wait().await;
        self.shared.ending.cancel();
        self.shared.writers.close();
        self.shared.writers.wait().await;
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
            change = changes.recv() => match change {
                Ok((_, connection)) => Box::new(move |lane| lane.connection == connection),
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
            () = shared.stopping.cancelled() => return,
        };
        for lane in shared.every_lane() {
            if is_concerned(&lane) {
                lane.ring();
            }
        }
    }
}
