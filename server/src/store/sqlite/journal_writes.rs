//! What changes deliveries in SQLite. Everything in here runs on the writing thread, inside of its
//! transaction: what it reads cannot change before it writes.

use arauto_app::domain::{
    Backlog, ConnectionId, Delivery, DeliveryEvent, MessageId, RunId, Timestamp, WorkspaceId,
};
use rusqlite::{Connection, OptionalExtension, Params, params};

use super::columns::{Col, opt};
use super::open_runs::open_runs;
use super::{delivery_rows, receipts};
use crate::store::{DeliveryUpdate, StoreError};

pub(super) fn delivery_at(
    db: &Connection,
    workspace: WorkspaceId,
    run: RunId,
    position: u32,
) -> Result<Option<Delivery>, StoreError> {
    one(
        db,
        "SELECT * FROM deliveries WHERE run = ?1 AND position = ?2 AND workspace = ?3",
        params![Col(run), position, Col(workspace)],
    )
}

/// See [`Journal::backlog`](crate::store::Journal::backlog).
pub(super) fn backlog(
    db: &Connection,
    workspace: WorkspaceId,
    connection: ConnectionId,
    before: Timestamp,
) -> Result<Backlog, StoreError> {
    let mut query = db.prepare_cached(concat!(
        "SELECT count(*) FILTER (WHERE state = 'pending') AS pending,
                count(*) FILTER (WHERE state <> 'pending') AS handed_over,
                min(started_at) FILTER (WHERE state = 'pending') AS waiting_since
         FROM runs CROSS JOIN deliveries
         WHERE ",
        open_runs!(),
        " AND runs.started_at < ?3 AND deliveries.run = runs.id AND deliveries.connection = ?2
           AND deliveries.state IN ('pending', 'sending', 'unconfirmed')"
    ))?;
    let parameters = params![Col(workspace), Col(connection), Col(before)];
    Ok(query.query_row(parameters, |row| {
        Ok(Backlog {
            pending: row.get("pending")?,
            handed_over: row.get("handed_over")?,
            waiting_since: opt(row, "waiting_since")?,
        })
    })?)
}

/// See [`Journal::record`](crate::store::Journal::record).
pub(super) fn record(
    db: &Connection,
    workspace: WorkspaceId,
    connection: ConnectionId,
    updates: &[DeliveryUpdate],
) -> Result<Vec<RunId>, StoreError> {
    let mut changed = Vec::new();
    for update in updates {
        let Some(mut delivery) = of_message(db, workspace, connection, &update.message)? else {
            continue;
        };
        let moved = delivery.hear(&update.message, update.event, update.at);
        if moved {
            delivery_rows::update(db, &delivery)?;
        }
        if receipts::note(db, &delivery, update)? || moved {
            note(&mut changed, delivery.run);
        }
    }
    Ok(changed)
}

/// The delivery that a message belongs to, or belonged to before it was sent again as another one.
fn of_message(
    db: &Connection,
    workspace: WorkspaceId,
    connection: ConnectionId,
    message: &MessageId,
) -> Result<Option<Delivery>, StoreError> {
    one(
        db,
        "SELECT * FROM deliveries
         WHERE workspace = ?1 AND connection = ?2 AND message_id = ?3
         UNION ALL
         SELECT deliveries.* FROM earlier_messages CROSS JOIN deliveries USING (run, position)
         WHERE earlier_messages.message_id = ?3 AND workspace = ?1 AND connection = ?2
         LIMIT 1",
        params![Col(workspace), Col(connection), Col(message)],
    )
}

/// See [`Journal::mark_unconfirmed`](crate::store::Journal::mark_unconfirmed).
pub(super) fn mark_unconfirmed(
    db: &Connection,
    workspace: WorkspaceId,
    connection: ConnectionId,
    handed_over_by: Timestamp,
    retry_at: Timestamp,
) -> Result<Vec<RunId>, StoreError> {
    let overdue = all(
        db,
        "SELECT * FROM deliveries
         WHERE workspace = ?1 AND connection = ?2 AND state = 'sending' AND attempted_at <= ?3
         ORDER BY run, position",
        params![Col(workspace), Col(connection), Col(handed_over_by)],
    )?;
    let mut changed = Vec::new();
    for mut delivery in overdue {
        if delivery.apply(DeliveryEvent::DeadlinePassed, handed_over_by) {
            delivery.retry_at = Some(retry_at);
            delivery_rows::update(db, &delivery)?;
            note(&mut changed, delivery.run);
        }
    }
    Ok(changed)
}

/// See [`Journal::record_all_open`](crate::store::Journal::record_all_open).
pub(super) fn record_all_open(
    db: &Connection,
    workspace: WorkspaceId,
    connection: ConnectionId,
    event: DeliveryEvent,
    at: Timestamp,
) -> Result<Vec<RunId>, StoreError> {
    let open = all(
        db,
        concat!(
            "SELECT deliveries.* FROM runs CROSS JOIN deliveries WHERE ",
            open_runs!(),
            " AND deliveries.run = runs.id AND deliveries.connection = ?2
               AND deliveries.state IN ('pending', 'sending', 'unconfirmed')
             ORDER BY runs.started_at, runs.id, deliveries.position"
        ),
        params![Col(workspace), Col(connection)],
    )?;
    let mut changed = Vec::new();
    for mut delivery in open {
        if apply(db, &mut delivery, event, at)? {
            note(&mut changed, delivery.run);
        }
    }
    Ok(changed)
}

/// See [`Journal::record_all_pending`](crate::store::Journal::record_all_pending).
pub(super) fn record_all_pending(
    db: &Connection,
    workspace: WorkspaceId,
    connection: ConnectionId,
    before: Timestamp,
    event: DeliveryEvent,
    at: Timestamp,
) -> Result<Vec<RunId>, StoreError> {
    let pending = all(
        db,
        concat!(
            "SELECT deliveries.* FROM runs CROSS JOIN deliveries WHERE ",
            open_runs!(),
            " AND runs.started_at < ?3 AND deliveries.run = runs.id
               AND deliveries.connection = ?2 AND deliveries.state = 'pending'
             ORDER BY runs.started_at, runs.id, deliveries.position"
        ),
        params![Col(workspace), Col(connection), Col(before)],
    )?;
    let mut changed = Vec::new();
    for mut delivery in pending {
        if apply(db, &mut delivery, event, at)? {
            note(&mut changed, delivery.run);
        }
    }
    Ok(changed)
}

/// See [`Journal::record_pending_of`](crate::store::Journal::record_pending_of).
pub(super) fn record_pending_of(
    db: &Connection,
    workspace: WorkspaceId,
    run: RunId,
    event: DeliveryEvent,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let pending = all(
        db,
        "SELECT * FROM deliveries WHERE run = ?1 AND workspace = ?2 AND state = 'pending'
         ORDER BY position",
        params![Col(run), Col(workspace)],
    )?;
    let mut changed = false;
    for mut delivery in pending {
        changed |= apply(db, &mut delivery, event, at)?;
    }
    Ok(changed)
}

/// Moves a delivery on by the domain's rules and stores it; tells whether it changed.
pub(super) fn apply(
    db: &Connection,
    delivery: &mut Delivery,
    event: DeliveryEvent,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let changed = delivery.apply(event, at);
    if changed {
        delivery_rows::update(db, delivery)?;
    }
    Ok(changed)
}

fn note(changed: &mut Vec<RunId>, run: RunId) {
    if !changed.contains(&run) {
        changed.push(run);
    }
}

pub(super) fn one(
    db: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Option<Delivery>, StoreError> {
    Ok(db
        .prepare_cached(sql)?
        .query_row(params, delivery_rows::delivery)
        .optional()?)
}

pub(super) fn all(
    db: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Vec<Delivery>, StoreError> {
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map(params, delivery_rows::delivery)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
