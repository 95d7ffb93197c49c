//! What campaigns need of WhatsApp.

use std::fmt;
use std::sync::Arc;

use arauto_app::domain::{
    ConnectionId, ConnectionState, DeliveryEvent, FailureReason, MediaItem, MemberMark, MessageId,
    Recipient, Timestamp, WorkspaceId,
};
use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::{broadcast, mpsc};

use crate::store::{BlobReader, Lease, StoreError};

/// A message ready to be handed to WhatsApp.
#[derive(Clone, Debug)]
pub struct OutgoingMessage {
    /// Its id, stored before this value was made.
    pub id: MessageId,
    /// Where it goes.
    pub to: Recipient,
    /// The text, or the caption of the file; audio has none.
    pub text: String,
    /// The file.
    pub media: Option<OutgoingMedia>,
    /// It was handed over before, and WhatsApp did not take it as far as we know: the group's key
    /// that went with it may have reached nobody.
    pub again: bool,
}

/// A file of the library, ready to be uploaded.
#[derive(Clone, Debug)]
pub struct OutgoingMedia {
    /// What is known of it.
    pub item: MediaItem,
    /// The file itself.
    pub file: Arc<dyn MediaFile>,
    /// A small JPEG that phones show until the file is loaded.
    pub thumbnail: Option<Bytes>,
}

/// The bytes of a file, read whenever they are needed: files are as large as documents may be, and many
/// connections send at a time.
#[async_trait]
pub trait MediaFile: fmt::Debug + Send + Sync {
    /// Begins to read; `None` when it is gone.
    async fn open(&self) -> Result<Option<BlobReader>, StoreError>;
}

/// Why a message could not be handed over. Reads as "failed to {error}".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The connection is not online; the message waits.
    #[error("send: the connection is not online")]
    Offline,
    /// Something passing; the message is sent again later with the same id.
    #[error("send: a passing trouble")]
    Retry,
    /// It will never go.
    #[error("send: {0:?}")]
    Final(FailureReason),
}

/// What WhatsApp told about a message of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageSignal {
    /// The workspace of the connection.
    pub workspace: WorkspaceId,
    /// The connection that it came through.
    pub connection: ConnectionId,
    /// Which message.
    pub message: MessageId,
    /// What happened to it.
    pub event: DeliveryEvent,
    /// Whose receipt told it.
    pub member: Option<MemberMark>,
    /// When we heard of it.
    pub at: Timestamp,
}

/// What campaigns need of WhatsApp.
#[async_trait]
pub trait Messenger: Send + Sync {
    /// Hands a message over. `Ok` means that the frame was written, nothing more: the truth comes
    /// as a [`MessageSignal`].
    async fn send(
        &self,
        connection: ConnectionId,
        message: OutgoingMessage,
    ) -> Result<(), SendError>;
    /// The present state of a connection; `None` when this server does not run it.
    fn state(&self, connection: ConnectionId) -> Option<ConnectionState>;
    /// The lease under which this server runs a connection; `None` when it does not, or cannot be
    /// sure of it now.
    fn lease(&self, connection: ConnectionId) -> Option<Lease>;
    /// Tells the server that runs a connection, if that is another one, that it has something to
    /// send, or that its owner decided about that. As far as it can be told: whoever takes the
    /// connection next looks by itself.
    async fn rouse(&self, workspace: WorkspaceId, connection: ConnectionId);
    /// Tells of every change of a connection's state, and whenever this server begins or ceases to run
    /// one (its workspace and id).
    fn state_changes(&self) -> broadcast::Receiver<(WorkspaceId, ConnectionId)>;
    /// Tells of every connection about which another server [told](Self::rouse) this one.
    fn roused(&self) -> broadcast::Receiver<(WorkspaceId, ConnectionId)>;
    /// What WhatsApp tells about messages, of all connections. There is one taker: a second call
    /// returns `None`.
    fn take_signals(&self) -> Option<mpsc::UnboundedReceiver<MessageSignal>>;
    /// Opens a new connection to WhatsApp at once: an acknowledgement is overdue.
    async fn reconnect(&self, connection: ConnectionId);
}
