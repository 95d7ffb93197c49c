//! Campaigns.

use std::ops::Range;

use arauto_app::domain::{
    Campaign, CampaignCounts, CampaignId, CampaignQuery, ConnectionId, GroupListId, MediaId,
    Missed, Standing, Timestamp, WorkspaceId,
};
use async_trait::async_trait;

use super::{MediaUses, StoreError};

/// Campaigns.
#[async_trait]
pub trait CampaignStore: Send + Sync {
    /// Stores a new campaign.
    async fn insert(&self, campaign: &Campaign) -> Result<(), StoreError>;
    /// Those of a workspace, latest change first.
    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Campaign>, StoreError>;
    /// Those of a workspace that are looked for, latest change first, at most `limit`, from the one after
    /// `skipped` others on.
    async fn search(
        &self,
        workspace: WorkspaceId,
        query: &CampaignQuery,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<Campaign>, StoreError>;
    /// How many of a workspace have this text in their name, by their state.
    async fn counts(
        &self,
        workspace: WorkspaceId,
        text: &str,
    ) -> Result<CampaignCounts, StoreError>;
    /// One of a workspace.
    async fn get(
        &self,
        workspace: WorkspaceId,
        id: CampaignId,
    ) -> Result<Option<Campaign>, StoreError>;
    /// Replaces name, connection, lists, targets, content, timing and the time of change, if it was last
    /// changed at `seen`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it no longer exists, its state is not `campaign.state` (somebody
    /// started it in the meantime), or it was changed since.
    async fn update(&self, campaign: &Campaign, seen: Timestamp) -> Result<(), StoreError>;
    /// Moves it from where it stands to where it shall; tells whether it stood there.
    async fn move_on(
        &self,
        workspace: WorkspaceId,
        id: CampaignId,
        from: &Standing,
        to: &Standing,
    ) -> Result<bool, StoreError>;
    /// Those of all workspaces that the scheduler has to look at by `now`, the longest due first, at
    /// most `limit`.
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Campaign>, StoreError>;
    /// When the scheduler has to look at one next.
    async fn next_due_at(&self) -> Result<Option<Timestamp>, StoreError>;
    /// Notes runs that never began. What was noted of the same first run before stays.
    async fn note_missed(&self, missed: &Missed) -> Result<(), StoreError>;
    /// The runs of a campaign that never began, the latest first, at most `limit`; those whose first
    /// run was due before `before`.
    async fn missed(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Missed>, StoreError>;
    /// The runs of a workspace that never began and the first of which was due within a stretch of
    /// time, the latest first, at most `limit`.
    async fn missed_between(
        &self,
        workspace: WorkspaceId,
        stretch: Range<Timestamp>,
        limit: u32,
    ) -> Result<Vec<Missed>, StoreError>;
    /// Deletes it and what was noted of its missed runs, unless it is active.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is active.
    async fn delete(&self, workspace: WorkspaceId, id: CampaignId) -> Result<(), StoreError>;
    /// Names of those that use a connection.
    async fn names_using_connection(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Vec<String>, StoreError>;
    /// Which of them depend on each of these media items, in the order of the items.
    async fn media_uses(
        &self,
        workspace: WorkspaceId,
        media: &[MediaId],
    ) -> Result<Vec<MediaUses>, StoreError>;
    /// Takes a list out of all campaigns.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when an active one uses it. Of one that is started meanwhile, others
    /// may have lost it by then.
    async fn detach_list(
        &self,
        workspace: WorkspaceId,
        list: GroupListId,
    ) -> Result<(), StoreError>;
    /// Takes a removed connection out of all campaigns, and with it their lists and groups.
    async fn detach_connection(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<(), StoreError>;
}
