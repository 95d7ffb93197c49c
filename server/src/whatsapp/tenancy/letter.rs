//! What servers write to each other.

use arauto_app::api::{LiveEvent, SyncProgress};
use arauto_app::domain::{
    ConnectionCause, ConnectionHealth, ConnectionId, ConnectionState, GroupJid, GroupMember,
    Restoration, Timestamp, WorkspaceId,
};
use serde::{Deserialize, Serialize};

use super::super::machine::Request;
use super::office::Refusal;

/// A letter from one server to another, or to all others. It may name people's numbers, so it leaves
/// the process sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Letter {
    /// Something changed for people who look.
    Notices(Vec<(WorkspaceId, LiveEvent)>),
    /// Something to be done with a connection that the reader runs.
    Errand {
        /// Names the answer.
        number: u64,
        /// Whose.
        workspace: WorkspaceId,
        /// Which connection.
        connection: ConnectionId,
        /// What.
        errand: Errand,
    },
    /// How an errand went.
    Answer {
        /// Of which.
        number: u64,
        /// How.
        outcome: Result<Reply, Refusal>,
    },
    /// A connection that the reader runs has something to send, or something about that was decided.
    Rouse {
        /// Whose.
        workspace: WorkspaceId,
        /// Which.
        connection: ConnectionId,
    },
    /// Connections are free.
    Freed,
}

/// What one server asks of the one that runs a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) enum Errand {
    /// A person's request.
    Request(Request),
    /// Answer once nothing of it runs and everything of it is stored.
    Settle,
    /// Begin to read its groups.
    SyncGroups,
    /// End the reading of its groups.
    CancelSync,
    /// Ask WhatsApp who is in a group.
    Members(GroupJid),
}

/// What came of an errand that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) enum Reply {
    /// That is all.
    Done,
    /// What WhatsApp said, if it did.
    Members(SeenMembers),
}

/// Who is in a group, as WhatsApp says; `None` when the number does not take part in it.
pub(in super::super) type SeenMembers = Result<Option<Vec<GroupMember>>, ConnectionCause>;

/// What the server that runs a connection sees of it. It may hold the secret of a QR code, so it
/// leaves the process sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Sight {
    /// The state.
    pub(in super::super) state: ConnectionState,
    /// Since when.
    pub(in super::super) since: Timestamp,
    /// What traffic proves.
    pub(in super::super) health: ConnectionHealth,
    /// The number that is to type a pairing code.
    pub(in super::super) code_for: Option<String>,
    /// How far its server's start is with it.
    pub(in super::super) restoration: Option<Restoration>,
    /// Where the sync of its groups stands.
    pub(in super::super) sync: SyncProgress,
}
