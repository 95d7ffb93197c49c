//! Which campaigns depend on media items, in one look for all of them.

use arauto_app::domain::{MediaId, MessageContent, WorkspaceId};
use rusqlite::{Connection, Row, params};

use super::SqliteStore;
use super::columns::{Col, Json, col, opt};
use crate::store::StoreError;
use crate::store::media_uses::{Dependence, MediaUses, Reason, uses_of};

/// Whether a message of one of these columns sends one of the items `?2`.
const SENDS: &str = "(lower(hex(media)) IN (SELECT replace(value, '-', '') FROM json_each(?2))
    OR EXISTS (SELECT 1 FROM json_each(others) AS variant, json_each(?2) AS wanted
               WHERE variant.value ->> 'media' = wanted.value))";

impl SqliteStore {
    pub(super) async fn uses_of_media(
        &self,
        workspace: WorkspaceId,
        media: &[MediaId],
    ) -> Result<Vec<MediaUses>, StoreError> {
        let wanted = media.to_vec();
        self.read(move |db| {
            let mut found = having(db, workspace, &wanted)?;
            found.extend(sending(db, workspace, &wanted)?);
            Ok(uses_of(&wanted, &found))
        })
        .await
    }
}

/// The campaigns that have one of the items in a message.
fn having(
    db: &Connection,
    workspace: WorkspaceId,
    wanted: &[MediaId],
) -> Result<Vec<Dependence>, StoreError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT id, name, media, others, state = 'active' AS active FROM campaigns
         WHERE workspace = ?1 AND {SENDS}"
    ))?;
    let rows = query.query_map(params![Col(workspace), Json(wanted)], |row| {
        let reason = if row.get("active")? {
            Reason::Active
        } else {
            Reason::Idle
        };
        dependence(row, reason)
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The campaigns of which a run that sends one of the items is under way.
fn sending(
    db: &Connection,
    workspace: WorkspaceId,
    wanted: &[MediaId],
) -> Result<Vec<Dependence>, StoreError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT campaigns.id, campaigns.name, sent.media, sent.others
         FROM (SELECT campaign, media, others FROM runs
               WHERE workspace = ?1 AND finished_at IS NULL AND {SENDS}) AS sent
         JOIN campaigns ON campaigns.id = sent.campaign"
    ))?;
    let rows = query.query_map(params![Col(workspace), Json(wanted)], |row| {
        dependence(row, Reason::UnderWay)
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn dependence(row: &Row<'_>, reason: Reason) -> rusqlite::Result<Dependence> {
    let others: Vec<MessageContent> = row.get::<_, Json<_>>("others")?.0;
    let first: Option<MediaId> = opt(row, "media")?;
    Ok(Dependence {
        campaign: col(row, "id")?,
        name: row.get("name")?,
        media: first
            .into_iter()
            .chain(others.into_iter().filter_map(|one| one.media))
            .collect(),
        reason,
    })
}
