//! Groups in SQLite.

use arauto_app::domain::{ConnectionId, Group, GroupJid, GroupStanding, Timestamp, WorkspaceId};
use async_trait::async_trait;
use rusqlite::{OptionalExtension, Row, params};

use super::SqliteStore;
use super::columns::{Col, Word, col, word};
use crate::store::{GroupStore, StoreError, order};

#[async_trait]
impl GroupStore for SqliteStore {
    async fn list(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Vec<Group>, StoreError> {
        self.read(move |db| {
            let mut query =
                db.prepare_cached("SELECT * FROM groups WHERE workspace = ?1 AND connection = ?2")?;
            let rows = query.query_map(params![Col(workspace), Col(connection)], group)?;
            let mut groups = rows.collect::<Result<Vec<_>, _>>()?;
            order::groups(&mut groups);
            Ok(groups)
        })
        .await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jid: &GroupJid,
    ) -> Result<Option<Group>, StoreError> {
        let jid = jid.clone();
        self.read(move |db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM groups WHERE workspace = ?1 AND connection = ?2 AND jid = ?3",
            )?;
            Ok(query
                .query_row(params![Col(workspace), Col(connection), Col(&jid)], group)
                .optional()?)
        })
        .await
    }

    async fn put(&self, workspace: WorkspaceId, groups: &[Group]) -> Result<(), StoreError> {
        let groups = groups.to_vec();
        self.write(move |db| {
            let mut insert = db.prepare_cached(
                "INSERT OR REPLACE INTO groups
                     (workspace, connection, jid, subject, participants, announce_only, is_admin,
                      addressing_mode, standing, synced_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?;
            for group in &groups {
                insert.execute(params![
                    Col(workspace),
                    Col(group.connection),
                    Col(&group.jid),
                    group.subject,
                    group.participants,
                    group.announce_only,
                    group.is_admin,
                    Word(group.addressing_mode),
                    Word(group.standing),
                    Col(group.synced_at)
                ])?;
            }
            Ok(())
        })
        .await
    }

    async fn mark_unseen_as_gone(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        synced_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            db.execute(
                "UPDATE groups SET standing = ?4
                 WHERE workspace = ?1 AND connection = ?2 AND synced_at < ?3",
                params![
                    Col(workspace),
                    Col(connection),
                    Col(synced_at),
                    Word(GroupStanding::Gone)
                ],
            )?;
            Ok(())
        })
        .await
    }

    async fn count(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<u32, StoreError> {
        self.read(move |db| {
            Ok(db.query_row(
                "SELECT count(*) FROM groups
                 WHERE workspace = ?1 AND connection = ?2 AND standing = ?3",
                params![Col(workspace), Col(connection), Word(GroupStanding::Member)],
                |row| row.get(0),
            )?)
        })
        .await
    }

    async fn set_standing(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jid: &GroupJid,
        standing: GroupStanding,
    ) -> Result<(), StoreError> {
        let jid = jid.clone();
        self.write(move |db| {
            db.execute(
                "UPDATE groups SET standing = ?4
                 WHERE workspace = ?1 AND connection = ?2 AND jid = ?3",
                params![Col(workspace), Col(connection), Col(&jid), Word(standing)],
            )?;
            Ok(())
        })
        .await
    }

    async fn delete_all(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            db.execute(
                "DELETE FROM groups WHERE workspace = ?1 AND connection = ?2",
                params![Col(workspace), Col(connection)],
            )?;
            Ok(())
        })
        .await
    }
}

fn group(row: &Row<'_>) -> rusqlite::Result<Group> {
    Ok(Group {
        connection: col(row, "connection")?,
        jid: col(row, "jid")?,
        subject: row.get("subject")?,
        participants: row.get("participants")?,
        announce_only: row.get("announce_only")?,
        is_admin: row.get("is_admin")?,
        addressing_mode: word(row, "addressing_mode")?,
        standing: word(row, "standing")?,
        synced_at: col(row, "synced_at")?,
    })
}
