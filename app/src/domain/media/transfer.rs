//! A file on its way into the library, piece by piece: what arrived stays when the connection drops.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::{MediaId, Timestamp, UserId, WorkspaceId};

/// How many bytes a browser sends at once. Proxies hold requests back until they are whole, so what a
/// drop costs is about one of these.
pub const TRANSFER_PIECE_BYTES: u64 = 4 * 1024 * 1024;

/// How long what arrived is kept after the last piece.
pub const TRANSFER_KEPT: Duration = Duration::from_hours(24);

/// A file on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// The identifier of the item that it becomes: whoever ends it twice makes one item.
    pub id: MediaId,
    /// The workspace that it goes to.
    pub workspace: WorkspaceId,
    /// Who sends it; nobody else may go on with it.
    pub user: UserId,
    /// The file's name.
    pub name: String,
    /// How many bytes it has, as announced. They count in the workspace's quota from the beginning.
    pub bytes: u64,
    /// How many of them arrived, from the first on.
    pub received: u64,
    /// When it began.
    pub begun_at: Timestamp,
    /// When the last piece arrived.
    pub touched_at: Timestamp,
}

/// How far a file is, as its page asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferView {
    /// Which one.
    pub id: MediaId,
    /// How many bytes arrived: the next piece begins there.
    pub received: u64,
    /// How many bytes it has.
    pub bytes: u64,
    /// What is being done.
    pub step: TransferStep,
}

/// What is being done with a file on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferStep {
    /// Its bytes arrive.
    #[default]
    Receiving,
    /// All of them are there and looked through.
    Checking,
    /// It is turned into a format that WhatsApp plays.
    Converting {
        /// How much of it, from 0 to 100, where the file tells how long it plays.
        percent: Option<u8>,
    },
    /// It is in the library.
    Saved,
}
