//! Deliveries as rows.

use arauto_app::domain::{Delivery, DeliveryState, FailureReason};
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, Row, params};

use super::columns::{Col, Json, col, opt};
use super::error::naming_conflict;
use crate::store::{StoreError, folded};

/// The word under which a state is kept, and its reason.
fn columns_of(state: DeliveryState) -> (&'static str, Option<FailureReason>) {
    match state {
        DeliveryState::Pending => ("pending", None),
        DeliveryState::Sending => ("sending", None),
        DeliveryState::Unconfirmed => ("unconfirmed", None),
        DeliveryState::Sent => ("sent", None),
        DeliveryState::Delivered => ("delivered", None),
        DeliveryState::Read => ("read", None),
        DeliveryState::Failed(reason) => ("failed", Some(reason)),
        DeliveryState::Skipped(reason) => ("skipped", Some(reason)),
        DeliveryState::Unanswered => ("unanswered", None),
        DeliveryState::Presumed => ("presumed", None),
    }
}

pub(super) fn state(row: &Row<'_>) -> rusqlite::Result<DeliveryState> {
    let word: String = row.get("state")?;
    let reason: Option<Json<FailureReason>> = row.get("reason")?;
    Ok(match (word.as_str(), reason) {
        ("pending", None) => DeliveryState::Pending,
        ("sending", None) => DeliveryState::Sending,
        ("unconfirmed", None) => DeliveryState::Unconfirmed,
        ("sent", None) => DeliveryState::Sent,
        ("delivered", None) => DeliveryState::Delivered,
        ("read", None) => DeliveryState::Read,
        ("failed", Some(Json(reason))) => DeliveryState::Failed(reason),
        ("skipped", Some(Json(reason))) => DeliveryState::Skipped(reason),
        ("unanswered", None) => DeliveryState::Unanswered,
        ("presumed", None) => DeliveryState::Presumed,
        _ => {
            let problem = FromSqlError::other(UnknownState(word));
            let column = row.as_ref().column_index("state")?;
            return Err(rusqlite::Error::FromSqlConversionFailure(
                column,
                Type::Text,
                Box::new(problem),
            ));
        }
    })
}

#[derive(Debug, thiserror::Error)]
#[error("read the state {0:?} of a delivery")]
struct UnknownState(String);

pub(super) fn delivery(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        id: col(row, "id")?,
        workspace: col(row, "workspace")?,
        run: col(row, "run")?,
        connection: col(row, "connection")?,
        position: row.get("position")?,
        target: col(row, "target")?,
        target_name: row.get("target_name")?,
        members: row.get("members")?,
        variant: row.get("variant")?,
        seed: row.get::<_, i64>("seed")?.into(),
        first_at: opt(row, "first_at")?,
        state: state(row)?,
        message_id: opt(row, "message_id")?,
        attempts: row.get("attempts")?,
        earlier: row.get::<_, Json<_>>("earlier")?.0,
        retry_at: opt(row, "retry_at")?,
        attempted_at: opt(row, "attempted_at")?,
        sent_at: opt(row, "sent_at")?,
        delivered_at: opt(row, "delivered_at")?,
        read_at: opt(row, "read_at")?,
        failed_at: opt(row, "failed_at")?,
    })
}

pub(super) fn insert(db: &Connection, delivery: &Delivery) -> Result<(), StoreError> {
    let (state, reason) = columns_of(delivery.state);
    db.prepare_cached(
        "INSERT INTO deliveries
             (run, position, id, workspace, connection, target, target_name, state, reason,
              message_id, attempts, retry_at, attempted_at, sent_at, delivered_at, read_at,
              failed_at, earlier, search, members, variant, seed, first_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
                 ?20, ?21, ?22, ?23)",
    )?
    .execute(params![
        Col(delivery.run),
        delivery.position,
        Col(delivery.id),
        Col(delivery.workspace),
        Col(delivery.connection),
        Col(&delivery.target),
        delivery.target_name,
        state,
        reason.map(Json),
        delivery.message_id.as_ref().map(Col),
        delivery.attempts,
        delivery.retry_at.map(Col),
        delivery.attempted_at.map(Col),
        delivery.sent_at.map(Col),
        delivery.delivered_at.map(Col),
        delivery.read_at.map(Col),
        delivery.failed_at.map(Col),
        Json(&delivery.earlier),
        folded(&delivery.target_name),
        delivery.members,
        delivery.variant,
        i64::from(delivery.seed),
        delivery.first_at.map(Col)
    ])
    .map_err(naming_conflict("the delivery exists already"))?;
    note_earlier(db, delivery)
}

/// Stores what can change of a delivery. The one writer holds the transaction in which it was
/// read, so there is no older state to compare with.
pub(super) fn update(db: &Connection, delivery: &Delivery) -> Result<(), StoreError> {
    let (state, reason) = columns_of(delivery.state);
    db.prepare_cached(
        "UPDATE deliveries SET state = ?3, reason = ?4, message_id = ?5, attempts = ?6,
             retry_at = ?7, attempted_at = ?8, sent_at = ?9, delivered_at = ?10, read_at = ?11,
             failed_at = ?12, earlier = ?13, first_at = ?14
         WHERE run = ?1 AND position = ?2",
    )?
    .execute(params![
        Col(delivery.run),
        delivery.position,
        state,
        reason.map(Json),
        delivery.message_id.as_ref().map(Col),
        delivery.attempts,
        delivery.retry_at.map(Col),
        delivery.attempted_at.map(Col),
        delivery.sent_at.map(Col),
        delivery.delivered_at.map(Col),
        delivery.read_at.map(Col),
        delivery.failed_at.map(Col),
        Json(&delivery.earlier),
        delivery.first_at.map(Col)
    ])
    .map_err(naming_conflict("another delivery has this message id"))?;
    note_earlier(db, delivery)
}

/// Has the delivery found by the messages that it had before.
fn note_earlier(db: &Connection, delivery: &Delivery) -> Result<(), StoreError> {
    for id in delivery.earlier.iter().filter_map(|past| past.id.as_ref()) {
        db.prepare_cached(
            "INSERT INTO earlier_messages (message_id, run, position) VALUES (?1, ?2, ?3)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![Col(id), Col(delivery.run), delivery.position])?;
    }
    Ok(())
}
