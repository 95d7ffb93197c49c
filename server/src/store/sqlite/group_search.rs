//! Looking for groups in SQLite.

use arauto_app::domain::{
    ConnectionId, Group, GroupBrief, GroupCounts, GroupJid, GroupKind, GroupPlace, GroupQuery,
    GroupTraits, LastSent, WorkspaceId,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::columns::{Col, Json, col, word};
use super::groups::group;
use crate::store::{StoreError, folded};

/// Whose groups.
pub(super) type Owner = (WorkspaceId, ConnectionId);

pub(super) fn page(
    db: &Connection,
    (workspace, connection): Owner,
    query: &GroupQuery,
    after: Option<&GroupPlace>,
    rows: u32,
) -> Result<Vec<Group>, StoreError> {
    let condition = condition(query.kind);
    // Every address comes after the empty one.
    let (subject, jid) = after.map_or(("", ""), |after| (&after.subject, after.jid.as_str()));
    let mut select = db.prepare_cached(&format!(
        "SELECT * FROM groups
         WHERE workspace = ?1 AND connection = ?2 AND (search, jid) > (?3, ?4)
           AND instr(search, ?5) > 0 AND {condition}
         ORDER BY search, jid LIMIT ?6"
    ))?;
    let text = folded(&query.text);
    let parameters = params![Col(workspace), Col(connection), subject, jid, text, rows];
    let found = select.query_map(parameters, group)?;
    Ok(found.collect::<Result<_, _>>()?)
}

pub(super) fn accepting(
    db: &Connection,
    (workspace, connection): Owner,
    query: &GroupQuery,
) -> Result<Vec<GroupBrief>, StoreError> {
    let (asked, takes_ours) = (condition(query.kind), condition(GroupKind::CanSend));
    let mut select = db.prepare_cached(&format!(
        "SELECT jid, participants, standing, announce_only, is_admin FROM groups
         WHERE workspace = ?1 AND connection = ?2 AND instr(search, ?3) > 0
           AND {asked} AND {takes_ours}
         ORDER BY search, jid"
    ))?;
    let text = folded(&query.text);
    let found = select.query_map(params![Col(workspace), Col(connection), text], brief)?;
    Ok(found.collect::<Result<_, _>>()?)
}

pub(super) fn counts(
    db: &Connection,
    (workspace, connection): Owner,
    text: &str,
) -> Result<GroupCounts, StoreError> {
    let mut select = db.prepare_cached(
        "SELECT standing, announce_only, is_admin, count(*) AS groups FROM groups
         WHERE workspace = ?1 AND connection = ?2 AND instr(search, ?3) > 0
         GROUP BY standing, announce_only, is_admin",
    )?;
    let mut counts = GroupCounts::default();
    let mut rows = select.query(params![Col(workspace), Col(connection), folded(text)])?;
    while let Some(row) = rows.next()? {
        counts.add(traits(row)?, row.get("groups")?);
    }
    Ok(counts)
}

pub(super) fn among(
    db: &Connection,
    (workspace, connection): Owner,
    jids: &[GroupJid],
) -> Result<Vec<Group>, StoreError> {
    let mut select = db.prepare_cached(
        "SELECT * FROM groups
         WHERE workspace = ?1 AND connection = ?2 AND jid IN (SELECT value FROM json_each(?3))
         ORDER BY search, jid",
    )?;
    let found = select.query_map(params![Col(workspace), Col(connection), Json(jids)], group)?;
    Ok(found.collect::<Result<_, _>>()?)
}

pub(super) fn last_sent(
    db: &Connection,
    (workspace, connection): Owner,
    jids: &[GroupJid],
) -> Result<Vec<LastSent>, StoreError> {
    let mut select = db.prepare_cached(
        "SELECT sent_at, run, (SELECT campaign FROM runs WHERE id = run) AS campaign
         FROM deliveries
         WHERE workspace = ?1 AND connection = ?2 AND target = ?3 AND sent_at IS NOT NULL
         ORDER BY sent_at DESC LIMIT 1",
    )?;
    let mut found = Vec::new();
    for jid in jids {
        let sent = select.query_row(params![Col(workspace), Col(connection), Col(jid)], |row| {
            Ok(LastSent {
                jid: jid.clone(),
                at: col(row, "sent_at")?,
                run: col(row, "run")?,
                campaign: col(row, "campaign")?,
            })
        });
        found.extend(sent.optional()?);
    }
    Ok(found)
}

/// What makes a group one of a kind: [`GroupTraits::are`] in SQL.
const fn condition(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::All => "TRUE",
        GroupKind::CanSend => "standing = 'member' AND (NOT announce_only OR is_admin)",
        GroupKind::OnlyAdmins => "standing = 'member' AND announce_only",
        GroupKind::Left => "standing <> 'member'",
    }
}

fn traits(row: &Row<'_>) -> rusqlite::Result<GroupTraits> {
    Ok(GroupTraits {
        standing: word(row, "standing")?,
        announce_only: row.get("announce_only")?,
        is_admin: row.get("is_admin")?,
    })
}

fn brief(row: &Row<'_>) -> rusqlite::Result<GroupBrief> {
    Ok(GroupBrief {
        jid: col(row, "jid")?,
        participants: row.get("participants")?,
        accepts_messages: traits(row)?.accept_messages(),
    })
}
