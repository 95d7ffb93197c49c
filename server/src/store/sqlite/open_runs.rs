//! The open runs of a connection in SQLite, and which message of them has its turn. What claims runs on
//! the writing thread, inside of its transaction.

use arauto_app::domain::{
    ConnectionId, Delivery, DeliveryEvent, DeliveryState, MessageId, Pacing, Timestamp, WorkspaceId,
};
use rusqlite::{Connection, OptionalExtension, params};

use super::columns::{Col, Json};
use super::journal_writes::{apply, one};
use crate::store::{Due, StoreError};

/// The runs that a claim chooses from: of a connection of a workspace, those that did not begin
/// before this time.
#[derive(Clone, Copy)]
pub(super) struct Queue(
    pub(super) WorkspaceId,
    pub(super) ConnectionId,
    pub(super) Timestamp,
);

/// The open runs that the connection `?2` of the workspace `?1` sends, as a condition.
macro_rules! open_runs {
    () => {
        "runs.workspace = ?1 AND runs.finished_at IS NULL
         AND (runs.connection = ?2
              OR EXISTS (SELECT 1 FROM run_senders
                         WHERE run_senders.connection = ?2 AND run_senders.run = runs.id))"
    };
}
pub(super) use open_runs;

/// The runs of a [`Queue`], as a condition with its first three parameters.
macro_rules! of_queue {
    () => {
        concat!(open_runs!(), " AND runs.started_at >= ?3")
    };
}

/// Whether a run has something pending for the connection `?2`, as a condition.
macro_rules! has_pending {
    () => {
        "EXISTS (SELECT 1 FROM deliveries WHERE deliveries.run = runs.id
                 AND deliveries.connection = ?2 AND deliveries.state = 'pending')"
    };
}

/// The connection's first pending delivery of the open run whose turn was longest ago, if its gate is open
/// and its own pace lets it go.
pub(super) fn first_pending(
    db: &Connection,
    Queue(workspace, connection, held_before): Queue,
    now: Timestamp,
) -> Result<Option<Delivery>, StoreError> {
    // The few open runs are put in order, and not everything that is pending in them.
    one(
        db,
        concat!(
            "SELECT * FROM deliveries WHERE state = 'pending' AND connection = ?2 AND run =
                 (SELECT id FROM runs WHERE ",
            of_queue!(),
            " AND runs.gate_opens <= ?4 AND runs.gate_closes > ?4 AND runs.rests_until <= ?4 AND ",
            has_pending!(),
            " ORDER BY served_at, started_at, id LIMIT 1)
             ORDER BY position LIMIT 1"
        ),
        params![Col(workspace), Col(connection), Col(held_before), Col(now)],
    )
}

type Time = Option<Col<Timestamp>>;

/// See [`Journal::next_due`](crate::store::Journal::next_due).
pub(super) fn next_due(
    db: &Connection,
    queue: Queue,
    now: Timestamp,
) -> Result<Option<Due>, StoreError> {
    let Queue(workspace, connection, held_before) = queue;
    let gates = concat!(
        "SELECT coalesce(max(gate_closes <= ?4), 0),
                min(gate_opens) FILTER (WHERE gate_opens > ?4),
                min(rests_until) FILTER (WHERE rests_until > ?4 AND gate_opens <= ?4 AND ",
        has_pending!(),
        ") FROM runs WHERE ",
        of_queue!()
    );
    let parameters = params![Col(workspace), Col(connection), Col(held_before), Col(now)];
    let (is_over, opening, rested): (bool, Time, Time) =
        db.prepare_cached(gates)?.query_row(parameters, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    if is_over {
        return Ok(Some(Due::Gate));
    }
    if first_pending(db, queue, now)?.is_some() {
        return Ok(Some(Due::Message(now)));
    }
    let retry = first_to_retry(db, queue, now, Timestamp::from_millis(i64::MAX))?;
    let retry = retry.map(|delivery| delivery.retry_at.unwrap_or(now));
    let later = opening.into_iter().chain(rested).map(|Col(at)| at);
    Ok(retry.into_iter().chain(later).min().map(Due::Message))
}

/// The unconfirmed delivery whose time comes first, if it comes by `by` and the gate of its run is
/// open.
fn first_to_retry(
    db: &Connection,
    Queue(workspace, connection, held_before): Queue,
    now: Timestamp,
    by: Timestamp,
) -> Result<Option<Delivery>, StoreError> {
    one(
        db,
        "SELECT * FROM deliveries
         WHERE workspace = ?1 AND connection = ?2 AND state = 'unconfirmed'
           AND ifnull(retry_at, 0) <= ?3
           AND EXISTS (SELECT 1 FROM runs WHERE id = run AND started_at >= ?4
                       AND gate_opens <= ?5 AND gate_closes > ?5)
         ORDER BY ifnull(retry_at, 0), run, position LIMIT 1",
        params![
            Col(workspace),
            Col(connection),
            Col(by),
            Col(held_before),
            Col(now)
        ],
    )
}

/// See [`Journal::claim_due`](crate::store::Journal::claim_due).
pub(super) fn claim(
    db: &Connection,
    queue: Queue,
    now: Timestamp,
    fresh: MessageId,
) -> Result<Option<Delivery>, StoreError> {
    let due = match first_to_retry(db, queue, now, now)? {
        Some(delivery) => Some(delivery),
        None => first_pending(db, queue, now)?,
    };
    let Some(mut delivery) = due else {
        return Ok(None);
    };
    let is_first = delivery.state == DeliveryState::Pending;
    delivery.message_id.get_or_insert(fresh);
    let claimed = apply(db, &mut delivery, DeliveryEvent::Claimed, now)?;
    if is_first {
        rest(db, &delivery, now)?;
    }
    let Queue(workspace, connection, held_before) = queue;
    db.prepare_cached(concat!(
        "UPDATE runs SET served_at = ?5
         WHERE id = ?4 AND (SELECT count(*) FROM runs WHERE ",
        of_queue!(),
        ") > 1"
    ))?
    .execute(params![
        Col(workspace),
        Col(connection),
        Col(held_before),
        Col(delivery.run),
        Col(now)
    ])?;
    Ok(claimed.then_some(delivery))
}

/// Has a run with a pace of its own rest after a message.
fn rest(db: &Connection, delivery: &Delivery, now: Timestamp) -> Result<(), StoreError> {
    let pace: Option<Option<Json<Pacing>>> = db
        .prepare_cached("SELECT pace FROM runs WHERE id = ?1")?
        .query_row([Col(delivery.run)], |row| row.get(0))
        .optional()?;
    if let Some(Some(Json(pace))) = pace {
        let until = now.plus(pace.following_from(delivery.seed));
        db.prepare_cached("UPDATE runs SET rests_until = ?2 WHERE id = ?1")?
            .execute(params![Col(delivery.run), Col(until)])?;
    }
    Ok(())
}
