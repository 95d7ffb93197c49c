//! Campaigns that fail on demand.

use std::ops::Range;

use arauto::store::{CampaignStore, MediaUses, StoreError};
use arauto_app::domain::*;
use async_trait::async_trait;

use super::faults::Faulty;

#[async_trait]
impl CampaignStore for Faulty<dyn CampaignStore> {
    async fn insert(&self, campaign: &Campaign) -> Result<(), StoreError> {
        self.faults.pass(self.inner.insert(campaign)).await
    }
    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Campaign>, StoreError> {
        self.faults.pass(self.inner.list(workspace)).await
    }
    async fn search(
        &self,
        workspace: WorkspaceId,
        query: &CampaignQuery,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<Campaign>, StoreError> {
        let call = self.inner.search(workspace, query, skipped, limit);
        self.faults.pass(call).await
    }
    async fn counts(
        &self,
        workspace: WorkspaceId,
        text: &str,
    ) -> Result<CampaignCounts, StoreError> {
        self.faults.pass(self.inner.counts(workspace, text)).await
    }
    async fn get(
        &self,
        workspace: WorkspaceId,
        id: CampaignId,
    ) -> Result<Option<Campaign>, StoreError> {
        self.faults.pass(self.inner.get(workspace, id)).await
    }
    async fn update(&self, campaign: &Campaign, seen: Timestamp) -> Result<(), StoreError> {
        self.faults.pass(self.inner.update(campaign, seen)).await
    }
    async fn move_on(
        &self,
        workspace: WorkspaceId,
        id: CampaignId,
        from: &Standing,
        to: &Standing,
    ) -> Result<bool, StoreError> {
        self.faults
            .pass(self.inner.move_on(workspace, id, from, to))
            .await
    }
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Campaign>, StoreError> {
        self.faults.pass(self.inner.due(now, limit)).await
    }
    async fn next_due_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.faults.pass(self.inner.next_due_at()).await
    }
    async fn note_missed(&self, missed: &Missed) -> Result<(), StoreError> {
        self.faults.pass(self.inner.note_missed(missed)).await
    }
    async fn missed(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Missed>, StoreError> {
        self.faults
            .pass(self.inner.missed(workspace, campaign, before, limit))
            .await
    }
    async fn missed_between(
        &self,
        workspace: WorkspaceId,
        stretch: Range<Timestamp>,
        limit: u32,
    ) -> Result<Vec<Missed>, StoreError> {
        self.faults
            .pass(self.inner.missed_between(workspace, stretch, limit))
            .await
    }
    async fn delete(&self, workspace: WorkspaceId, id: CampaignId) -> Result<(), StoreError> {
        self.faults.pass(self.inner.delete(workspace, id)).await
    }
    async fn names_using_connection(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Vec<String>, StoreError> {
        self.faults
            .pass(self.inner.names_using_connection(workspace, connection))
            .await
    }
    async fn media_uses(
        &self,
        workspace: WorkspaceId,
        media: &[MediaId],
    ) -> Result<Vec<MediaUses>, StoreError> {
        self.faults
            .pass(self.inner.media_uses(workspace, media))
            .await
    }
    async fn detach_list(
        &self,
        workspace: WorkspaceId,
        list: GroupListId,
    ) -> Result<(), StoreError> {
        self.faults
            .pass(self.inner.detach_list(workspace, list))
            .await
    }
    async fn detach_connection(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<(), StoreError> {
        self.faults
            .pass(self.inner.detach_connection(workspace, connection))
            .await
    }
}
