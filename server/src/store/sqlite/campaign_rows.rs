//! Campaigns as rows.

use arauto_app::domain::{Campaign, MessageContent, PastRuns};
use rusqlite::{Connection, Row, params};
use serde::de::DeserializeOwned;

use super::columns::{Col, Json, Word, col, opt, word};
use super::error::naming_conflict;
use crate::store::{StoreError, folded};

/// The campaign of a row.
pub(super) fn campaign(row: &Row<'_>) -> rusqlite::Result<Campaign> {
    Ok(Campaign {
        id: col(row, "id")?,
        workspace: col(row, "workspace")?,
        name: row.get("name")?,
        connection: opt(row, "connection")?,
        lost_connection: row.get("lost_connection")?,
        lists: row.get::<_, Json<_>>("lists")?.0,
        targets: row.get::<_, Json<_>>("targets")?.0,
        also: row.get::<_, Json<_>>("also")?.0,
        pace: json(row, "pace")?,
        content: MessageContent {
            text: row.get("text")?,
            media: opt(row, "media")?,
        },
        others: row.get::<_, Json<_>>("others")?.0,
        timing: row.get::<_, Json<_>>("timing")?.0,
        state: word(row, "state")?,
        past: PastRuns {
            first_at: opt(row, "first_at")?,
            runs: row.get("runs")?,
            last_due: opt(row, "last_due")?,
        },
        next_at: opt(row, "next_at")?,
        created_at: col(row, "created_at")?,
        updated_at: col(row, "updated_at")?,
        updated_by: json(row, "updated_by")?,
    })
}

/// A column that is `NULL` or JSON.
fn json<T: DeserializeOwned>(row: &Row<'_>, name: &str) -> rusqlite::Result<Option<T>> {
    let value: Option<Json<T>> = row.get(name)?;
    Ok(value.map(|Json(value)| value))
}

pub(super) fn insert(db: &Connection, new: &Campaign) -> Result<(), StoreError> {
    db.execute(
        "INSERT INTO campaigns
             (id, workspace, name, connection, targets, text, media, state, created_at,
              updated_at, lists, timing, first_at, runs, last_due, next_at, search,
              others, also, pace, lost_connection, updated_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
                 ?17, ?18, ?19, ?20, ?21, ?22)",
        params![
            Col(new.id),
            Col(new.workspace),
            new.name,
            new.connection.map(Col),
            Json(&new.targets),
            new.content.text,
            new.content.media.map(Col),
            Word(new.state),
            Col(new.created_at),
            Col(new.updated_at),
            Json(&new.lists),
            Json(&new.timing),
            new.past.first_at.map(Col),
            new.past.runs,
            new.past.last_due.map(Col),
            new.next_at.map(Col),
            folded(&new.name),
            Json(&new.others),
            Json(&new.also),
            new.pace.map(Json),
            new.lost_connection,
            new.updated_by.as_ref().map(Json)
        ],
    )
    .map_err(naming_conflict("the campaign exists already"))?;
    Ok(())
}
