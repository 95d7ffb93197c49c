//! Runs as rows.

use std::ops::Range;

use arauto_app::domain::{
    CampaignId, FIRST_TEST, Gate, MessageContent, Run, RunId, Timestamp, WorkspaceId,
};
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use super::columns::{Col, Json, Word, col, opt, word};
use super::error::naming_conflict;
use crate::store::StoreError;

pub(super) fn run(row: &Row<'_>) -> rusqlite::Result<Run> {
    Ok(Run {
        id: col(row, "id")?,
        workspace: col(row, "workspace")?,
        campaign: col(row, "campaign")?,
        number: row.get("number")?,
        connection: col(row, "connection")?,
        also: row.get::<_, Json<_>>("also")?.0,
        pace: row.get::<_, Option<Json<_>>>("pace")?.map(|pace| pace.0),
        rests_until: col(row, "rests_until")?,
        content: MessageContent {
            text: row.get("text")?,
            media: opt(row, "media")?,
        },
        others: row.get::<_, Json<_>>("others")?.0,
        connection_name: row.get("connection_name")?,
        zone: word(row, "zone")?,
        origin: word(row, "origin")?,
        due_at: col(row, "due_at")?,
        started_at: col(row, "started_at")?,
        finished_at: opt(row, "finished_at")?,
        gate: Gate {
            opens: col(row, "gate_opens")?,
            closes: col(row, "gate_closes")?,
        },
        reopened: row.get("reopened")?,
    })
}

pub(super) fn insert(db: &Connection, run: &Run) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO runs
             (id, workspace, campaign, number, connection, text, media, started_at, finished_at,
              origin, due_at, gate_opens, gate_closes, reopened, others, connection_name, zone,
              also, pace, rests_until)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                 ?19, ?20)",
    )?
    .execute(params![
        Col(run.id),
        Col(run.workspace),
        Col(run.campaign),
        run.number,
        Col(run.connection),
        run.content.text,
        run.content.media.map(Col),
        Col(run.started_at),
        run.finished_at.map(Col),
        Word(run.origin),
        Col(run.due_at),
        Col(run.gate.opens),
        Col(run.gate.closes),
        run.reopened,
        Json(&run.others),
        run.connection_name,
        run.zone.as_str(),
        Json(&run.also),
        run.pace.map(Json),
        Col(run.rests_until)
    ])
    .map_err(naming_conflict("the campaign has this run already"))?;
    for sender in &run.also {
        db.prepare_cached("INSERT OR IGNORE INTO run_senders (connection, run) VALUES (?1, ?2)")?
            .execute(params![Col(sender.connection), Col(run.id)])?;
    }
    Ok(())
}

/// Notes when a run had its turn.
pub(super) fn note_turn(db: &Connection, run: RunId, at: Timestamp) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE runs SET served_at = ?2 WHERE id = ?1")?
        .execute(params![Col(run), Col(at)])?;
    Ok(())
}

/// See [`Journal::run`](crate::store::Journal::run).
pub(super) fn get(
    db: &Connection,
    workspace: WorkspaceId,
    id: RunId,
) -> Result<Option<Run>, StoreError> {
    let mut query = db.prepare_cached("SELECT * FROM runs WHERE id = ?1 AND workspace = ?2")?;
    Ok(query
        .query_row(params![Col(id), Col(workspace)], run)
        .optional()?)
}

/// See [`Journal::tests`](crate::store::Journal::tests).
pub(super) fn tests(
    db: &Connection,
    workspace: WorkspaceId,
    campaign: CampaignId,
    limit: u32,
) -> Result<Vec<Run>, StoreError> {
    all(
        db,
        "SELECT * FROM runs WHERE workspace = ?1 AND campaign = ?2 AND number >= ?3
         ORDER BY number DESC LIMIT ?4",
        params![Col(workspace), Col(campaign), FIRST_TEST, limit],
    )
}

/// See [`Journal::runs_before`](crate::store::Journal::runs_before).
pub(super) fn before(
    db: &Connection,
    workspace: WorkspaceId,
    campaign: CampaignId,
    before: u32,
    limit: u32,
) -> Result<Vec<Run>, StoreError> {
    let before = before.min(FIRST_TEST);
    all(
        db,
        "SELECT * FROM runs WHERE workspace = ?1 AND campaign = ?2 AND number < ?3
         ORDER BY number DESC LIMIT ?4",
        params![Col(workspace), Col(campaign), before, limit],
    )
}

/// See [`Journal::runs_between`](crate::store::Journal::runs_between).
pub(super) fn between(
    db: &Connection,
    workspace: WorkspaceId,
    stretch: &Range<Timestamp>,
    limit: u32,
) -> Result<Vec<Run>, StoreError> {
    let Range { start, end } = *stretch;
    all(
        db,
        "SELECT * FROM runs WHERE workspace = ?1 AND started_at >= ?2 AND started_at < ?3
           AND number < ?4
         ORDER BY started_at DESC, id DESC LIMIT ?5",
        params![Col(workspace), Col(start), Col(end), FIRST_TEST, limit],
    )
}

/// See [`Journal::every_open_run`](crate::store::Journal::every_open_run).
pub(super) fn open(db: &Connection) -> Result<Vec<Run>, StoreError> {
    all(
        db,
        "SELECT * FROM runs WHERE finished_at IS NULL ORDER BY started_at, id",
        [],
    )
}

fn all(db: &Connection, query: &str, parameters: impl Params) -> Result<Vec<Run>, StoreError> {
    let mut query = db.prepare_cached(query)?;
    let rows = query.query_map(parameters, run)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
