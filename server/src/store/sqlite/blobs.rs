//! Blobs in SQLite: rows of a fixed size under an upload that becomes visible with its content.

use std::sync::Arc;

use arauto_app::domain::{ContentHash, WorkspaceId};
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use rusqlite::{Connection, OptionalExtension, params};

use super::SqliteStore;
use super::columns::Col;
use super::readers::Readers;
use super::writer::Writer;
use crate::store::{BlobReader, BlobStore, BlobWriter, StoreError};

/// Bytes per row of a new blob; its last row has what is left.
const CHUNK_BYTES: usize = 256 * 1024;

#[async_trait]
impl BlobStore for SqliteStore {
    async fn begin(&self, workspace: WorkspaceId) -> Result<Box<dyn BlobWriter>, StoreError> {
        let id = self
            .write(move |db| {
                db.execute(
                    "INSERT INTO blobs (workspace, len, chunk_bytes) VALUES (?1, 0, ?2)",
                    params![
                        Col(workspace),
                        i64::try_from(CHUNK_BYTES).unwrap_or(i64::MAX)
                    ],
                )?;
                Ok(db.last_insert_rowid())
            })
            .await?;
        Ok(Box::new(Upload {
            writer: Arc::clone(&self.writer),
            workspace,
            id,
            rows: 0,
            len: 0,
            rest: BytesMut::new(),
            incomplete: false,
            settled: false,
        }))
    }

    async fn open(
        &self,
        workspace: WorkspaceId,
        content: ContentHash,
        offset: u64,
    ) -> Result<Option<BlobReader>, StoreError> {
        let found = self
            .read(move |db| {
                let mut query = db.prepare_cached(
                    "SELECT id, len, chunk_bytes FROM blobs WHERE workspace = ?1 AND content = ?2",
                )?;
                Ok(query
                    .query_row(params![Col(workspace), Col(content)], |row| {
                        let (len, chunk): (i64, i64) = (row.get(1)?, row.get(2)?);
                        Ok((row.get(0)?, len.unsigned_abs(), chunk.unsigned_abs().max(1)))
                    })
                    .optional()?)
            })
            .await?;
        Ok(found.map(|(blob, len, chunk_bytes)| BlobReader {
            len,
            chunks: chunks(self.readers.clone(), blob, len, chunk_bytes, offset),
        }))
    }

    async fn delete(&self, workspace: WorkspaceId, content: ContentHash) -> Result<(), StoreError> {
        self.write(move |db| {
            db.execute(
                "DELETE FROM blobs WHERE workspace = ?1 AND content = ?2",
                params![Col(workspace), Col(content)],
            )?;
            Ok(())
        })
        .await
    }

    async fn sweep_unfinished(&self) -> Result<(), StoreError> {
        let last = self.last_foreign_upload;
        self.write(move |db| {
            db.execute(
                "DELETE FROM blobs WHERE content IS NULL AND id <= ?1",
                [last],
            )?;
            Ok(())
        })
        .await
    }
}

/// The rows from the one with byte `offset` on, each read when it is asked for.
fn chunks(
    readers: Readers,
    blob: i64,
    len: u64,
    chunk_bytes: u64,
    offset: u64,
) -> futures::stream::BoxStream<'static, Result<Bytes, StoreError>> {
    let first = offset.min(len) / chunk_bytes;
    let rows = len.div_ceil(chunk_bytes);
    futures::stream::iter(first..rows)
        .then(move |number| {
            let readers = readers.clone();
            async move {
                let bytes = readers.run(move |db| chunk(db, blob, number)).await?;
                let skipped = offset.saturating_sub(number * chunk_bytes);
                let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
                Ok(bytes.slice(skipped.min(bytes.len())..))
            }
        })
        .boxed()
}

fn chunk(db: &Connection, blob: i64, number: u64) -> Result<Bytes, StoreError> {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let mut query =
        db.prepare_cached("SELECT bytes FROM blob_chunks WHERE blob = ?1 AND number = ?2")?;
    query
        .query_row([blob, number], |row| row.get::<_, Vec<u8>>(0))
        .optional()?
        .map(Bytes::from)
        .ok_or_else(|| StoreError::Damaged(format!("row {number} of a blob is missing")))
}

/// A blob on its way in.
struct Upload {
    writer: Arc<Writer>,
    workspace: WorkspaceId,
    id: i64,
    rows: i64,
    len: i64,
    /// Bytes that do not fill a row yet.
    rest: BytesMut,
    /// Set while a row is on its way, and for good when it did not arrive: bytes are missing.
    incomplete: bool,
    /// Whether its rows were kept or dropped already.
    settled: bool,
}

#[async_trait]
impl BlobWriter for Upload {
    async fn write(&mut self, chunk: Bytes) -> Result<(), StoreError> {
        self.rest.extend_from_slice(&chunk);
        while self.rest.len() >= CHUNK_BYTES {
            let row = self.rest.split_to(CHUNK_BYTES).freeze();
            self.append(row).await?;
        }
        Ok(())
    }

    async fn commit(mut self: Box<Self>, content: ContentHash) -> Result<(), StoreError> {
        if !self.rest.is_empty() {
            let row = self.rest.split().freeze();
            self.append(row).await?;
        }
        if self.incomplete {
            return Err(StoreError::Unavailable("an earlier write failed".into()));
        }
        let (id, workspace, len) = (self.id, self.workspace, self.len);
        self.writer
            .run(move |db| publish(db, id, workspace, content, len))
            .await?;
        self.settled = true;
        Ok(())
    }

    async fn abort(mut self: Box<Self>) -> Result<(), StoreError> {
        let id = self.id;
        self.writer.run(move |db| drop_upload(db, id)).await?;
        self.settled = true;
        Ok(())
    }
}

impl Upload {
    async fn append(&mut self, row: Bytes) -> Result<(), StoreError> {
        let (id, number) = (self.id, self.rows);
        self.rows += 1;
        self.len += i64::try_from(row.len()).unwrap_or(i64::MAX);
        if std::mem::replace(&mut self.incomplete, true) {
            return Err(StoreError::Unavailable("an earlier write failed".into()));
        }
        self.writer
            .run(move |db| {
                db.prepare_cached(
                    "INSERT INTO blob_chunks (blob, number, bytes) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![id, number, &row[..]])?;
                Ok(())
            })
            .await?;
        self.incomplete = false;
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.settled {
            let id = self.id;
            // Without room in the queue the rows stay until the sweep of the next start.
            self.writer.try_queue(move |db| drop_upload(db, id));
        }
    }
}

fn publish(
    db: &Connection,
    id: i64,
    workspace: WorkspaceId,
    content: ContentHash,
    len: i64,
) -> Result<(), StoreError> {
    let known = db.query_row(
        "SELECT EXISTS (SELECT 1 FROM blobs WHERE workspace = ?1 AND content = ?2)",
        params![Col(workspace), Col(content)],
        |row| row.get(0),
    )?;
    if known {
        return drop_upload(db, id);
    }
    let rows = db.execute(
        "UPDATE blobs SET content = ?2, len = ?3 WHERE id = ?1 AND content IS NULL",
        params![id, Col(content), len],
    )?;
    if rows == 0 {
        return Err(StoreError::Conflict("the upload was dropped"));
    }
    Ok(())
}

fn drop_upload(db: &Connection, id: i64) -> Result<(), StoreError> {
    db.execute("DELETE FROM blobs WHERE id = ?1 AND content IS NULL", [id])?;
    Ok(())
}
