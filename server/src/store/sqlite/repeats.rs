//! What became of a run in SQLite, and what its owner has sent again of it.

use arauto_app::domain::{
    ConnectionId, Delivery, DeliveryEvent, DeliveryState, Gate, RepeatAction, RunId, RunTally,
    Timestamp, WorkspaceId,
};
use rusqlite::{Connection, params};

use super::columns::Col;
use super::delivery_rows;
use super::journal_writes::{all, apply, delivery_at};
use crate::store::StoreError;

/// See [`Journal::outcomes`](crate::store::Journal::outcomes).
pub(super) fn outcomes(
    db: &Connection,
    workspace: WorkspaceId,
    run: RunId,
) -> Result<Vec<(DeliveryState, u32)>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT state, reason, count(*) AS deliveries FROM deliveries
         WHERE run = (SELECT id FROM runs WHERE id = ?1 AND workspace = ?2)
         GROUP BY state, reason",
    )?;
    let rows = query.query_map(params![Col(run), Col(workspace)], |row| {
        Ok((delivery_rows::state(row)?, row.get("deliveries")?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// See [`Journal::tally_of_sender`](crate::store::Journal::tally_of_sender).
pub(super) fn tally_of_sender(
    db: &Connection,
    workspace: WorkspaceId,
    run: RunId,
    connection: ConnectionId,
) -> Result<RunTally, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT state, reason, count(*) AS deliveries FROM deliveries
         WHERE run = (SELECT id FROM runs WHERE id = ?1 AND workspace = ?2) AND connection = ?3
         GROUP BY state, reason",
    )?;
    let rows = query.query_map(params![Col(run), Col(workspace), Col(connection)], |row| {
        Ok((delivery_rows::state(row)?, row.get("deliveries")?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// See [`Journal::repeatable`](crate::store::Journal::repeatable).
pub(super) fn repeatable(
    db: &Connection,
    workspace: WorkspaceId,
    run: RunId,
    action: RepeatAction,
) -> Result<Vec<Delivery>, StoreError> {
    let mut ended = all(
        db,
        "SELECT * FROM deliveries WHERE run = ?1 AND workspace = ?2
           AND state IN ('failed', 'skipped', 'unanswered')
         ORDER BY position",
        params![Col(run), Col(workspace)],
    )?;
    ended.retain(|delivery| action.concerns(delivery.state));
    Ok(ended)
}

/// See [`Journal::renew`](crate::store::Journal::renew).
pub(super) fn renew(
    db: &Connection,
    (workspace, run): (WorkspaceId, RunId),
    seen: u32,
    positions: &[u32],
    gate: Gate,
    at: Timestamp,
) -> Result<u32, StoreError> {
    let opened = db.execute(
        "UPDATE runs SET reopened = reopened + 1, finished_at = NULL,
             gate_opens = CASE WHEN finished_at IS NULL THEN gate_opens ELSE ?4 END,
             gate_closes = CASE WHEN finished_at IS NULL THEN gate_closes ELSE ?5 END
         WHERE id = ?1 AND workspace = ?2 AND reopened = ?3",
        params![
            Col(run),
            Col(workspace),
            seen,
            Col(gate.opens),
            Col(gate.closes)
        ],
    )?;
    if opened == 0 {
        return Ok(0);
    }
    let mut renewed = 0;
    for position in positions {
        if let Some(mut delivery) = delivery_at(db, workspace, run, *position)? {
            renewed += u32::from(apply(db, &mut delivery, DeliveryEvent::Renewed, at)?);
        }
    }
    Ok(renewed)
}

/// See [`Journal::presume`](crate::store::Journal::presume).
pub(super) fn presume(
    db: &Connection,
    workspace: WorkspaceId,
    run: RunId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let mut changed = false;
    for mut delivery in repeatable(db, workspace, run, RepeatAction::Presume)? {
        changed |= apply(db, &mut delivery, DeliveryEvent::Presumed, at)?;
    }
    Ok(changed)
}
