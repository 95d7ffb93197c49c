//! Members' receipts in SQLite.

use arauto_app::domain::{Delivery, DeliveryEvent, Reached, RunId, WorkspaceId};
use rusqlite::{Connection, params};

use super::columns::{Col, Json};
use crate::store::{DeliveryUpdate, StoreError};

/// Counts whoever gave the receipt that an update tells of, once. Tells whether that is news.
pub(super) fn note(
    db: &Connection,
    delivery: &Delivery,
    update: &DeliveryUpdate,
) -> Result<bool, StoreError> {
    let is_of_this = delivery.message_id.as_ref() == Some(&update.message);
    let counts = is_of_this && delivery.state.is_acknowledged();
    let Some(member) = update.member.filter(|_| counts) else {
        return Ok(false);
    };
    let rows = db
        .prepare_cached(
            "INSERT INTO receipts (run, position, member, read) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET read = excluded.read WHERE read < excluded.read",
        )?
        .execute(params![
            Col(delivery.run),
            delivery.position,
            member.as_i64(),
            update.event == DeliveryEvent::Read
        ])?;
    Ok(rows == 1)
}

/// See [`Journal::reached`](crate::store::Journal::reached).
pub(super) fn reached(
    db: &Connection,
    workspace: WorkspaceId,
    run: RunId,
    positions: &[u32],
) -> Result<Vec<(u32, Reached)>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT position, count(*) AS delivered, sum(read) AS read FROM receipts
         WHERE run = (SELECT id FROM runs WHERE id = ?1 AND workspace = ?2)
           AND position IN (SELECT value FROM json_each(?3))
         GROUP BY position ORDER BY position",
    )?;
    let rows = query.query_map(params![Col(run), Col(workspace), Json(positions)], |row| {
        let reached = Reached {
            delivered: row.get("delivered")?,
            read: row.get("read")?,
        };
        Ok((row.get("position")?, reached))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
