//! Connections.

use std::time::Duration;

use arauto_app::domain::{
    AfterOutage, Connection, ConnectionId, ConnectionState, Limits, Outage, Restriction, Timestamp,
    Transition, WorkspaceId,
};
use async_trait::async_trait;

use super::{Lease, StoreError};

/// How long the history of a connection reaches back.
pub const HISTORY_KEPT: Duration = Duration::from_hours(90 * 24);
/// How many entries of it are read at most.
pub const HISTORY_MOST: u32 = 500;

/// Connections.
#[async_trait]
pub trait ConnectionStore: Send + Sync {
    /// Stores a new connection.
    async fn insert(&self, connection: &Connection) -> Result<(), StoreError>;
    /// Those of a workspace, by name.
    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Connection>, StoreError>;
    /// One of a workspace.
    async fn get(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
    ) -> Result<Option<Connection>, StoreError>;
    /// Those of all workspaces, for the start of the process.
    async fn every_connection(&self) -> Result<Vec<Connection>, StoreError>;
    /// Notes the present state, in the row and in the history, where a state keeps one entry for as
    /// long as `since` stays. Entries older than `HISTORY_KEPT` are dropped.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`], also when the connection was removed in the meantime.
    async fn set_state(
        &self,
        lease: &Lease,
        state: &ConnectionState,
        since: Timestamp,
    ) -> Result<(), StoreError>;
    /// What it went through since `from`, in order, with the state that was in force then; at most
    /// `HISTORY_MOST` entries, the latest ones.
    async fn history(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        from: Timestamp,
    ) -> Result<Vec<Transition>, StoreError>;
    /// Notes that a phone linked it.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`], also when the connection was removed in the meantime.
    async fn set_linked(&self, lease: &Lease, phone: &str, at: Timestamp)
    -> Result<(), StoreError>;
    /// Notes that the link ended: no link time. The number stays known.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`], also when the connection was removed in the meantime.
    async fn set_unlinked(&self, lease: &Lease) -> Result<(), StoreError>;
    /// Notes that its phone left a trace at `at`, unless a later one is noted.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`], also when the connection was removed in the meantime.
    async fn set_phone_seen(&self, lease: &Lease, at: Timestamp) -> Result<(), StoreError>;
    /// Notes when its groups were completely read.
    async fn set_groups_synced(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Changes what its owner sets.
    async fn set_settings(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        name: &str,
        after_outage: AfterOutage,
    ) -> Result<(), StoreError>;
    /// Changes how fast it may send; `None` for the usual.
    async fn set_pace(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        pace: Option<Limits>,
    ) -> Result<(), StoreError>;
    /// Changes what is noted of a restriction of its number, unless that is no longer `from`: whoever
    /// lifts one does not lift another. Tells whether it did.
    async fn change_restriction(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        from: Option<Restriction>,
        to: Option<Restriction>,
    ) -> Result<bool, StoreError>;
    /// Notes that it could send at `at`.
    async fn set_able(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Changes what is noted of a long outage, unless that is no longer `from`: of two answers to one
    /// question, one counts. Tells whether it did. An outage is noted together with the fact that the
    /// connection could send at its end, so that none is found twice.
    async fn change_outage(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        from: Option<Outage>,
        to: Option<Outage>,
    ) -> Result<bool, StoreError>;
    /// Deletes it; an unknown one is no error.
    async fn delete(&self, workspace: WorkspaceId, id: ConnectionId) -> Result<(), StoreError>;
}
