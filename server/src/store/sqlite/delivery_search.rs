//! Looking for deliveries of a run in SQLite.

use arauto_app::domain::{Delivery, DeliveryQuery, RunId, RunTally, WorkspaceId};
use rusqlite::{Connection, params};

use super::columns::{Col, Json};
use super::delivery_rows;
use super::journal_writes::all;
use crate::store::{StoreError, folded};

/// See [`Journal::tally_of_search`](crate::store::Journal::tally_of_search). `text` is folded.
pub(super) fn tally(
    db: &Connection,
    workspace: WorkspaceId,
    run: RunId,
    text: &str,
) -> Result<RunTally, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT state, reason, count(*) AS deliveries FROM deliveries
         WHERE run = ?1 AND workspace = ?2 AND instr(search, ?3) > 0
         GROUP BY state, reason",
    )?;
    let rows = query.query_map(params![Col(run), Col(workspace), text], |row| {
        Ok((delivery_rows::state(row)?, row.get("deliveries")?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// See [`Journal::search_deliveries`](crate::store::Journal::search_deliveries).
pub(super) fn page(
    db: &Connection,
    (workspace, run): (WorkspaceId, RunId),
    query: &DeliveryQuery,
    skipped: u32,
    limit: u32,
) -> Result<Vec<Delivery>, StoreError> {
    let (text, states) = (folded(&query.text), query.kind.states());
    all(
        db,
        "SELECT * FROM deliveries
         WHERE run = ?1 AND workspace = ?2 AND instr(search, ?3) > 0
           AND (?4 = '[]' OR state IN (SELECT value FROM json_each(?4)))
         ORDER BY position LIMIT ?6 OFFSET ?5",
        params![Col(run), Col(workspace), text, Json(states), skipped, limit],
    )
}
