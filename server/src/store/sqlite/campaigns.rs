//! Campaigns in SQLite.

use std::ops::Range;

use arauto_app::domain::{
    Campaign, CampaignCounts, CampaignId, CampaignQuery, CampaignState, ConnectionId, GroupListId,
    MediaId, Missed, Standing, Timestamp, WorkspaceId,
};
use async_trait::async_trait;
use rusqlite::{OptionalExtension, ToSql, params};

use super::campaign_rows::campaign;
use super::columns::{Col, Json, Word};
use super::{SqliteStore, campaign_rows, campaign_search, missed_runs};
use crate::store::{CampaignStore, MediaUses, StoreError, folded, order};

#[async_trait]
impl CampaignStore for SqliteStore {
    async fn insert(&self, campaign: &Campaign) -> Result<(), StoreError> {
        let new = campaign.clone();
        self.write(move |db| campaign_rows::insert(db, &new)).await
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

    async fn search(
        &self,
        workspace: WorkspaceId,
        query: &CampaignQuery,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<Campaign>, StoreError> {
        let query = query.clone();
        self.read(move |db| campaign_search::page(db, workspace, &query, skipped, limit))
            .await
    }

    async fn counts(
        &self,
        workspace: WorkspaceId,
        text: &str,
    ) -> Result<CampaignCounts, StoreError> {
        let text = folded(text);
        self.read(move |db| campaign_search::counts(db, workspace, &text))
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

    async fn update(&self, campaign: &Campaign, seen: Timestamp) -> Result<(), StoreError> {
        let changed = campaign.clone();
        self.write(move |db| {
            let rows = db.execute(
                "UPDATE campaigns SET name = ?4, connection = ?5, targets = ?6, text = ?7,
                     media = ?8, updated_at = ?9, lists = ?10, timing = ?11, search = ?12,
                     others = ?13, also = ?14, pace = ?15, lost_connection = ?17,
                     updated_by = ?18
                 WHERE id = ?1 AND workspace = ?2 AND state = ?3 AND updated_at = ?16",
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
                    Json(&changed.lists),
                    Json(&changed.timing),
                    folded(&changed.name),
                    Json(&changed.others),
                    Json(&changed.also),
                    changed.pace.map(Json),
                    Col(seen),
                    changed.lost_connection,
                    changed.updated_by.map(Json)
                ],
            )?;
            if rows == 0 {
                return Err(StoreError::Conflict(
                    "the campaign is gone, in another state, or was changed",
                ));
            }
            Ok(())
        })
        .await
    }

    async fn move_on(
        &self,
        workspace: WorkspaceId,
        id: CampaignId,
        from: &Standing,
        to: &Standing,
    ) -> Result<bool, StoreError> {
        let (from, to) = (*from, *to);
        self.write(move |db| {
            let rows = db
                .prepare_cached(
                    "UPDATE campaigns SET state = ?8, first_at = ?9, runs = ?10, last_due = ?11,
                         next_at = ?12
                     WHERE id = ?1 AND workspace = ?2 AND state = ?3 AND first_at IS ?4
                       AND runs = ?5 AND last_due IS ?6 AND next_at IS ?7",
                )?
                .execute(params![
                    Col(id),
                    Col(workspace),
                    Word(from.state),
                    from.past.first_at.map(Col),
                    from.past.runs,
                    from.past.last_due.map(Col),
                    from.next_at.map(Col),
                    Word(to.state),
                    to.past.first_at.map(Col),
                    to.past.runs,
                    to.past.last_due.map(Col),
                    to.next_at.map(Col)
                ])?;
            Ok(rows == 1)
        })
        .await
    }

    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Campaign>, StoreError> {
        self.read(move |db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM campaigns WHERE next_at <= ?1 ORDER BY next_at, id LIMIT ?2",
            )?;
            let rows = query.query_map(params![Col(now), limit], campaign)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn next_due_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|db| {
            let mut query =
                db.prepare_cached("SELECT min(next_at) FROM campaigns WHERE next_at IS NOT NULL")?;
            let next: Option<Col<Timestamp>> = query.query_row([], |row| row.get(0))?;
            Ok(next.map(|Col(next)| next))
        })
        .await
    }

    async fn note_missed(&self, missed: &Missed) -> Result<(), StoreError> {
        let missed = missed.clone();
        self.write(move |db| missed_runs::note(db, &missed)).await
    }

    async fn missed(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Missed>, StoreError> {
        self.read(move |db| missed_runs::list(db, workspace, campaign, before, limit))
            .await
    }

    async fn missed_between(
        &self,
        workspace: WorkspaceId,
        stretch: Range<Timestamp>,
        limit: u32,
    ) -> Result<Vec<Missed>, StoreError> {
        self.read(move |db| missed_runs::between(db, workspace, &stretch, limit))
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
            missed_runs::forget(db, workspace, id)
        })
        .await
    }

    async fn names_using_connection(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Vec<String>, StoreError> {
        let condition = "(hex(connection) = upper(replace(?2, '-', ''))
             OR EXISTS (SELECT 1 FROM json_each(also) WHERE value ->> 'connection' = ?2))";
        self.names_where(workspace, condition.to_owned(), connection.to_string())
            .await
    }

    async fn media_uses(
        &self,
        workspace: WorkspaceId,
        media: &[MediaId],
    ) -> Result<Vec<MediaUses>, StoreError> {
        self.uses_of_media(workspace, media).await
    }

    async fn detach_list(
        &self,
        workspace: WorkspaceId,
        list: GroupListId,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            let using = "workspace = ?1
                 AND (?2 IN (SELECT value FROM json_each(lists))
                      OR ?2 IN (SELECT list.value FROM json_each(also) AS sender,
                                       json_each(sender.value, '$.lists') AS list))";
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
                    "UPDATE campaigns SET
                         lists = (
                             SELECT json_group_array(value)
                             FROM (SELECT value FROM json_each(lists) WHERE value <> ?2 ORDER BY key)
                         ),
                         also = (
                             SELECT json_group_array(json_set(value, '$.lists', json((
                                 SELECT json_group_array(value) FROM (
                                     SELECT list.value FROM json_each(sender.value, '$.lists') AS list
                                     WHERE list.value <> ?2 ORDER BY list.key)))))
                             FROM (SELECT value FROM json_each(also) ORDER BY key) AS sender
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
                "UPDATE campaigns SET connection = NULL, lists = '[]', targets = '[]',
                     lost_connection = 1
                 WHERE workspace = ?1 AND connection = ?2",
                params![Col(workspace), Col(connection)],
            )?;
            db.execute(
                "UPDATE campaigns SET also = (
                     SELECT json_group_array(json(value))
                     FROM (SELECT value FROM json_each(also)
                           WHERE value ->> 'connection' <> ?2 ORDER BY key)
                 )
                 WHERE workspace = ?1
                   AND ?2 IN (SELECT value ->> 'connection' FROM json_each(also))",
                params![Col(workspace), connection.to_string()],
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
        condition: String,
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
