//! What the page of the phones and tests listen to.

use serde::Serialize;
use tokio::sync::broadcast;

/// Something changed. Listeners read the new state through the control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NetworkEvent {
    /// A client waits for a phone, or stopped waiting.
    Pairings,
    /// Phones, linked devices or their connections changed.
    Phones {
        /// The account; `None` when it may be any.
        pn: Option<String>,
    },
    /// A group was created, changed or deleted.
    Groups {
        /// Its JID.
        chat: String,
    },
    /// A message was accepted or refused.
    Message {
        /// The chat's JID.
        chat: String,
        /// The message's id.
        id: String,
    },
    /// Receipts were given.
    Receipts {
        /// The chat's JID.
        chat: String,
        /// The message's id.
        id: String,
    },
    /// Faults were set, used up or lifted, or took hold of something.
    Faults,
}

/// The sending side. Nobody needs to listen.
#[derive(Clone)]
pub(crate) struct Events {
    sender: broadcast::Sender<NetworkEvent>,
}

impl Events {
    pub(crate) fn new() -> Self {
        Self {
            sender: broadcast::Sender::new(1024),
        }
    }

    pub(crate) fn announce(&self, event: NetworkEvent) {
        let _ = self.sender.send(event);
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<NetworkEvent> {
        self.sender.subscribe()
    }
}
