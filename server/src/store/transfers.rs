//! Files on their way into the library, piece by piece: they outlive connections and servers.

use arauto_app::domain::{MediaId, Timestamp, Transfer, WorkspaceId};
use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

use super::StoreError;

/// Files on their way.
#[async_trait]
pub trait TransferStore: Send + Sync {
    /// Begins one, of which nothing arrived yet.
    async fn begin(&self, transfer: &Transfer) -> Result<(), StoreError>;
    /// One of a workspace.
    async fn get(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
    ) -> Result<Option<Transfer>, StoreError>;
    /// Keeps the bytes that follow the first `offset` ones, durably. Tells whether it did: of two who go
    /// on at the same place one does, and nobody where nothing is.
    async fn append(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
        offset: u64,
        piece: Bytes,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
    /// What arrived, in order, each piece read when it is asked for.
    async fn read(
        &self,
        transfer: &Transfer,
    ) -> Result<BoxStream<'static, Result<Bytes, StoreError>>, StoreError>;
    /// Forgets one with all that arrived; an unknown one is no error.
    async fn end(&self, workspace: WorkspaceId, id: MediaId) -> Result<(), StoreError>;
    /// How many bytes those of a workspace have, as announced.
    async fn announced_bytes(&self, workspace: WorkspaceId) -> Result<u64, StoreError>;
    /// Forgets those of all workspaces of which nothing arrived since `before`; tells how many.
    async fn end_every_one_untouched_since(&self, before: Timestamp) -> Result<u64, StoreError>;
}
