//! Media items in SQLite.

use arauto_app::domain::{ContentHash, MediaId, MediaItem, WorkspaceId};
use async_trait::async_trait;
use rusqlite::{OptionalExtension, Row, params};

use super::SqliteStore;
use super::columns::{Col, Word, col, word};
use super::error::naming_conflict;
use crate::store::{MediaStore, StoreError};

#[async_trait]
impl MediaStore for SqliteStore {
    async fn insert(&self, item: &MediaItem) -> Result<(), StoreError> {
        let item = item.clone();
        self.write(move |db| {
            db.execute(
                "INSERT INTO media
                     (id, workspace, name, kind, mime, bytes, content, thumbnail, width, height,
                      uploaded_by, uploaded_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                params![
                    Col(item.id),
                    Col(item.workspace),
                    item.name,
                    Word(item.kind),
                    item.mime,
                    i64::try_from(item.bytes).unwrap_or(i64::MAX),
                    Col(item.content),
                    Col(item.thumbnail),
                    item.width,
                    item.height,
                    Col(item.uploaded_by),
                    Col(item.uploaded_at)
                ],
            )
            .map_err(naming_conflict("the media item exists already"))?;
            Ok(())
        })
        .await
    }

    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<MediaItem>, StoreError> {
        self.read(move |db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM media WHERE workspace = ?1 ORDER BY uploaded_at DESC, id DESC",
            )?;
            let rows = query.query_map([Col(workspace)], item)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
    ) -> Result<Option<MediaItem>, StoreError> {
        self.read(move |db| {
            let mut query =
                db.prepare_cached("SELECT * FROM media WHERE id = ?1 AND workspace = ?2")?;
            Ok(query
                .query_row(params![Col(id), Col(workspace)], item)
                .optional()?)
        })
        .await
    }

    async fn rename(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
        name: &str,
    ) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.write(move |db| {
            db.execute(
                "UPDATE media SET name = ?3 WHERE id = ?1 AND workspace = ?2",
                params![Col(id), Col(workspace), name],
            )?;
            Ok(())
        })
        .await
    }

    async fn delete(&self, workspace: WorkspaceId, id: MediaId) -> Result<(), StoreError> {
        self.write(move |db| {
            db.execute(
                "DELETE FROM media WHERE id = ?1 AND workspace = ?2",
                params![Col(id), Col(workspace)],
            )?;
            Ok(())
        })
        .await
    }

    async fn names_content(
        &self,
        workspace: WorkspaceId,
        content: ContentHash,
    ) -> Result<bool, StoreError> {
        self.read(move |db| {
            Ok(db.query_row(
                "SELECT EXISTS (SELECT 1 FROM media WHERE workspace = ?1 AND content = ?2)
                     OR EXISTS (SELECT 1 FROM media WHERE workspace = ?1 AND thumbnail = ?2)",
                params![Col(workspace), Col(content)],
                |row| row.get(0),
            )?)
        })
        .await
    }
}

fn item(row: &Row<'_>) -> rusqlite::Result<MediaItem> {
    Ok(MediaItem {
        id: col(row, "id")?,
        workspace: col(row, "workspace")?,
        name: row.get("name")?,
        kind: word(row, "kind")?,
        mime: row.get("mime")?,
        bytes: row.get::<_, i64>("bytes")?.unsigned_abs(),
        content: col(row, "content")?,
        thumbnail: col(row, "thumbnail")?,
        width: row.get("width")?,
        height: row.get("height")?,
        uploaded_by: col(row, "uploaded_by")?,
        uploaded_at: col(row, "uploaded_at")?,
    })
}
