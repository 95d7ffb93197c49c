//! Runs: watching one, and what becomes of those that waited through an outage.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, OutageQuestion, Principal};
#[cfg(feature = "ssr")]
use crate::domain::OutageChoice;
use crate::domain::{
    ConnectionId, ConnectionState, Delivery, DeliveryQuery, Hold, MediaItem, Reached, RepeatAction,
    Repeatable, Restriction, Run, RunId, RunTally, Timestamp,
};

/// What the rest of the product may ask of the runs.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Runs: Send + Sync {
    /// One run with a page (from 1) of the deliveries that are looked for.
    async fn get(
        &self,
        who: &Principal,
        id: RunId,
        query: &DeliveryQuery,
        page: u32,
    ) -> Result<RunView, ApiError>;
    /// The deliveries of a run and how many members each reached, by position, at most `limit`, from the one after `skipped` others on.
    async fn deliveries(
        &self,
        who: &Principal,
        id: RunId,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<(Delivery, Reached)>, ApiError>;
    /// Sends again what did not arrive, or takes it as sent. `seen` is [`Run::reopened`] as the owner
    /// saw it: once the run was opened again since, nothing is sent.
    async fn repeat(
        &self,
        who: &Principal,
        id: RunId,
        action: RepeatAction,
        seen: u32,
    ) -> Result<(), ApiError>;
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
    /// Its connections, in the order of [`Run::senders`].
    pub senders: Vec<SenderView>,
    /// The media that the run sends.
    pub media: Option<MediaItem>,
    /// How many deliveries are in which state.
    pub tally: RunTally,
    /// What may be sent again.
    pub repeatable: Repeatable,
    /// How many of the deliveries that the text finds are in which state.
    pub found: RunTally,
    /// A page of the deliveries that are looked for, in the order of the queue.
    pub deliveries: Vec<Delivery>,
    /// What each of them says, in the same order; what it would say now, while it waits.
    pub texts: Vec<String>,
    /// How many members each of those reached.
    pub reached: Vec<Reached>,
    /// Which page that is, from 1; the last one when it is less than what was asked for.
    pub page: u32,
    /// How many pages there are.
    pub pages: u32,
    /// The server's time when this view was made.
    pub now: Timestamp,
}

/// A connection of a run, as the run's page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderView {
    /// The connection.
    pub connection: ConnectionId,
    /// Its name; `None` once it was removed.
    pub name: Option<String>,
    /// Its present state; `None` once it was removed.
    pub state: Option<ConnectionState>,
    /// How many of the deliveries that it sends are in which state.
    pub tally: RunTally,
    /// What its owner is asked, while its part of the run waits for the answer.
    pub question: Option<OutageQuestion>,
    /// What its pace, or the campaign's own, holds the next message with, while nothing else holds it.
    pub hold: Option<Hold>,
    /// That WhatsApp restricts its number, while it does.
    pub restriction: Option<Restriction>,
}

/// One run; everything but its id may be left out.
#[server(prefix = "/api", endpoint = "run")]
pub async fn get_run(
    id: RunId,
    #[server(default)] query: DeliveryQuery,
    #[server(default)] page: u32,
) -> Result<RunView, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Runs>()
        .get(&who, id, &query, page)
        .await
}

/// Sends again what did not arrive of a run, or takes it as sent.
#[server(prefix = "/api", endpoint = "repeat-run")]
pub async fn repeat_run(id: RunId, action: RepeatAction, seen: u32) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Runs>()
        .repeat(&who, id, action, seen)
        .await?;
    leptos_axum::redirect(&format!("/execucoes/{id}"));
    Ok(())
}
