//! Blobs in MongoDB: a GridFS file each, and a reference that makes it visible.

use arauto_app::domain::{ContentHash, WorkspaceId};
use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use mongodb::Collection;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};

use super::documents::bytes_of;
use super::uploads::{BUCKET, CHUNK_BYTES, Uploads};
use super::{MongoStore, calls};
use crate::store::{BlobReader, BlobStore, BlobWriter, StoreError};

#[async_trait]
impl BlobStore for MongoStore {
    async fn begin(&self, workspace: WorkspaceId) -> Result<Box<dyn BlobWriter>, StoreError> {
        let uploads = self.uploads();
        let upload = calls::run(async move { uploads.begin(workspace).await }).await?;
        Ok(Box::new(upload))
    }

    async fn open(
        &self,
        workspace: WorkspaceId,
        content: ContentHash,
        offset: u64,
    ) -> Result<Option<BlobReader>, StoreError> {
        let blobs = self.collection("blobs");
        let key = doc! { "workspace": workspace.to_string(), "content": content.to_string() };
        let found = calls::run(async move { Ok(blobs.find_one(key).await?) }).await?;
        let Some(blob) = found else {
            return Ok(None);
        };
        let damaged = |_| StoreError::Damaged("a blob has no file or no length".into());
        let file = blob.get_object_id("_id").map_err(damaged)?;
        let len = blob.get_i64("len").map_err(damaged)?.unsigned_abs();
        let stored = self.collection(&format!("{BUCKET}.chunks"));
        Ok(Some(BlobReader {
            len,
            chunks: chunks(stored, file, len, offset),
        }))
    }

    async fn delete(&self, workspace: WorkspaceId, content: ContentHash) -> Result<(), StoreError> {
        let uploads = self.uploads();
        calls::run(async move { uploads.delete(workspace, content).await }).await
    }

    async fn sweep_unfinished(&self) -> Result<(), StoreError> {
        let uploads = self.uploads();
        calls::run(async move { uploads.sweep().await }).await
    }
}

impl MongoStore {
    fn uploads(&self) -> Uploads {
        Uploads::new(&self.database, self.process)
    }
}

/// The chunks from the one with byte `offset` on, each read when it is asked for.
fn chunks(
    stored: Collection<Document>,
    file: ObjectId,
    len: u64,
    offset: u64,
) -> futures::stream::BoxStream<'static, Result<Bytes, StoreError>> {
    let chunk_bytes = u64::from(CHUNK_BYTES);
    let first = offset.min(len) / chunk_bytes;
    futures::stream::iter(first..len.div_ceil(chunk_bytes))
        .then(move |number| {
            let stored = stored.clone();
            async move {
                let bytes = calls::run(chunk(stored, file, number)).await?;
                let skipped = offset.saturating_sub(number * chunk_bytes);
                let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
                Ok(bytes.slice(skipped.min(bytes.len())..))
            }
        })
        .boxed()
}

async fn chunk(
    stored: Collection<Document>,
    file: ObjectId,
    number: u64,
) -> Result<Bytes, StoreError> {
    let key = doc! { "files_id": file, "n": i64::try_from(number).unwrap_or(i64::MAX) };
    let mut found = stored
        .find_one(key)
        .await?
        .ok_or_else(|| StoreError::Damaged(format!("chunk {number} of a blob is missing")))?;
    bytes_of(&mut found, "data").map(Bytes::from)
}
