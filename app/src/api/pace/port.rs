//! The port, and the server functions that call it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::PaceForm;
use crate::api::{ApiError, Principal};
use crate::domain::{ConnectionId, Limits, Timestamp};

/// What the rest of the product may ask of the pace of connections.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Paces: Send + Sync {
    /// The pace of one connection.
    async fn get(&self, who: &Principal, connection: ConnectionId) -> Result<PaceView, ApiError>;
    /// Sets it; `None` for the usual.
    async fn set(
        &self,
        who: &Principal,
        connection: ConnectionId,
        limits: Option<Limits>,
    ) -> Result<(), ApiError>;
    /// Resumes what the restriction of `since` paused.
    async fn resume(
        &self,
        who: &Principal,
        connection: ConnectionId,
        since: Timestamp,
    ) -> Result<(), ApiError>;
}

/// The pace of a connection, as its page shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaceView {
    /// The limits that hold.
    pub limits: Limits,
    /// Whether they are the usual ones: its owner set none.
    pub is_usual: bool,
    /// How many messages it handed over within the last hour.
    pub last_hour: u32,
    /// How many within the last 24 hours.
    pub last_day: u32,
    /// How many it may hand over within 24 hours for now, while its number is new.
    pub warming_up: Option<u32>,
}

/// The pace of a connection.
#[server(prefix = "/api", endpoint = "pace")]
pub async fn get_pace(id: ConnectionId) -> Result<PaceView, ApiError> {
    let who = Principal::from_context()?;
    crate::api::principal::port::<dyn Paces>()
        .get(&who, id)
        .await
}

/// Sets the pace of a connection.
#[server(prefix = "/api", endpoint = "set-pace")]
pub async fn set_pace(id: ConnectionId, pace: PaceForm) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    let limits = pace.read().map_err(ApiError::Pace)?;
    crate::api::principal::port::<dyn Paces>()
        .set(&who, id, Some(limits))
        .await
}

/// Gives a connection the usual pace.
#[server(prefix = "/api", endpoint = "usual-pace")]
pub async fn use_usual_pace(id: ConnectionId) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    crate::api::principal::port::<dyn Paces>()
        .set(&who, id, None)
        .await
}

/// Resumes the sending of a connection that WhatsApp restricted at `since`.
#[server(prefix = "/api", endpoint = "resume-sending")]
pub async fn resume_sending(connection: ConnectionId, since: Timestamp) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    crate::api::principal::port::<dyn Paces>()
        .resume(&who, connection, since)
        .await
}
