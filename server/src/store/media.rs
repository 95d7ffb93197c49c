//! Media items: what is known of a file. Its bytes are in [`BlobStore`](super::BlobStore).

use arauto_app::domain::{
    ContentHash, MediaCounts, MediaId, MediaItem, MediaQuery, Waveform, WorkspaceId,
};
use async_trait::async_trait;

use super::StoreError;

/// What can be told of an item later than it was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Face {
    /// See [`MediaItem::thumbnail`]. Its blob is complete by then.
    pub thumbnail: Option<ContentHash>,
    /// See [`MediaItem::waveform`].
    pub waveform: Option<Waveform>,
}

/// Media items.
#[async_trait]
pub trait MediaStore: Send + Sync {
    /// Stores a new item. Its blobs are complete by then: an item never names missing bytes.
    async fn insert(&self, item: &MediaItem) -> Result<(), StoreError>;
    /// Those of a workspace, newest first.
    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<MediaItem>, StoreError>;
    /// Of those that a query finds, in its order, so many after so many.
    async fn search(
        &self,
        workspace: WorkspaceId,
        query: &MediaQuery,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<MediaItem>, StoreError>;
    /// How many of each kind have this text in their names.
    async fn counts(&self, workspace: WorkspaceId, text: &str) -> Result<MediaCounts, StoreError>;
    /// How many bytes the files of a workspace take; the same file counts once.
    async fn used_bytes(&self, workspace: WorkspaceId) -> Result<u64, StoreError>;
    /// Those of all workspaces after `after`, by id, at most `limit`.
    async fn every_item_after(
        &self,
        after: Option<MediaId>,
        limit: u32,
    ) -> Result<Vec<MediaItem>, StoreError>;
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
    /// Adds what an item lacks of a face; what it has stays. Tells whether there is such an item.
    async fn complete(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
        face: Face,
    ) -> Result<bool, StoreError>;
    /// Deletes an item; an unknown one is no error. The blobs stay until nothing names them.
    async fn delete(&self, workspace: WorkspaceId, id: MediaId) -> Result<(), StoreError>;
    /// Whether any item names this content, as its bytes or as its thumbnail.
    async fn names_content(
        &self,
        workspace: WorkspaceId,
        content: ContentHash,
    ) -> Result<bool, StoreError>;
}
