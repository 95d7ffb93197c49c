//! Runs as rows.

use arauto_app::domain::{Gate, MessageContent, Run};
use rusqlite::{Connection, Row, params};

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
