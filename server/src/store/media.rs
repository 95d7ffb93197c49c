//! Media items: what is known of a file. Its bytes are in [`BlobStore`](super::BlobStore).

use arauto_app::domain::{ContentHash, MediaId, MediaItem, WorkspaceId};
use async_trait::async_trait;

use super::StoreError;

/// Media items.
#[async_trait]
pub trait MediaStore: Send + Sync {
    /// Stores a new item. Its blobs are complete by then: an item never names missing bytes.
    async fn insert(&self, item: &MediaItem) -> Result<(), StoreError>;
    /// Those of a workspace, newest first.
    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<MediaItem>, StoreError>;
    /// One of a workspace.
    async fn get(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
    ) -> Result<Option<MediaItem>, StoreError>;
    /// Gives an item another name.
    async fn rename(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
        name: &str,
    ) -> Result<(), StoreError>;
    /// Deletes an item; an unknown one is no error. The blobs stay until nothing names them.
    async fn delete(&self, workspace: WorkspaceId, id: MediaId) -> Result<(), StoreError>;
    /// Whether any item names this content, as its bytes or as its thumbnail.
    async fn names_content(
        &self,
        workspace: WorkspaceId,
        content: ContentHash,
    ) -> Result<bool, StoreError>;
}
