//! Lists of groups in SQLite.

use arauto_app::domain::{
    ConnectionId, GroupJid, GroupList, GroupListId, Timestamp, WorkspaceId, each_once,
};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::SqliteStore;
use super::columns::{Col, Json, col};
use super::error::naming_conflict;
use crate::store::{GroupListStore, StoreError, folded};

const NAME_TAKEN: &str = "the connection has a list of that name";

#[async_trait]
impl GroupListStore for SqliteStore {
    async fn insert(&self, list: &GroupList) -> Result<(), StoreError> {
        let new = list.clone();
        self.write(move |db| insert(db, &new)).await
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Vec<GroupList>, StoreError> {
        self.read(move |db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM group_lists WHERE workspace = ?1 AND connection = ?2
                 ORDER BY search",
            )?;
            let rows = query.query_map(params![Col(workspace), Col(connection)], group_list)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        id: GroupListId,
    ) -> Result<Option<GroupList>, StoreError> {
        self.read(move |db| find(db, workspace, id)).await
    }

    async fn rename(
        &self,
        workspace: WorkspaceId,
        id: GroupListId,
        name: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let name = name.to_owned();
        self.write(move |db| {
            let renamed = db.execute(
                "UPDATE group_lists SET name = ?3, search = ?4, updated_at = ?5
                 WHERE id = ?1 AND workspace = ?2",
                params![Col(id), Col(workspace), name, folded(&name), Col(at)],
            );
            Ok(renamed.map_err(naming_conflict(NAME_TAKEN))? == 1)
        })
        .await
    }

    async fn add(
        &self,
        workspace: WorkspaceId,
        id: GroupListId,
        groups: &[GroupJid],
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let more = groups.to_vec();
        let add = move |groups: Vec<GroupJid>| each_once(groups.iter().chain(&more));
        self.write(move |db| change(db, workspace, id, add, at))
            .await
    }

    async fn remove(
        &self,
        workspace: WorkspaceId,
        id: GroupListId,
        groups: &[GroupJid],
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let fewer = groups.to_vec();
        let remove = move |mut groups: Vec<GroupJid>| {
            groups.retain(|jid| !fewer.contains(jid));
            groups
        };
        self.write(move |db| change(db, workspace, id, remove, at))
            .await
    }

    async fn delete(&self, workspace: WorkspaceId, id: GroupListId) -> Result<(), StoreError> {
        self.write(move |db| {
            db.execute(
                "DELETE FROM group_lists WHERE id = ?1 AND workspace = ?2",
                params![Col(id), Col(workspace)],
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
                "DELETE FROM group_lists WHERE workspace = ?1 AND connection = ?2",
                params![Col(workspace), Col(connection)],
            )?;
            Ok(())
        })
        .await
    }
}

pub(super) fn insert(db: &Connection, new: &GroupList) -> Result<(), StoreError> {
    db.execute(
        "INSERT INTO group_lists
             (id, workspace, connection, name, search, groups, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            Col(new.id),
            Col(new.workspace),
            Col(new.connection),
            new.name,
            folded(&new.name),
            Json(&new.groups),
            Col(new.created_at),
            Col(new.updated_at)
        ],
    )
    .map_err(naming_conflict(NAME_TAKEN))?;
    Ok(())
}

fn find(
    db: &Connection,
    workspace: WorkspaceId,
    id: GroupListId,
) -> Result<Option<GroupList>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT * FROM group_lists WHERE id = ?1 AND workspace = ?2")?;
    let found = query.query_row(params![Col(id), Col(workspace)], group_list);
    Ok(found.optional()?)
}

/// Changes the groups of a list. The one writer does one change after the other.
fn change(
    db: &Connection,
    workspace: WorkspaceId,
    id: GroupListId,
    change: impl FnOnce(Vec<GroupJid>) -> Vec<GroupJid>,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let Some(list) = find(db, workspace, id)? else {
        return Ok(false);
    };
    let groups = change(list.groups);
    db.execute(
        "UPDATE group_lists SET groups = ?2, updated_at = ?3 WHERE id = ?1",
        params![Col(id), Json(&groups), Col(at)],
    )?;
    Ok(true)
}

pub(super) fn group_list(row: &Row<'_>) -> rusqlite::Result<GroupList> {
    Ok(GroupList {
        id: col(row, "id")?,
        workspace: col(row, "workspace")?,
        connection: col(row, "connection")?,
        name: row.get("name")?,
        groups: row.get::<_, Json<_>>("groups")?.0,
        created_at: col(row, "created_at")?,
        updated_at: col(row, "updated_at")?,
    })
}
