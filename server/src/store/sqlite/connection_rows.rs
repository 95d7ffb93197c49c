//! Connections as rows.

use arauto_app::domain::{Connection, ConnectionId, ConnectionState, Timestamp, Transition};
use rusqlite::{Connection as Database, Row, params};
use serde::de::DeserializeOwned;

use super::columns::{Col, Json, Word, col, opt, word};
use super::error::naming_conflict;
use crate::store::StoreError;

pub(super) fn transition(row: &Row<'_>) -> rusqlite::Result<Transition> {
    Ok(Transition {
        at: col(row, "entered_at")?,
        state: row.get::<_, Json<_>>("state")?.0,
    })
}

/// Reads a structured value that may be NULL.
pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, name: &str) -> rusqlite::Result<Option<T>> {
    let column = row.get::<_, Option<Json<T>>>(name)?;
    Ok(column.map(|Json(value)| value))
}

pub(super) fn connection(row: &Row<'_>) -> rusqlite::Result<Connection> {
    Ok(Connection {
        id: col(row, "id")?,
        workspace: col(row, "workspace")?,
        name: row.get("name")?,
        phone: row.get("phone")?,
        state: row.get::<_, Json<_>>("state")?.0,
        state_since: col(row, "state_since")?,
        linked_at: opt(row, "linked_at")?,
        phone_seen_at: opt(row, "phone_seen_at")?,
        groups_synced_at: opt(row, "groups_synced_at")?,
        after_outage: word(row, "after_outage")?,
        able_at: opt(row, "able_at")?,
        outage: json(row, "outage")?,
        pace: json(row, "pace")?,
        restriction: json(row, "restriction")?,
        created_at: col(row, "created_at")?,
    })
}

pub(super) fn insert(db: &Database, new: &Connection) -> Result<(), StoreError> {
    db.execute(
        "INSERT INTO connections
             (id, workspace, name, phone, state, state_since, linked_at,
              groups_synced_at, created_at, after_outage, able_at, outage, phone_seen_at,
              pace, restriction)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        params![
            Col(new.id),
            Col(new.workspace),
            new.name,
            new.phone,
            Json(&new.state),
            Col(new.state_since),
            new.linked_at.map(Col),
            new.groups_synced_at.map(Col),
            Col(new.created_at),
            Word(new.after_outage),
            new.able_at.map(Col),
            new.outage.map(Json),
            new.phone_seen_at.map(Col),
            new.pace.map(Json),
            new.restriction.map(Json)
        ],
    )
    .map_err(naming_conflict("the connection exists already"))?;
    Ok(())
}

/// Notes that a connection entered a state; one that counts on within itself keeps its row.
pub(super) fn note_transition(
    db: &Database,
    connection: ConnectionId,
    at: Timestamp,
    state: &ConnectionState,
) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO connection_history (connection, entered_at, state) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET state = excluded.state",
    )?
    .execute(params![Col(connection), Col(at), Json(state)])?;
    Ok(())
}
