//! Groups: reading what the store has, and asking for a sync.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Principal};
use crate::domain::{ConnectionId, Group, GroupSync, Timestamp};

/// What the rest of the product may ask of the groups.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Groups: Send + Sync {
    /// The groups of a connection by subject, as the store has them: never asks WhatsApp.
    async fn list(&self, who: &Principal, connection: ConnectionId)
    -> Result<GroupsView, ApiError>;
    /// Begins a sync in the background; one that is under way goes on.
    async fn sync(&self, who: &Principal, connection: ConnectionId) -> Result<(), ApiError>;
    /// Ends a sync that is under way; what it has read stays.
    async fn cancel_sync(&self, who: &Principal, connection: ConnectionId) -> Result<(), ApiError>;
}

/// A connection's groups as the page shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupsView {
    /// The groups by subject, those that are gone last.
    pub groups: Vec<Group>,
    /// When the latest complete sync ended.
    pub synced_at: Option<Timestamp>,
    /// What a sync is doing now.
    pub sync: SyncProgress,
    /// The latest sync and how it ended.
    pub latest: Option<GroupSync>,
    /// The server's time when this view was made.
    pub now: Timestamp,
}

/// Where a sync of groups stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "sync", rename_all = "snake_case")]
pub enum SyncProgress {
    /// None is under way.
    #[default]
    Idle,
    /// WhatsApp was asked for the list.
    Asking,
    /// Groups are being stored.
    Storing {
        /// How many are stored.
        done: u32,
        /// Of how many.
        total: u32,
    },
    /// WhatsApp was asked too often; it is asked again then.
    Waiting {
        /// When.
        until: Timestamp,
    },
}

impl SyncProgress {
    /// Whether a sync is under way.
    pub const fn is_under_way(self) -> bool {
        !matches!(self, Self::Idle)
    }
}

/// The groups of a connection.
#[server(prefix = "/api", endpoint = "groups")]
pub async fn list_groups(connection: ConnectionId) -> Result<GroupsView, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Groups>()
        .list(&who, connection)
        .await
}

/// Asks for a sync.
#[server(prefix = "/api", endpoint = "sync-groups")]
pub async fn sync_groups(connection: ConnectionId) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Groups>()
        .sync(&who, connection)
        .await
}

/// Ends a sync.
#[server(prefix = "/api", endpoint = "cancel-group-sync")]
pub async fn cancel_group_sync(connection: ConnectionId) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Groups>()
        .cancel_sync(&who, connection)
        .await
}
