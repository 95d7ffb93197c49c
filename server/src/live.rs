//! Notices to open pages: who changed something says so here, `http::live` passes it on.

use arauto_app::api::LiveEvent;
use arauto_app::domain::WorkspaceId;
use tokio::sync::broadcast;

/// How many notices a slow page may lag behind before it is told to read everything again.
const BACKLOG: usize = 256;

/// The notice board of the process.
#[derive(Clone, Debug)]
pub struct LiveBoard {
    all: broadcast::Sender<(WorkspaceId, LiveEvent)>,
    /// Those that were put up by this server.
    own: broadcast::Sender<(WorkspaceId, LiveEvent)>,
}

impl Default for LiveBoard {
    fn default() -> Self {
        Self {
            all: broadcast::Sender::new(BACKLOG),
            own: broadcast::Sender::new(BACKLOG),
        }
    }
}

impl LiveBoard {
    /// Puts up a notice; nobody reading is no error.
    pub fn post(&self, workspace: WorkspaceId, event: LiveEvent) {
        let _ = self.own.send((workspace, event.clone()));
        self.post_from_elsewhere(workspace, event);
    }

    /// Puts up a notice of another server, for the pages of this one.
    pub fn post_from_elsewhere(&self, workspace: WorkspaceId, event: LiveEvent) {
        let _ = self.all.send((workspace, event));
    }

    /// Reads the notices of all workspaces from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<(WorkspaceId, LiveEvent)> {
        self.all.subscribe()
    }

    /// Reads those that this server puts up, to tell the others.
    pub fn subscribe_own(&self) -> broadcast::Receiver<(WorkspaceId, LiveEvent)> {
        self.own.subscribe()
    }
}
