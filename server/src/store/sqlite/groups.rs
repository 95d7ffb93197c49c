//! Groups in SQLite.

use arauto_app::domain::{
    ConnectionId, Group, GroupJid, GroupStanding, GroupSync, Timestamp, WorkspaceId,
};
use async_trait::async_trait;
use rusqlite::{OptionalExtension, Row, ToSql, params};

use super::SqliteStore;
use super::columns::{Col, Json, Word, col, word};
use crate::store::{GroupFact, GroupStore, StoreError, order};

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
                      addressing_mode, community, standing, synced_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
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
                    group.community,
                    Word(group.standing),
                    Col(group.synced_at)
                ])?;
            }
            Ok(())
        })
        .await
    }

    async fn change(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jid: &GroupJid,
        fact: &GroupFact,
    ) -> Result<bool, StoreError> {
        let (jid, fact) = (jid.clone(), fact.clone());
        self.write(move |db| {
            let mut update = db.prepare_cached(&format!(
                "UPDATE groups SET {} WHERE workspace = ?1 AND connection = ?2 AND jid = ?3",
                assignment(&fact)
            ))?;
            let key = (Col(workspace), Col(connection), Col(&jid));
            let changed = update.execute(params![key.0, key.1, key.2, value(fact)])?;
            Ok(changed > 0)
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

    async fn note_sync(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        sync: &GroupSync,
    ) -> Result<(), StoreError> {
        let sync = *sync;
        self.write(move |db| {
            db.execute(
                r#"INSERT INTO group_syncs (connection, workspace, began_at, "end")
                   VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT DO UPDATE SET began_at = excluded.began_at, "end" = excluded."end"
                   WHERE workspace = excluded.workspace"#,
                params![
                    Col(connection),
                    Col(workspace),
                    Col(sync.began_at),
                    sync.end.map(Json)
                ],
            )?;
            Ok(())
        })
        .await
    }

    async fn latest_sync(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Option<GroupSync>, StoreError> {
        self.read(move |db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM group_syncs WHERE connection = ?1 AND workspace = ?2",
            )?;
            Ok(query
                .query_row(params![Col(connection), Col(workspace)], sync)
                .optional()?)
        })
        .await
    }

    async fn delete_all(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            for table in ["groups", "group_syncs"] {
                db.execute(
                    &format!("DELETE FROM {table} WHERE workspace = ?1 AND connection = ?2"),
                    params![Col(workspace), Col(connection)],
                )?;
            }
            Ok(())
        })
        .await
    }
}

/// What a fact sets, in terms of its value `?4`.
const fn assignment(fact: &GroupFact) -> &'static str {
    match fact {
        GroupFact::Subject(_) => "subject = ?4",
        GroupFact::AnnounceOnly(_) => "announce_only = ?4",
        GroupFact::Participants(_) => "participants = max(0, participants + ?4)",
        GroupFact::Admin(_) => "is_admin = ?4",
        GroupFact::Standing(_) => "standing = ?4",
    }
}

fn value(fact: GroupFact) -> Box<dyn ToSql> {
    match fact {
        GroupFact::Subject(subject) => Box::new(subject),
        GroupFact::AnnounceOnly(is) | GroupFact::Admin(is) => Box::new(is),
        GroupFact::Participants(by) => Box::new(by),
        GroupFact::Standing(standing) => Box::new(Word(standing)),
    }
}

fn sync(row: &Row<'_>) -> rusqlite::Result<GroupSync> {
    Ok(GroupSync {
        began_at: col(row, "began_at")?,
        end: row.get::<_, Option<Json<_>>>("end")?.map(|end| end.0),
    })
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
        community: row.get("community")?,
        standing: word(row, "standing")?,
        synced_at: col(row, "synced_at")?,
    })
}
