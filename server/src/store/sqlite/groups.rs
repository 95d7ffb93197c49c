//! Groups in SQLite.

use arauto_app::domain::{
    ConnectionId, Group, GroupBrief, GroupCounts, GroupJid, GroupPlace, GroupQuery, GroupStanding,
    GroupSync, LastSent, Timestamp, WorkspaceId,
};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

use super::columns::{Col, Json, Word, col, word};
use super::{SqliteStore, group_search};
use crate::store::{GroupFact, GroupStore, StoreError, folded};

#[async_trait]
impl GroupStore for SqliteStore {
    async fn search(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        query: &GroupQuery,
        after: Option<&GroupPlace>,
        rows: u32,
    ) -> Result<Vec<Group>, StoreError> {
        let (query, after) = (query.clone(), after.cloned());
        let owner = (workspace, connection);
        self.read(move |db| group_search::page(db, owner, &query, after.as_ref(), rows))
            .await
    }

    async fn accepting(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        query: &GroupQuery,
    ) -> Result<Vec<GroupBrief>, StoreError> {
        let query = query.clone();
        self.read(move |db| group_search::accepting(db, (workspace, connection), &query))
            .await
    }

    async fn counts(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        text: &str,
    ) -> Result<GroupCounts, StoreError> {
        let text = text.to_owned();
        self.read(move |db| group_search::counts(db, (workspace, connection), &text))
            .await
    }

    async fn among(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jids: &[GroupJid],
    ) -> Result<Vec<Group>, StoreError> {
        let jids = jids.to_vec();
        self.read(move |db| group_search::among(db, (workspace, connection), &jids))
            .await
    }

    async fn last_sent(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jids: &[GroupJid],
    ) -> Result<Vec<LastSent>, StoreError> {
        let jids = jids.to_vec();
        self.read(move |db| group_search::last_sent(db, (workspace, connection), &jids))
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
            for group in &groups {
                put(db, workspace, group)?;
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
            let mut parameters: Vec<Box<dyn ToSql>> = vec![
                Box::new(Col(workspace)),
                Box::new(Col(connection)),
                Box::new(jid.to_string()),
            ];
            parameters.extend(values(fact));
            let changed = update.execute(rusqlite::params_from_iter(parameters))?;
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
        self.write(move |db| note_sync(db, workspace, connection, &sync))
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

pub(super) fn put(
    db: &Connection,
    workspace: WorkspaceId,
    group: &Group,
) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO groups
             (workspace, connection, jid, subject, participants, announce_only, is_admin,
              addressing_mode, community, standing, synced_at, search)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
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
        Col(group.synced_at),
        folded(&group.subject)
    ])?;
    Ok(())
}

pub(super) fn note_sync(
    db: &Connection,
    workspace: WorkspaceId,
    connection: ConnectionId,
    sync: &GroupSync,
) -> Result<(), StoreError> {
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
}

/// What a fact sets, in terms of its [`values`].
const fn assignment(fact: &GroupFact) -> &'static str {
    match fact {
        GroupFact::Subject(_) => "subject = ?4, search = ?5",
        GroupFact::AnnounceOnly(_) => "announce_only = ?4",
        GroupFact::Participants(_) => "participants = max(0, participants + ?4)",
        GroupFact::Admin(_) => "is_admin = ?4",
        GroupFact::Standing(_) => "standing = ?4",
    }
}

/// The parameters from `?4` on.
fn values(fact: GroupFact) -> Vec<Box<dyn ToSql>> {
    match fact {
        GroupFact::Subject(subject) => {
            let search = folded(&subject);
            vec![Box::new(subject), Box::new(search)]
        }
        GroupFact::AnnounceOnly(is) | GroupFact::Admin(is) => vec![Box::new(is)],
        GroupFact::Participants(by) => vec![Box::new(by)],
        GroupFact::Standing(standing) => vec![Box::new(Word(standing))],
    }
}

pub(super) fn sync(row: &Row<'_>) -> rusqlite::Result<GroupSync> {
    Ok(GroupSync {
        began_at: col(row, "began_at")?,
        end: row.get::<_, Option<Json<_>>>("end")?.map(|end| end.0),
    })
}

pub(super) fn group(row: &Row<'_>) -> rusqlite::Result<Group> {
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
