//! Looking for campaigns in SQLite.

use arauto_app::domain::{Campaign, CampaignCounts, CampaignQuery, WorkspaceId};
use rusqlite::{Connection, params};

use super::campaign_rows::campaign;
use super::columns::{Col, Json, word};
use crate::store::{StoreError, folded};

/// See [`CampaignStore::search`](crate::store::CampaignStore::search).
pub(super) fn page(
    db: &Connection,
    workspace: WorkspaceId,
    query: &CampaignQuery,
    skipped: u32,
    limit: u32,
) -> Result<Vec<Campaign>, StoreError> {
    let (text, states) = (folded(&query.text), query.kind.states());
    let mut select = db.prepare_cached(
        "SELECT * FROM campaigns
         WHERE workspace = ?1 AND instr(search, ?2) > 0
           AND state IN (SELECT value FROM json_each(?3))
         ORDER BY updated_at DESC, id DESC LIMIT ?5 OFFSET ?4",
    )?;
    let parameters = params![Col(workspace), text, Json(states), skipped, limit];
    let found = select.query_map(parameters, campaign)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// See [`CampaignStore::counts`](crate::store::CampaignStore::counts). `text` is folded.
pub(super) fn counts(
    db: &Connection,
    workspace: WorkspaceId,
    text: &str,
) -> Result<CampaignCounts, StoreError> {
    let mut select = db.prepare_cached(
        "SELECT state, count(*) AS campaigns FROM campaigns
         WHERE workspace = ?1 AND instr(search, ?2) > 0 GROUP BY state",
    )?;
    let counted = select.query_map(params![Col(workspace), text], |row| {
        Ok((word(row, "state")?, row.get("campaigns")?))
    })?;
    Ok(counted.collect::<Result<_, _>>()?)
}
