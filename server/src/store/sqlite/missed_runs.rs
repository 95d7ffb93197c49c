//! Runs that never began, in SQLite.

use std::ops::Range;

use arauto_app::domain::{CampaignId, Missed, MissedRuns, Timestamp, WorkspaceId};
use rusqlite::{Connection, Row, params};

use super::columns::{Col, Word, col, word};
use crate::store::StoreError;

pub(super) fn note(db: &Connection, missed: &Missed) -> Result<(), StoreError> {
    db.execute(
        "INSERT INTO missed_runs (workspace, campaign, \"from\", \"to\", count, why, noted_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        params![
            Col(missed.workspace),
            Col(missed.campaign),
            Col(missed.runs.from),
            Col(missed.runs.to),
            missed.runs.count,
            Word(missed.why),
            Col(missed.noted_at)
        ],
    )?;
    Ok(())
}

pub(super) fn list(
    db: &Connection,
    workspace: WorkspaceId,
    campaign: CampaignId,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<Missed>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT * FROM missed_runs WHERE campaign = ?1 AND workspace = ?2 AND \"from\" < ?3
         ORDER BY \"from\" DESC LIMIT ?4",
    )?;
    let parameters = params![Col(campaign), Col(workspace), Col(before), limit];
    let rows = query.query_map(parameters, missed)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn between(
    db: &Connection,
    workspace: WorkspaceId,
    stretch: &Range<Timestamp>,
    limit: u32,
) -> Result<Vec<Missed>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT * FROM missed_runs WHERE workspace = ?1 AND \"from\" >= ?2 AND \"from\" < ?3
         ORDER BY \"from\" DESC, campaign DESC LIMIT ?4",
    )?;
    let Range { start, end } = *stretch;
    let parameters = params![Col(workspace), Col(start), Col(end), limit];
    let rows = query.query_map(parameters, missed)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn forget(
    db: &Connection,
    workspace: WorkspaceId,
    campaign: CampaignId,
) -> Result<(), StoreError> {
    db.execute(
        "DELETE FROM missed_runs WHERE campaign = ?1 AND workspace = ?2",
        params![Col(campaign), Col(workspace)],
    )?;
    Ok(())
}

pub(super) fn missed(row: &Row<'_>) -> rusqlite::Result<Missed> {
    Ok(Missed {
        workspace: col(row, "workspace")?,
        campaign: col(row, "campaign")?,
        runs: MissedRuns {
            count: row.get("count")?,
            from: col(row, "from")?,
            to: col(row, "to")?,
        },
        why: word(row, "why")?,
        noted_at: col(row, "noted_at")?,
    })
}
