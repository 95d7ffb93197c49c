//! Notices to open pages: who changed something says so here, `http::live` passes it on.

use arauto_app::api::LiveEvent;
use arauto_app::domain::WorkspaceId;
use tokio::sync::broadcast;

/// How many notices a slow page may lag behind before it is told to read everything again.
const BACKLOG: usize = 256;

/// The notice board of the process.
#[derive(Clone, Debug)]
pub struct LiveBoard(broadcast::Sender<(WorkspaceId, LiveEvent)>);

impl Default for LiveBoard {
    fn default() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }
}

impl LiveBoard {
    /// Puts up a notice; nobody reading is no error.
    pub fn post(&self, workspace: WorkspaceId, event: LiveEvent) {
        let _ = self.0.send((workspace, event));
    }

    /// Reads the notices of all workspaces from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<(WorkspaceId, LiveEvent)> {
        self.0.subscribe()
    }
}
