//! Files on their way, in SQLite.

use arauto_app::domain::{MediaId, Timestamp, Transfer, WorkspaceId};
use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::SqliteStore;
use super::columns::{Col, col};
use super::error::naming_conflict;
use crate::store::{StoreError, TransferStore};

#[async_trait]
impl TransferStore for SqliteStore {
    async fn begin(&self, transfer: &Transfer) -> Result<(), StoreError> {
        let transfer = transfer.clone();
        self.write(move |db| {
            db.execute(
                "INSERT INTO transfers
                     (id, workspace, user, name, bytes, received, begun_at, touched_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    Col(transfer.id),
                    Col(transfer.workspace),
                    Col(transfer.user),
                    transfer.name,
                    signed(transfer.bytes),
                    signed(transfer.received),
                    Col(transfer.begun_at),
                    Col(transfer.touched_at)
                ],
            )
            .map_err(naming_conflict("the transfer exists already"))?;
            Ok(())
        })
        .await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
    ) -> Result<Option<Transfer>, StoreError> {
        self.read(move |db| {
            let mut query =
                db.prepare_cached("SELECT * FROM transfers WHERE id = ?1 AND workspace = ?2")?;
            let found = query.query_row(params![Col(id), Col(workspace)], transfer);
            Ok(found.optional()?)
        })
        .await
    }

    async fn append(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
        offset: u64,
        piece: Bytes,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let (start, end) = (signed(offset), signed(offset + piece.len() as u64));
        self.write(move |db| {
            let moved = db
                .prepare_cached(
                    "UPDATE transfers SET received = ?4, touched_at = ?5
                     WHERE id = ?1 AND workspace = ?2 AND received = ?3",
                )?
                .execute(params![Col(id), Col(workspace), start, end, Col(at)])?;
            if moved == 1 {
                db.prepare_cached(
                    "INSERT INTO transfer_pieces (transfer, start, bytes) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![Col(id), start, &piece[..]])?;
            }
            Ok(moved == 1)
        })
        .await
    }

    async fn read(
        &self,
        transfer: &Transfer,
    ) -> Result<BoxStream<'static, Result<Bytes, StoreError>>, StoreError> {
        let (readers, id, received) = (self.readers.clone(), transfer.id, transfer.received);
        let pieces = stream::try_unfold(0, move |offset| {
            let readers = readers.clone();
            async move {
                if offset >= received {
                    return Ok(None);
                }
                let piece = readers.run(move |db| piece(db, id, offset)).await?;
                let next = offset + piece.len() as u64;
                Ok(Some((piece, next)))
            }
        });
        Ok(pieces.into_stream().boxed())
    }

    async fn end(&self, workspace: WorkspaceId, id: MediaId) -> Result<(), StoreError> {
        self.write(move |db| {
            db.execute(
                "DELETE FROM transfers WHERE id = ?1 AND workspace = ?2",
                params![Col(id), Col(workspace)],
            )?;
            Ok(())
        })
        .await
    }

    async fn announced_bytes(&self, workspace: WorkspaceId) -> Result<u64, StoreError> {
        self.read(move |db| {
            let sum: i64 = db.query_row(
                "SELECT coalesce(sum(bytes), 0) FROM transfers WHERE workspace = ?1",
                [Col(workspace)],
                |row| row.get(0),
            )?;
            Ok(sum.unsigned_abs())
        })
        .await
    }

    async fn end_every_one_untouched_since(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.write(move |db| {
            let ended = db.execute("DELETE FROM transfers WHERE touched_at < ?1", [Col(before)])?;
            Ok(ended as u64)
        })
        .await
    }
}

fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

pub(super) fn transfer(row: &Row<'_>) -> rusqlite::Result<Transfer> {
    Ok(Transfer {
        id: col(row, "id")?,
        workspace: col(row, "workspace")?,
        user: col(row, "user")?,
        name: row.get("name")?,
        bytes: row.get::<_, i64>("bytes")?.unsigned_abs(),
        received: row.get::<_, i64>("received")?.unsigned_abs(),
        begun_at: col(row, "begun_at")?,
        touched_at: col(row, "touched_at")?,
    })
}

fn piece(db: &Connection, id: MediaId, start: u64) -> Result<Bytes, StoreError> {
    let mut query =
        db.prepare_cached("SELECT bytes FROM transfer_pieces WHERE transfer = ?1 AND start = ?2")?;
    let found = query.query_row(params![Col(id), signed(start)], |row| {
        row.get::<_, Vec<u8>>(0)
    });
    match found.optional()? {
        Some(bytes) if !bytes.is_empty() => Ok(bytes.into()),
        _ => Err(StoreError::Damaged(format!(
            "the piece from byte {start} of a transfer is missing"
        ))),
    }
}
