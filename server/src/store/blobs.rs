//! The bytes of media, by content: the same bytes are stored once per workspace.

use arauto_app::domain::{ContentHash, WorkspaceId};
use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

use super::StoreError;

/// Stored bytes, ready to be read in order.
pub struct BlobReader {
    /// How many bytes the whole blob has.
    pub len: u64,
    /// The bytes from the requested offset on, chunk by chunk.
    pub chunks: BoxStream<'static, Result<Bytes, StoreError>>,
}

/// Bytes on their way into the store. Nobody sees them before [`commit`](Self::commit); dropping
/// the writer, or a crash, leaves nothing that counts as stored.
#[async_trait]
pub trait BlobWriter: Send {
    /// Appends bytes.
    async fn write(&mut self, chunk: Bytes) -> Result<(), StoreError>;
    /// Makes everything written readable as `content`, durably. When the workspace has that
    /// content already, what was written is dropped.
    async fn commit(self: Box<Self>, content: ContentHash) -> Result<(), StoreError>;
    /// Drops what was written.
    async fn abort(self: Box<Self>) -> Result<(), StoreError>;
}

/// Blobs.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Begins a blob.
    async fn begin(&self, workspace: WorkspaceId) -> Result<Box<dyn BlobWriter>, StoreError>;
    /// Opens a blob for reading from byte `offset` on; `None` when there is none.
    async fn open(
        &self,
        workspace: WorkspaceId,
        content: ContentHash,
        offset: u64,
    ) -> Result<Option<BlobReader>, StoreError>;
    /// Deletes a blob; an unknown one is no error.
    async fn delete(&self, workspace: WorkspaceId, content: ContentHash) -> Result<(), StoreError>;
    /// Drops what unfinished writers of earlier processes left.
    async fn sweep_unfinished(&self) -> Result<(), StoreError>;
}
