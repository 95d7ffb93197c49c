//! Groups of connections.

use arauto_app::domain::{
    ConnectionId, Group, GroupBrief, GroupCounts, GroupJid, GroupPlace, GroupQuery, GroupStanding,
    GroupSync, LastSent, Timestamp, WorkspaceId,
};
use async_trait::async_trait;

use super::StoreError;

/// One thing about a group that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupFact {
    /// Its name.
    Subject(String),
    /// Whether only administrators may send.
    AnnounceOnly(bool),
    /// So many people came (positive) or went (negative).
    Participants(i32),
    /// Whether our own number administers it.
    Admin(bool),
    /// Whether the connection still belongs to it.
    Standing(GroupStanding),
}

/// Groups of connections. Wherever they are listed they are in the order of [`GroupPlace`].
#[async_trait]
pub trait GroupStore: Send + Sync {
    /// At most `rows` of the groups that a person looks for, beginning after a place.
    async fn search(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        query: &GroupQuery,
        after: Option<&GroupPlace>,
        rows: u32,
    ) -> Result<Vec<Group>, StoreError>;
    /// Those of the groups that a person looks for that take our messages.
    async fn accepting(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        query: &GroupQuery,
    ) -> Result<Vec<GroupBrief>, StoreError>;
    /// How many groups of each kind have `text` in their subject, as [`GroupQuery::text`].
    async fn counts(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        text: &str,
    ) -> Result<GroupCounts, StoreError>;
    /// Those of these addresses that are groups of the connection.
    async fn among(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jids: &[GroupJid],
    ) -> Result<Vec<Group>, StoreError>;
    /// The last message that WhatsApp took for each of these groups, where there is one.
    async fn last_sent(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jids: &[GroupJid],
    ) -> Result<Vec<LastSent>, StoreError>;
    /// One group.
    async fn get(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jid: &GroupJid,
    ) -> Result<Option<Group>, StoreError>;
    /// Stores these groups, replacing what was known of them.
    async fn put(&self, workspace: WorkspaceId, groups: &[Group]) -> Result<(), StoreError>;
    /// Notes one thing about one group and leaves the rest of it; tells whether the group is known.
    async fn change(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jid: &GroupJid,
        fact: &GroupFact,
    ) -> Result<bool, StoreError>;
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
    /// Notes how the latest sync of a connection stands, in place of the one before.
    async fn note_sync(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        sync: &GroupSync,
    ) -> Result<(), StoreError>;
    /// How the latest sync of a connection stands; `None` when there never was one.
    async fn latest_sync(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Option<GroupSync>, StoreError>;
    /// Forgets all groups of a connection, and its sync.
    async fn delete_all(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<(), StoreError>;
}
