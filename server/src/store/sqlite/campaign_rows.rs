//! Reading campaigns from their rows.

use arauto_app::domain::{Campaign, MessageContent, PastRuns};
use rusqlite::Row;
use serde::de::DeserializeOwned;

use super::columns::{Json, col, opt, word};

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
