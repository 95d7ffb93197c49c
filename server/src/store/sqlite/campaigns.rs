//! Campaigns in SQLite.

use arauto_app::domain::{
    Campaign, CampaignId, CampaignState, ConnectionId, GroupListId, MediaId, MessageContent,
    WorkspaceId,
};
use async_trait::async_trait;
use rusqlite::{OptionalExtension, Row, ToSql, params};

use super::SqliteStore;
use super::columns::{Col, Json, Word, col, opt, word};
use super::error::naming_conflict;
use crate::store::{CampaignStore, StoreError, order};

#[async_trait]
impl CampaignStore for SqliteStore {
    async fn insert(&self, campaign: &Campaign) -> Result<(), StoreError> {
        let new = campaign.clone();
        self.write(move |db| {
            db.execute(
                "INSERT INTO campaigns
                     (id, workspace, name, connection, targets, text, media, state, created_at,
                      updated_at, lists)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                params![
                    Col(new.id),
                    Col(new.workspace),
                    new.name,
                    new.connection.map(Col),
                    Json(&new.targets),
                    new.content.text,
                    new.content.media.map(Col),
                    Word(new.state),
                    Col(new.created_at),
                    Col(new.updated_at),
                    Json(&new.lists)
                ],
            )
            .map_err(naming_conflict("the campaign exists already"))?;
            Ok(())
        })
        .await
    }

    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Campaign>, StoreError> {
        self.read(move |db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM campaigns WHERE workspace = ?1 ORDER BY updated_at DESC, id DESC",
            )?;
            let rows = query.query_map([Col(workspace)], campaign)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        id: CampaignId,
    ) -> Result<Option<Campaign>, StoreError> {
        self.read(move |db| {
            let mut query =
                db.prepare_cached("SELECT * FROM campaigns WHERE id = ?1 AND workspace = ?2")?;
            Ok(query
                .query_row(params![Col(id), Col(workspace)], campaign)
                .optional()?)
        })
        .await
    }

    async fn update(&self, campaign: &Campaign) -> Result<(), StoreError> {
        let changed = campaign.clone();
        self.write(move |db| {
            let rows = db.execute(
                "UPDATE campaigns SET name = ?4, connection = ?5, targets = ?6, text = ?7,
                     media = ?8, updated_at = ?9, lists = ?10
                 WHERE id = ?1 AND workspace = ?2 AND state = ?3",
                params![
                    Col(changed.id),
                    Col(changed.workspace),
                    Word(changed.state),
                    changed.name,
                    changed.connection.map(Col),
                    Json(&changed.targets),
                    changed.content.text,
                    changed.content.media.map(Col),
                    Col(changed.updated_at),
                    Json(&changed.lists)
                ],
            )?;
            if rows == 0 {
                return Err(StoreError::Conflict(
                    "the campaign is gone or in another state",
                ));
            }
            Ok(())
        })
        .await
    }

    async fn change_state(
        &self,
        workspace: WorkspaceId,
        id: CampaignId,
        from: CampaignState,
        to: CampaignState,
    ) -> Result<bool, StoreError> {
        self.write(move |db| {
            let rows = db.execute(
                "UPDATE campaigns SET state = ?4 WHERE id = ?1 AND workspace = ?2 AND state = ?3",
                params![Col(id), Col(workspace), Word(from), Word(to)],
            )?;
            Ok(rows == 1)
        })
        .await
    }

    async fn delete(&self, workspace: WorkspaceId, id: CampaignId) -> Result<(), StoreError> {
        self.write(move |db| {
            let key = params![Col(id), Col(workspace), Word(CampaignState::Active)];
            let active = db.query_row(
                "SELECT EXISTS (SELECT 1 FROM campaigns
                                WHERE id = ?1 AND workspace = ?2 AND state = ?3)",
                key,
                |row| row.get(0),
            )?;
            if active {
                return Err(StoreError::Conflict("the campaign is active"));
            }
            db.execute(
                "DELETE FROM campaigns WHERE id = ?1 AND workspace = ?2",
                params![Col(id), Col(workspace)],
            )?;
            Ok(())
        })
        .await
    }

    async fn names_using_connection(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Vec<String>, StoreError> {
        self.names_where(workspace, "connection = ?2", Col(connection))
            .await
    }

    async fn names_using_media(
        &self,
        workspace: WorkspaceId,
        media: MediaId,
    ) -> Result<Vec<String>, StoreError> {
        self.names_where(workspace, "media = ?2", Col(media)).await
    }

    async fn detach_list(
        &self,
        workspace: WorkspaceId,
        list: GroupListId,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            let using = "workspace = ?1 AND ?2 IN (SELECT value FROM json_each(lists))";
            let active = db.query_row(
                &format!("SELECT EXISTS (SELECT 1 FROM campaigns WHERE {using} AND state = ?3)"),
                params![
                    Col(workspace),
                    list.to_string(),
                    Word(CampaignState::Active)
                ],
                |row| row.get(0),
            )?;
            if active {
                return Err(StoreError::Conflict("an active campaign uses the list"));
            }
            db.execute(
                &format!(
                    "UPDATE campaigns SET lists = (
                         SELECT json_group_array(value)
                         FROM (SELECT value FROM json_each(lists) WHERE value <> ?2 ORDER BY key)
                     )
                     WHERE {using}"
                ),
                params![Col(workspace), list.to_string()],
            )?;
            Ok(())
        })
        .await
    }

    async fn detach_connection(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            db.execute(
                "UPDATE campaigns SET connection = NULL, lists = '[]', targets = '[]'
                 WHERE workspace = ?1 AND connection = ?2",
                params![Col(workspace), Col(connection)],
            )?;
            Ok(())
        })
        .await
    }
}

impl SqliteStore {
    async fn names_where(
        &self,
        workspace: WorkspaceId,
        condition: &'static str,
        value: impl ToSql + Send + 'static,
    ) -> Result<Vec<String>, StoreError> {
        self.read(move |db| {
            let mut query = db.prepare_cached(&format!(
                "SELECT name FROM campaigns WHERE workspace = ?1 AND {condition}"
            ))?;
            let rows = query.query_map(params![Col(workspace), value], |row| row.get(0))?;
            let mut names = rows.collect::<Result<Vec<String>, _>>()?;
            order::names(&mut names);
            Ok(names)
        })
        .await
    }
}

fn campaign(row: &Row<'_>) -> rusqlite::Result<Campaign> {
    Ok(Campaign {
        id: col(row, "id")?,
        workspace: col(row, "workspace")?,
        name: row.get("name")?,
        connection: opt(row, "connection")?,
        lists: row.get::<_, Json<_>>("lists")?.0,
        targets: row.get::<_, Json<_>>("targets")?.0,
        content: MessageContent {
            text: row.get("text")?,
            media: opt(row, "media")?,
        },
        state: word(row, "state")?,
        created_at: col(row, "created_at")?,
        updated_at: col(row, "updated_at")?,
    })
}
