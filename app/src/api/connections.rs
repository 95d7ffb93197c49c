//! Connections: making, pairing, watching, stopping, removing.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, OutageQuestion, Principal};
use crate::domain::{
    AfterOutage, Connection, ConnectionHealth, ConnectionId, ConnectionState, LastDay, PairingStep,
    Restoration, Timestamp, Told,
};

/// What the rest of the product may ask of the connections.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Connections: Send + Sync {
    /// All of the workspace, by name.
    async fn list(&self, who: &Principal) -> Result<Vec<ConnectionView>, ApiError>;
    /// How many of the workspace need their owner.
    async fn in_need(&self, who: &Principal) -> Result<u32, ApiError>;
    /// One of the workspace.
    async fn get(&self, who: &Principal, id: ConnectionId) -> Result<ConnectionView, ApiError>;
    /// What one of the workspace went through.
    async fn history(&self, who: &Principal, id: ConnectionId) -> Result<HistoryView, ApiError>;
    /// Makes one, unpaired.
    async fn create(&self, who: &Principal, name: &str) -> Result<ConnectionId, ApiError>;
    /// Changes its name, and what becomes of messages that waited through a long outage.
    async fn configure(
        &self,
        who: &Principal,
        id: ConnectionId,
        name: &str,
        after_outage: AfterOutage,
    ) -> Result<(), ApiError>;
    /// Begins pairing by QR code.
    async fn pair(&self, who: &Principal, id: ConnectionId) -> Result<(), ApiError>;
    /// Begins pairing by a code for the phone of this number, as a person typed it; while a code is
    /// shown it asks for another one.
    async fn pair_by_code(
        &self,
        who: &Principal,
        id: ConnectionId,
        phone: &str,
    ) -> Result<(), ApiError>;
    /// Goes on with the other number that linked it: it sends from then on.
    async fn use_other_number(&self, who: &Principal, id: ConnectionId) -> Result<(), ApiError>;
    /// Unlinks the other number that linked it, at WhatsApp too.
    async fn unlink_other_number(&self, who: &Principal, id: ConnectionId) -> Result<(), ApiError>;
    /// Gives up pairing.
    async fn cancel_pairing(&self, who: &Principal, id: ConnectionId) -> Result<(), ApiError>;
    /// Brings it back: after a pause, a replacement, or at once instead of at the next attempt.
    async fn resume(&self, who: &Principal, id: ConnectionId) -> Result<(), ApiError>;
    /// Pauses it; it stays linked.
    async fn stop(&self, who: &Principal, id: ConnectionId) -> Result<(), ApiError>;
    /// Unlinks the device at WhatsApp, erases its keys and the row. Campaigns that used it keep no
    /// connection and no groups.
    async fn remove(&self, who: &Principal, id: ConnectionId) -> Result<(), ApiError>;
}

/// A connection as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionView {
    /// The connection; its state is the present one.
    pub connection: Connection,
    /// What traffic proves about it.
    pub health: ConnectionHealth,
    /// How far this server's start is with it, if that brings it back.
    pub restoration: Option<Restoration>,
    /// What its owner is asked after a long outage.
    pub question: Option<OutageQuestion>,
    /// The QR code to scan now, as a complete SVG document.
    pub qr_svg: Option<String>,
    /// The number that a pairing code was last asked for, digits with the country code.
    pub code_for: Option<String>,
    /// The names of the workspace's other connections that the same number is linked to.
    pub also_linked: Vec<String>,
    /// How many groups the latest sync saw it in.
    pub groups: u32,
    /// The campaigns that use it, by name.
    pub used_by: Vec<String>,
    /// The server's time when this view was made: ages and countdowns count from it.
    pub now: Timestamp,
}

impl ConnectionView {
    /// The QR code's number and its expiry, while one is shown.
    pub const fn qr(&self) -> Option<(u32, Timestamp)> {
        match &self.connection.state {
            ConnectionState::Pairing {
                step: PairingStep::Qr {
                    number, expires_at, ..
                },
            } => Some((*number, *expires_at)),
            _ => None,
        }
    }

    /// The pairing code and its expiry, while one is shown.
    pub fn code(&self) -> Option<(&str, Timestamp)> {
        match &self.connection.state {
            ConnectionState::Pairing {
                step: PairingStep::Code {
                    code, expires_at, ..
                },
            } => Some((code, *expires_at)),
            _ => None,
        }
    }
}

/// What a connection went through, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryView {
    /// Its states, the latest first.
    pub told: Vec<Told>,
    /// Its last 24 hours.
    pub last_day: LastDay,
    /// The server's time when this view was made.
    pub now: Timestamp,
}

/// The workspace's connections.
#[server(prefix = "/api", endpoint = "connections")]
pub async fn list_connections() -> Result<Vec<ConnectionView>, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Connections>().list(&who).await
}

/// How many of the workspace's connections need their owner.
#[server(prefix = "/api", endpoint = "connections-in-need")]
pub async fn count_connections_in_need() -> Result<u32, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Connections>()
        .in_need(&who)
        .await
}

/// One connection.
#[server(prefix = "/api", endpoint = "connection")]
pub async fn get_connection(id: ConnectionId) -> Result<ConnectionView, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Connections>()
        .get(&who, id)
        .await
}

/// What a connection went through.
#[server(prefix = "/api", endpoint = "connection-history")]
pub async fn get_connection_history(id: ConnectionId) -> Result<HistoryView, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Connections>()
        .history(&who, id)
        .await
}

/// Makes a connection and leads to its page, where it begins to pair.
#[server(prefix = "/api", endpoint = "create-connection")]
pub async fn create_connection(name: String) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    let connections = super::principal::port::<dyn Connections>();
    let id = connections.create(&who, &name).await?;
    connections.pair(&who, id).await?;
    leptos_axum::redirect(&format!("/conexoes/{id}"));
    Ok(())
}

/// Changes what a connection's owner sets.
#[server(prefix = "/api", endpoint = "configure-connection")]
pub async fn configure_connection(
    id: ConnectionId,
    name: String,
    after_outage: AfterOutage,
) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Connections>()
        .configure(&who, id, &name, after_outage)
        .await
}

/// What a person can do to a connection from its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionAction {
    /// Begin pairing by QR code.
    Pair,
    /// Give up pairing.
    CancelPairing,
    /// Go on with the other number that linked it.
    UseOtherNumber,
    /// Unlink the other number that linked it.
    UnlinkOtherNumber,
    /// Bring it back now.
    Resume,
    /// Pause it.
    Stop,
}

/// Carries out an action of a connection's page.
#[server(prefix = "/api", endpoint = "act-on-connection")]
pub async fn act_on_connection(id: ConnectionId, action: ConnectionAction) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    let connections = super::principal::port::<dyn Connections>();
    match action {
        ConnectionAction::Pair => connections.pair(&who, id).await,
        ConnectionAction::CancelPairing => connections.cancel_pairing(&who, id).await,
        ConnectionAction::UseOtherNumber => connections.use_other_number(&who, id).await,
        ConnectionAction::UnlinkOtherNumber => connections.unlink_other_number(&who, id).await,
        ConnectionAction::Resume => connections.resume(&who, id).await,
        ConnectionAction::Stop => connections.stop(&who, id).await,
    }
}

/// Asks WhatsApp for a code that links the phone of this number, written as a person writes it.
#[server(prefix = "/api", endpoint = "pair-by-code")]
pub async fn pair_by_code(id: ConnectionId, phone: String) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Connections>()
        .pair_by_code(&who, id, &phone)
        .await
}

/// Removes a connection and leads to the list.
#[server(prefix = "/api", endpoint = "remove-connection")]
pub async fn remove_connection(id: ConnectionId) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Connections>()
        .remove(&who, id)
        .await?;
    leptos_axum::redirect("/conexoes");
    Ok(())
}
