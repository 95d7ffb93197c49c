//! Media items in SQLite.

use arauto_app::domain::{
    ContentHash, MediaCounts, MediaId, MediaItem, MediaOrder, MediaQuery, WorkspaceId,
};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::SqliteStore;
use super::columns::{Col, Json, Word, col, opt, word};
use super::error::naming_conflict;
use crate::store::{Face, MediaStore, StoreError, folded};

#[async_trait]
impl MediaStore for SqliteStore {
    async fn insert(&self, item: &MediaItem) -> Result<(), StoreError> {
        let item = item.clone();
        self.write(move |db| insert(db, &item)).await
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

    async fn search(
        &self,
        workspace: WorkspaceId,
        query: &MediaQuery,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<MediaItem>, StoreError> {
        let (text, kinds) = (folded(&query.text), query.filter.kinds());
        let order = match query.order {
            MediaOrder::Newest => "uploaded_at DESC, id DESC",
            MediaOrder::Name => "search, id",
            MediaOrder::Largest => "bytes DESC, id DESC",
        };
        self.read(move |db| {
            let mut select = db.prepare_cached(&format!(
                "SELECT * FROM media
                 WHERE workspace = ?1 AND instr(search, ?2) > 0
                   AND kind IN (SELECT value FROM json_each(?3))
                 ORDER BY {order} LIMIT ?5 OFFSET ?4"
            ))?;
            let parameters = params![Col(workspace), text, Json(kinds), skipped, limit];
            let found = select.query_map(parameters, item)?;
            Ok(found.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn counts(&self, workspace: WorkspaceId, text: &str) -> Result<MediaCounts, StoreError> {
        let text = folded(text);
        self.read(move |db| {
            let mut select = db.prepare_cached(
                "SELECT kind, count(*) AS items FROM media
                 WHERE workspace = ?1 AND instr(search, ?2) > 0 GROUP BY kind",
            )?;
            let counted = select.query_map(params![Col(workspace), text], |row| {
                Ok((word(row, "kind")?, row.get("items")?))
            })?;
            Ok(counted.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn used_bytes(&self, workspace: WorkspaceId) -> Result<u64, StoreError> {
        self.read(move |db| {
            let used: i64 = db.query_row(
                "SELECT coalesce(sum(bytes), 0) FROM
                     (SELECT max(bytes) AS bytes FROM media WHERE workspace = ?1 GROUP BY content)",
                [Col(workspace)],
                |row| row.get(0),
            )?;
            Ok(used.unsigned_abs())
        })
        .await
    }

    async fn every_item_after(
        &self,
        after: Option<MediaId>,
        limit: u32,
    ) -> Result<Vec<MediaItem>, StoreError> {
        self.read(move |db| {
            let mut select = db.prepare_cached(
                "SELECT * FROM media WHERE ?1 IS NULL OR id > ?1 ORDER BY id LIMIT ?2",
            )?;
            let rows = select.query_map(params![after.map(Col), limit], item)?;
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
                "UPDATE media SET name = ?3, search = ?4 WHERE id = ?1 AND workspace = ?2",
                params![Col(id), Col(workspace), name, folded(&name)],
            )?;
            Ok(())
        })
        .await
    }

    async fn complete(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
        face: Face,
    ) -> Result<bool, StoreError> {
        self.write(move |db| {
            let rows = db.execute(
                "UPDATE media SET thumbnail = coalesce(thumbnail, ?3),
                     waveform = coalesce(waveform, ?4)
                 WHERE id = ?1 AND workspace = ?2",
                params![
                    Col(id),
                    Col(workspace),
                    face.thumbnail.map(Col),
                    face.waveform.map(Col)
                ],
            )?;
            Ok(rows == 1)
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

pub(super) fn insert(db: &Connection, item: &MediaItem) -> Result<(), StoreError> {
    db.execute(
        "INSERT INTO media
             (id, workspace, name, kind, mime, bytes, content, thumbnail, width, height,
              uploaded_by, uploaded_at, duration_ms, pages, search, gif, waveform)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        params![
            Col(item.id),
            Col(item.workspace),
            item.name,
            Word(item.kind),
            item.mime,
            i64::try_from(item.bytes).unwrap_or(i64::MAX),
            Col(item.content),
            item.thumbnail.map(Col),
            item.width,
            item.height,
            Col(item.uploaded_by),
            Col(item.uploaded_at),
            item.duration_ms
                .map(|ms| i64::try_from(ms).unwrap_or(i64::MAX)),
            item.pages,
            folded(&item.name),
            item.gif,
            item.waveform.map(Col),
        ],
    )
    .map_err(naming_conflict("the media item exists already"))?;
    Ok(())
}

pub(super) fn item(row: &Row<'_>) -> rusqlite::Result<MediaItem> {
    Ok(MediaItem {
        id: col(row, "id")?,
        workspace: col(row, "workspace")?,
        name: row.get("name")?,
        kind: word(row, "kind")?,
        mime: row.get("mime")?,
        bytes: row.get::<_, i64>("bytes")?.unsigned_abs(),
        content: col(row, "content")?,
        thumbnail: opt(row, "thumbnail")?,
        width: row.get("width")?,
        height: row.get("height")?,
        duration_ms: row
            .get::<_, Option<i64>>("duration_ms")?
            .map(i64::unsigned_abs),
        pages: row.get("pages")?,
        gif: row.get("gif")?,
        waveform: opt(row, "waveform")?,
        uploaded_by: col(row, "uploaded_by")?,
        uploaded_at: col(row, "uploaded_at")?,
    })
}
