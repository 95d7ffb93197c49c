//! Blobs on their way in and out of GridFS.
//!
//! Bytes and reference cannot change together, so a note in `blob_uploads` goes before every step:
//! whatever a crash interrupts, the sweep of the next start finds the note and ends what was begun.
//! A note is `writing`, then `complete` (the reference is missing) or `dropped` (bytes are left).

use arauto_app::domain::{ContentHash, WorkspaceId};
use async_trait::async_trait;
use bytes::Bytes;
use futures::{AsyncWriteExt, TryStreamExt};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, Document, doc};
use mongodb::gridfs::{GridFsBucket, GridFsUploadStream};
use mongodb::options::GridFsBucketOptions;
use mongodb::{Collection, Database};

use super::calls;
use super::error::is_duplicate_key;
use crate::store::{BlobWriter, StoreError};

/// The GridFS bucket.
pub(super) const BUCKET: &str = "blob_files";
/// Bytes per chunk: the driver's own default, pinned since readers compute with it.
pub(super) const CHUNK_BYTES: u32 = 255 * 1024;

/// The collections of blobs.
#[derive(Clone)]
pub(super) struct Uploads {
    notes: Collection<Document>,
    references: Collection<Document>,
    files: Collection<Document>,
    chunks: Collection<Document>,
    servers: Collection<Document>,
    bucket: GridFsBucket,
    process: ObjectId,
}

impl Uploads {
    pub(super) fn new(database: &Database, process: ObjectId) -> Self {
        let options = GridFsBucketOptions::builder()
            .bucket_name(BUCKET.to_owned())
            .chunk_size_bytes(CHUNK_BYTES)
            .build();
        Self {
            notes: database.collection("blob_uploads"),
            references: database.collection("blobs"),
            files: database.collection(&format!("{BUCKET}.files")),
            chunks: database.collection(&format!("{BUCKET}.chunks")),
            servers: database.collection("servers"),
            bucket: database.gridfs_bucket(options),
            process,
        }
    }

    pub(super) async fn begin(self, workspace: WorkspaceId) -> Result<Upload, StoreError> {
        let file = ObjectId::new();
        let note = doc! {
            "_id": file,
            "process": self.process,
            "workspace": workspace.to_string(),
            "state": "writing",
        };
        self.notes.insert_one(note).await?;
        let stream = self.bucket.open_upload_stream("").id(Bson::ObjectId(file));
        Ok(Upload {
            stream: Some(stream.await?),
            uploads: self,
            file,
            len: 0,
            settled: false,
        })
    }

    /// Deletes a blob, its reference first.
    pub(super) async fn delete(
        &self,
        workspace: WorkspaceId,
        content: ContentHash,
    ) -> Result<(), StoreError> {
        let key = doc! { "workspace": workspace.to_string(), "content": content.to_string() };
        let Some(blob) = self.references.find_one(key).await? else {
            return Ok(());
        };
        let Ok(file) = blob.get_object_id("_id") else {
            return Err(StoreError::Damaged("a blob has no file".into()));
        };
        let note = doc! { "$set": { "process": self.process, "state": "dropped" } };
        self.notes
            .update_one(doc! { "_id": file }, note)
            .upsert(true)
            .await?;
        self.erase(file).await
    }

    /// Ends what earlier processes left. Uploads of servers that live are still going.
    pub(super) async fn sweep(&self) -> Result<(), StoreError> {
        let living = doc! { "$expr": { "$gt": ["$until", "$$NOW"] } };
        let living: Vec<Document> = self.servers.find(living).await?.try_collect().await?;
        let mut busy: Vec<_> = living
            .iter()
            .filter_map(|server| server.get_object_id("process").ok())
            .collect();
        busy.push(self.process);
        let foreign = doc! { "process": { "$nin": busy } };
        let mut notes = self.notes.find(foreign).await?;
        while let Some(note) = notes.try_next().await? {
            let Ok(file) = note.get_object_id("_id") else {
                continue;
            };
            if note.get_str("state").is_ok_and(|state| state == "complete") {
                self.refer(file, &note).await?;
            } else {
                self.drop_file(file).await?;
            }
        }
        Ok(())
    }

    /// Makes a complete file visible, or drops it when its content is there already.
    async fn publish(
        &self,
        file: ObjectId,
        content: ContentHash,
        len: i64,
    ) -> Result<(), StoreError> {
        let writing = doc! { "_id": file, "state": "writing" };
        let complete = doc! { "$set": {
            "state": "complete", "content": content.to_string(), "len": len
        } };
        let noted = self.notes.find_one_and_update(writing, complete);
        let noted = noted.return_document(mongodb::options::ReturnDocument::After);
        match noted.await? {
            Some(note) => self.refer(file, &note).await,
            None => Err(StoreError::Unavailable("the upload was swept".into())),
        }
    }

    async fn refer(&self, file: ObjectId, note: &Document) -> Result<(), StoreError> {
        let mut reference = doc! { "_id": file };
        for field in ["workspace", "content", "len"] {
            reference.insert(field, note.get(field).cloned().unwrap_or(Bson::Null));
        }
        match self.references.insert_one(reference).await {
            Ok(_) => {}
            Err(error) if is_duplicate_key(&error) => {
                let same = doc! { "_id": file };
                if self.references.find_one(same).await?.is_none() {
                    return self.erase(file).await;
                }
            }
            Err(error) => return Err(error.into()),
        }
        self.notes.delete_one(doc! { "_id": file }).await?;
        Ok(())
    }

    /// Drops a file that did not become complete.
    async fn drop_file(&self, file: ObjectId) -> Result<(), StoreError> {
        let incomplete = doc! { "_id": file, "state": { "$ne": "complete" } };
        let dropped = doc! { "$set": { "state": "dropped" } };
        let noted = self.notes.update_one(incomplete, dropped).await?;
        if noted.matched_count == 1 {
            self.erase(file).await?;
        }
        Ok(())
    }

    /// Deletes everything of a file; the note goes last.
    async fn erase(&self, file: ObjectId) -> Result<(), StoreError> {
        self.references.delete_one(doc! { "_id": file }).await?;
        self.chunks.delete_many(doc! { "files_id": file }).await?;
        self.files.delete_one(doc! { "_id": file }).await?;
        self.notes.delete_one(doc! { "_id": file }).await?;
        Ok(())
    }
}

/// A blob on its way in.
pub(super) struct Upload {
    uploads: Uploads,
    /// Absent while bytes are on their way, and for good when they did not arrive.
    stream: Option<GridFsUploadStream>,
    file: ObjectId,
    len: i64,
    /// Whether its bytes were kept or dropped already.
    settled: bool,
}

#[async_trait]
impl BlobWriter for Upload {
    async fn write(&mut self, chunk: Bytes) -> Result<(), StoreError> {
        self.len += i64::try_from(chunk.len()).unwrap_or(i64::MAX);
        let mut stream = self.stream.take().ok_or_else(incomplete)?;
        let stream = calls::run(async move {
            stream.write_all(&chunk).await.map_err(unavailable)?;
            Ok(stream)
        });
        self.stream = Some(stream.await?);
        Ok(())
    }

    async fn commit(mut self: Box<Self>, content: ContentHash) -> Result<(), StoreError> {
        let mut stream = self.stream.take().ok_or_else(incomplete)?;
        let (uploads, file, len) = (self.uploads.clone(), self.file, self.len);
        calls::run(async move {
            stream.close().await.map_err(unavailable)?;
            uploads.publish(file, content, len).await
        })
        .await?;
        self.settled = true;
        Ok(())
    }

    async fn abort(mut self: Box<Self>) -> Result<(), StoreError> {
        drop(self.stream.take());
        let (uploads, file) = (self.uploads.clone(), self.file);
        calls::run(async move { uploads.drop_file(file).await }).await?;
        self.settled = true;
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.settled
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let (uploads, file) = (self.uploads.clone(), self.file);
            // What fails here stays until the sweep of the next start.
            runtime.spawn(calls::run(async move { uploads.drop_file(file).await }));
        }
    }
}

fn incomplete() -> StoreError {
    StoreError::Unavailable("an earlier write failed".into())
}

fn unavailable(error: std::io::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}
