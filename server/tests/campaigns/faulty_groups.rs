//! Groups that fail on demand, as far as campaigns read them.

use arauto::store::{GroupFact, GroupStore, StoreError};
use arauto_app::domain::*;
use async_trait::async_trait;

use super::faults::Faulty;

#[async_trait]
impl GroupStore for Faulty<dyn GroupStore> {
    async fn search(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        query: &GroupQuery,
        after: Option<&GroupPlace>,
        rows: u32,
    ) -> Result<Vec<Group>, StoreError> {
        self.inner
            .search(workspace, connection, query, after, rows)
            .await
    }
    async fn accepting(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        query: &GroupQuery,
    ) -> Result<Vec<GroupBrief>, StoreError> {
        self.inner.accepting(workspace, connection, query).await
    }
    async fn counts(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        text: &str,
    ) -> Result<GroupCounts, StoreError> {
        self.inner.counts(workspace, connection, text).await
    }
    async fn among(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jids: &[GroupJid],
    ) -> Result<Vec<Group>, StoreError> {
        self.faults
            .pass_in_turn(self.inner.among(workspace, connection, jids))
            .await
    }
    async fn last_sent(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jids: &[GroupJid],
    ) -> Result<Vec<LastSent>, StoreError> {
        self.inner.last_sent(workspace, connection, jids).await
    }
    async fn get(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jid: &GroupJid,
    ) -> Result<Option<Group>, StoreError> {
        self.inner.get(workspace, connection, jid).await
    }
    async fn put(&self, workspace: WorkspaceId, groups: &[Group]) -> Result<(), StoreError> {
        self.inner.put(workspace, groups).await
    }
    async fn change(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jid: &GroupJid,
        fact: &GroupFact,
    ) -> Result<bool, StoreError> {
        self.inner.change(workspace, connection, jid, fact).await
    }
    async fn mark_unseen_as_gone(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        synced_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.inner
            .mark_unseen_as_gone(workspace, connection, synced_at)
            .await
    }
    async fn count(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<u32, StoreError> {
        self.inner.count(workspace, connection).await
    }
    async fn note_sync(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        sync: &GroupSync,
    ) -> Result<(), StoreError> {
        self.inner.note_sync(workspace, connection, sync).await
    }
    async fn latest_sync(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Option<GroupSync>, StoreError> {
        self.inner.latest_sync(workspace, connection).await
    }
    async fn delete_all(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<(), StoreError> {
        self.inner.delete_all(workspace, connection).await
    }
}
