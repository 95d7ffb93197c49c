//! Runs: watching one, and what becomes of those that waited through an outage.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, OutageQuestion, Principal};
#[cfg(feature = "ssr")]
use crate::domain::{ConnectionId, OutageChoice};
use crate::domain::{
    ConnectionState, Delivery, Hold, MediaItem, Restriction, Run, RunId, RunTally, Timestamp,
};

/// What the rest of the product may ask of the runs.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Runs: Send + Sync {
    /// One run with its deliveries.
    async fn get(&self, who: &Principal, id: RunId) -> Result<RunView, ApiError>;
    /// Carries out what the owner chose for the messages that waited through the outage of a
    /// connection that ended at `back_at`.
    async fn settle_outage(
        &self,
        who: &Principal,
        connection: ConnectionId,
        back_at: Timestamp,
        choice: OutageChoice,
    ) -> Result<(), ApiError>;
}

/// A run as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunView {
    /// The run.
    pub run: Run,
    /// The campaign's name.
    pub campaign_name: String,
    /// The connection's name; `None` once it was removed.
    pub connection_name: Option<String>,
    /// The connection's present state; `None` once it was removed.
    pub connection_state: Option<ConnectionState>,
    /// What the owner is asked, while the run waits for the answer.
    pub question: Option<OutageQuestion>,
    /// The media that the run sends.
    pub media: Option<MediaItem>,
    /// How many deliveries are in which state.
    pub tally: RunTally,
    /// Every delivery, in the order of the queue.
    pub deliveries: Vec<Delivery>,
    /// What the pace of the connection holds the next message with, while nothing else holds it.
    pub hold: Option<Hold>,
    /// That WhatsApp restricts the connection's number, while it does.
    pub restriction: Option<Restriction>,
    /// The server's time when this view was made.
    pub now: Timestamp,
}

/// One run.
#[server(prefix = "/api", endpoint = "run")]
pub async fn get_run(id: RunId) -> Result<RunView, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Runs>().get(&who, id).await
}
