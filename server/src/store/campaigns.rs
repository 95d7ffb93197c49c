//! Campaigns.

use arauto_app::domain::{
    Campaign, CampaignId, CampaignState, ConnectionId, GroupListId, MediaId, WorkspaceId,
};
use async_trait::async_trait;

use super::StoreError;

/// Campaigns.
#[async_trait]
pub trait CampaignStore: Send + Sync {
    /// Stores a new campaign.
    async fn insert(&self, campaign: &Campaign) -> Result<(), StoreError>;
    /// Those of a workspace, latest change first.
    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Campaign>, StoreError>;
    /// One of a workspace.
    async fn get(
        &self,
        workspace: WorkspaceId,
        id: CampaignId,
    ) -> Result<Option<Campaign>, StoreError>;
    /// Replaces name, connection, lists, targets, content and the time of change.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it no longer exists or its state is not `campaign.state`
    /// (somebody started it in the meantime).
    async fn update(&self, campaign: &Campaign) -> Result<(), StoreError>;
    /// Moves it from one state to another; tells whether it was in the first.
    async fn change_state(
        &self,
        workspace: WorkspaceId,
        id: CampaignId,
        from: CampaignState,
        to: CampaignState,
    ) -> Result<bool, StoreError>;
    /// Deletes it, unless it is active.
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
    /// Names of those that use a media item.
    async fn names_using_media(
        &self,
        workspace: WorkspaceId,
        media: MediaId,
    ) -> Result<Vec<String>, StoreError>;
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
