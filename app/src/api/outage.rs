//! The question after a long outage: what becomes of the messages that waited?

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Principal};
use crate::domain::{Backlog, ConnectionId, Outage, OutageChoice, Timestamp};

/// What the owner of a connection is asked after a long outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutageQuestion {
    /// The outage.
    pub outage: Outage,
    /// What waited through it.
    pub backlog: Backlog,
}

/// Answers the question about the outage that ended at `back_at`.
#[server(prefix = "/api", endpoint = "settle-outage")]
pub async fn settle_outage(
    connection: ConnectionId,
    back_at: Timestamp,
    choice: OutageChoice,
) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn super::Runs>()
        .settle_outage(&who, connection, back_at, choice)
        .await
}
