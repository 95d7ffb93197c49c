//! A WhatsApp that no connection reaches.

use std::sync::Mutex;

use arauto::store::Lease;
use arauto::whatsapp::{MessageSignal, Messenger, OutgoingMessage, SendError};
use arauto_app::domain::{ConnectionId, ConnectionState, WorkspaceId};
use async_trait::async_trait;
use tokio::sync::{broadcast, mpsc};

type Changes = broadcast::Sender<(WorkspaceId, ConnectionId)>;

/// Every connection is offline, and stays so.
pub struct Absent {
    signals: Mutex<Option<mpsc::UnboundedReceiver<MessageSignal>>>,
    _signalling: mpsc::UnboundedSender<MessageSignal>,
    changes: Changes,
}

impl Default for Absent {
    fn default() -> Self {
        let (signalling, signals) = mpsc::unbounded_channel();
        Self {
            signals: Mutex::new(Some(signals)),
            _signalling: signalling,
            changes: Changes::new(1),
        }
    }
}

#[async_trait]
impl Messenger for Absent {
    async fn send(&self, _: ConnectionId, _: OutgoingMessage) -> Result<(), SendError> {
        Err(SendError::Offline)
    }

    fn state(&self, _: ConnectionId) -> Option<ConnectionState> {
        None
    }

    fn lease(&self, _: ConnectionId) -> Option<Lease> {
        None
    }

    async fn rouse(&self, _: WorkspaceId, _: ConnectionId) {}

    fn state_changes(&self) -> broadcast::Receiver<(WorkspaceId, ConnectionId)> {
        self.changes.subscribe()
    }

    fn roused(&self) -> broadcast::Receiver<(WorkspaceId, ConnectionId)> {
        self.changes.subscribe()
    }

    fn take_signals(&self) -> Option<mpsc::UnboundedReceiver<MessageSignal>> {
        self.signals.lock().ok()?.take()
    }

    async fn reconnect(&self, _: ConnectionId) {}
}
