//! Groups of connections.

use arauto_app::domain::{ConnectionId, Group, GroupJid, GroupStanding, Timestamp, WorkspaceId};
use async_trait::async_trait;

use super::StoreError;

/// Groups of connections.
#[async_trait]
pub trait GroupStore: Send + Sync {
    /// The groups of a connection: members first, then by subject.
    async fn list(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Vec<Group>, StoreError>;
    /// One group.
    async fn get(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jid: &GroupJid,
    ) -> Result<Option<Group>, StoreError>;
    /// Stores these groups, replacing what was known of them.
    async fn put(&self, workspace: WorkspaceId, groups: &[Group]) -> Result<(), StoreError>;
    /// After a complete sync that began at `synced_at`: what it did not see becomes
    /// [`GroupStanding::Gone`] and stays visible.
    async fn mark_unseen_as_gone(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        synced_at: Timestamp,
    ) -> Result<(), StoreError>;
    /// How many groups the connection is a member of.
    async fn count(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<u32, StoreError>;
    /// Notes the standing of one group.
    async fn set_standing(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jid: &GroupJid,
        standing: GroupStanding,
    ) -> Result<(), StoreError>;
    /// Forgets all groups of a connection.
    async fn delete_all(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<(), StoreError>;
}
