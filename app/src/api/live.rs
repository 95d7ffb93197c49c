//! What the server tells open pages by itself.

use serde::{Deserialize, Serialize};

use crate::domain::{CampaignId, ConnectionId, RunId};

/// A notice that something of the workspace changed. It says what, not how: whoever shows the
/// thing reads it again, so a lost or repeated notice never leaves a page wrong.
///
/// The stream is at `GET /ao-vivo` (server-sent events, one JSON value each).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "changed", content = "id", rename_all = "snake_case")]
pub enum LiveEvent {
    /// A connection's state, QR code or health.
    Connection(ConnectionId),
    /// A connection was made or removed.
    Connections,
    /// The groups of a connection, their lists, or the progress of their sync.
    Groups(ConnectionId),
    /// The media library.
    Media,
    /// A campaign's row.
    Campaign(CampaignId),
    /// A run's deliveries or status.
    Run(RunId),
}
