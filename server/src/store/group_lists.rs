//! Lists of groups.

use arauto_app::domain::{ConnectionId, GroupJid, GroupList, GroupListId, Timestamp, WorkspaceId};
use async_trait::async_trait;

use super::StoreError;

/// Lists of groups. A connection never has two of them whose names read alike to
/// [`folded`](super::folded).
#[async_trait]
pub trait GroupListStore: Send + Sync {
    /// Stores a new list.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the connection has a list of that name.
    async fn insert(&self, list: &GroupList) -> Result<(), StoreError>;
    /// Those of a connection, by name as [`folded`](super::folded) reads it.
    async fn list(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Vec<GroupList>, StoreError>;
    /// One of a workspace.
    async fn get(
        &self,
        workspace: WorkspaceId,
        id: GroupListId,
    ) -> Result<Option<GroupList>, StoreError>;
    /// Gives it another name; tells whether it exists.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the connection has another list of that name.
    async fn rename(
        &self,
        workspace: WorkspaceId,
        id: GroupListId,
        name: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Adds groups at its end, but those that it has; tells whether it exists. Of additions and
    /// removals that race none is lost.
    async fn add(
        &self,
        workspace: WorkspaceId,
        id: GroupListId,
        groups: &[GroupJid],
        at: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Takes groups out of it; tells whether it exists.
    async fn remove(
        &self,
        workspace: WorkspaceId,
        id: GroupListId,
        groups: &[GroupJid],
        at: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Deletes it; an unknown one is no error.
    async fn delete(&self, workspace: WorkspaceId, id: GroupListId) -> Result<(), StoreError>;
    /// Deletes all of a connection.
    async fn delete_all(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<(), StoreError>;
}
