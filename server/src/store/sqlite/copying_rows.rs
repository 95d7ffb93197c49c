//! Records as rows.

use arauto_app::domain::Transfer;
use rusqlite::{Connection, Row, params};

use super::columns::{Col, Json, col};
use super::{
    accounts, campaign_rows, connection_rows, delivery_rows, group_lists, groups, media,
    missed_runs, run_rows, session_keys, transfers,
};
use crate::store::{Kind, Receipts, Record, StoreError, StoredBlob};

/// Where rows of a kind are found.
pub(super) struct Source<T> {
    /// A query that ends in a condition.
    pub(super) select: &'static str,
    /// The columns of its key.
    pub(super) key: &'static [&'static str],
    /// Reads a row.
    pub(super) read: fn(&Row<'_>) -> rusqlite::Result<T>,
}

/// The blobs that are complete.
pub(super) const BLOBS: Source<StoredBlob> = Source {
    select: "SELECT workspace, content, len FROM blobs WHERE content IS NOT NULL",
    key: &["workspace", "content"],
    read: |row| {
        Ok(StoredBlob {
            workspace: col(row, "workspace")?,
            content: col(row, "content")?,
            len: row.get::<_, i64>("len")?.unsigned_abs(),
        })
    },
};

/// The files on their way.
pub(super) const TRANSFERS: Source<Transfer> = Source {
    select: "SELECT * FROM transfers WHERE true",
    key: &["id"],
    read: transfers::transfer,
};

/// Whom each delivery reached that reached anybody.
const RECEIPTS: &str = "SELECT id, run, position,
        (SELECT json_group_array(member) FROM (
             SELECT member FROM receipts AS one
             WHERE one.run = deliveries.run AND one.position = deliveries.position
             ORDER BY member)) AS delivered,
        (SELECT json_group_array(member) FROM (
             SELECT member FROM receipts AS one
             WHERE one.run = deliveries.run AND one.position = deliveries.position AND one.read
             ORDER BY member)) AS read
    FROM deliveries
    WHERE EXISTS (SELECT 1 FROM receipts AS one
                  WHERE one.run = deliveries.run AND one.position = deliveries.position)";

/// The keys of connections that are there: nobody reads others.
const SESSION_KEYS: &str =
    "SELECT * FROM session_keys WHERE connection IN (SELECT id FROM connections)";

/// Facts of the installation, and not of the store.
const FACTS: &str = "SELECT * FROM meta WHERE name NOT IN ('ping', 'unfinished-copy')";

/// Where the records of a kind are found.
pub(super) const fn source(kind: Kind) -> &'static Source<Record> {
    match kind {
        Kind::Facts => const { &rows(FACTS, &["name"], fact) },
        Kind::Workspaces => {
            const { &rows("SELECT * FROM workspaces WHERE true", &["id"], workspace) }
        }
        Kind::Users => const { &rows("SELECT * FROM users WHERE true", &["id"], user) },
        Kind::BrowserSessions => {
            const {
                &rows(
                    "SELECT * FROM browser_sessions WHERE true",
                    &["token"],
                    browser_session,
                )
            }
        }
        Kind::Connections => {
            const { &rows("SELECT * FROM connections WHERE true", &["id"], connection) }
        }
        Kind::Transitions => {
            const {
                &rows(
                    "SELECT * FROM connection_history WHERE true",
                    &["connection", "entered_at"],
                    transition,
                )
            }
        }
        Kind::SessionKeys => {
            const { &rows(SESSION_KEYS, &["connection", "space", "key"], session_key) }
        }
        Kind::GroupSyncs => {
            const {
                &rows(
                    "SELECT * FROM group_syncs WHERE true",
                    &["connection"],
                    group_sync,
                )
            }
        }
        Kind::Groups => {
            const {
                &rows(
                    "SELECT * FROM groups WHERE true",
                    &["workspace", "connection", "jid"],
                    group,
                )
            }
        }
        Kind::GroupLists => {
            const { &rows("SELECT * FROM group_lists WHERE true", &["id"], group_list) }
        }
        Kind::MediaItems => const { &rows("SELECT * FROM media WHERE true", &["id"], media_item) },
        Kind::Campaigns => const { &rows("SELECT * FROM campaigns WHERE true", &["id"], campaign) },
        Kind::MissedRuns => {
            const {
                &rows(
                    "SELECT * FROM missed_runs WHERE true",
                    &["campaign", "from"],
                    missed,
                )
            }
        }
        Kind::Runs => const { &rows("SELECT * FROM runs WHERE true", &["id"], run) },
        Kind::Deliveries => {
            const {
                &rows(
                    "SELECT * FROM deliveries WHERE true",
                    &["run", "position"],
                    delivery,
                )
            }
        }
        Kind::Receipts => const { &rows(RECEIPTS, &["run", "position"], receipts) },
    }
}

const fn rows(
    select: &'static str,
    key: &'static [&'static str],
    read: fn(&Row<'_>) -> rusqlite::Result<Record>,
) -> Source<Record> {
    Source { select, key, read }
}

fn workspace(row: &Row<'_>) -> rusqlite::Result<Record> {
    accounts::workspace(row).map(Record::Workspace)
}

fn browser_session(row: &Row<'_>) -> rusqlite::Result<Record> {
    accounts::session(row).map(Record::BrowserSession)
}

fn group_list(row: &Row<'_>) -> rusqlite::Result<Record> {
    group_lists::group_list(row).map(Record::GroupList)
}

fn media_item(row: &Row<'_>) -> rusqlite::Result<Record> {
    media::item(row).map(Record::MediaItem)
}

fn campaign(row: &Row<'_>) -> rusqlite::Result<Record> {
    campaign_rows::campaign(row).map(Record::Campaign)
}

fn missed(row: &Row<'_>) -> rusqlite::Result<Record> {
    missed_runs::missed(row).map(Record::Missed)
}

fn delivery(row: &Row<'_>) -> rusqlite::Result<Record> {
    delivery_rows::delivery(row).map(Record::Delivery)
}

fn fact(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record::Fact {
        name: row.get("name")?,
        value: row.get("value")?,
    })
}

fn user(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record::User {
        user: accounts::user(row)?,
        password_hash: row.get("password_hash")?,
    })
}

fn connection(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record::Connection {
        connection: connection_rows::connection(row)?,
        fence: row.get("lease_fence")?,
    })
}

fn transition(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record::Transition {
        connection: col(row, "connection")?,
        transition: connection_rows::transition(row)?,
    })
}

fn session_key(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record::SessionKey {
        connection: col(row, "connection")?,
        space: row.get("space")?,
        key: row.get("key")?,
        value: row.get("value")?,
    })
}

fn group_sync(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record::GroupSync {
        workspace: col(row, "workspace")?,
        connection: col(row, "connection")?,
        sync: groups::sync(row)?,
    })
}

fn group(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record::Group {
        workspace: col(row, "workspace")?,
        group: groups::group(row)?,
    })
}

fn run(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record::Run {
        run: run_rows::run(row)?,
        served_at: col(row, "served_at")?,
    })
}

fn receipts(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record::Receipts(Receipts {
        run: col(row, "run")?,
        position: row.get("position")?,
        delivery: col(row, "id")?,
        delivered: row.get::<_, Json<_>>("delivered")?.0,
        read: row.get::<_, Json<_>>("read")?.0,
    }))
}

/// Stores a record with all that follows from it.
pub(super) fn insert(db: &Connection, record: &Record) -> Result<(), StoreError> {
    match record {
        Record::Fact { name, value } => {
            db.prepare_cached("INSERT INTO meta (name, value) VALUES (?1, ?2)")?
                .execute(params![name, value])?;
            Ok(())
        }
        Record::Workspace(workspace) => accounts::insert_workspace(db, workspace),
        Record::User {
            user,
            password_hash,
        } => accounts::insert_user(db, user, password_hash),
        Record::BrowserSession(session) => accounts::insert_session(db, session),
        Record::Connection { connection, fence } => {
            connection_rows::insert(db, connection)?;
            db.prepare_cached("UPDATE connections SET lease_fence = ?2 WHERE id = ?1")?
                .execute(params![Col(connection.id), fence])?;
            Ok(())
        }
        Record::Transition {
            connection,
            transition,
        } => connection_rows::note_transition(db, *connection, transition.at, &transition.state),
        Record::SessionKey {
            connection,
            space,
            key,
            value,
        } => session_keys::put(db, *connection, space, key, value),
        Record::GroupSync {
            workspace,
            connection,
            sync,
        } => groups::note_sync(db, *workspace, *connection, sync),
        Record::Group { workspace, group } => groups::put(db, *workspace, group),
        Record::GroupList(list) => group_lists::insert(db, list),
        Record::MediaItem(item) => media::insert(db, item),
        Record::Campaign(campaign) => campaign_rows::insert(db, campaign),
        Record::Missed(missed) => missed_runs::note(db, missed),
        Record::Run { run, served_at } => {
            run_rows::insert(db, run)?;
            run_rows::note_turn(db, run.id, *served_at)
        }
        Record::Delivery(delivery) => delivery_rows::insert(db, delivery),
        Record::Receipts(of) => insert_receipts(db, of),
    }
}

fn insert_receipts(db: &Connection, of: &Receipts) -> Result<(), StoreError> {
    let mut insert = db.prepare_cached(
        "INSERT INTO receipts (run, position, member, read) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for member in &of.delivered {
        let read = of.read.binary_search(member).is_ok();
        insert.execute(params![Col(of.run), of.position, member, read])?;
    }
    Ok(())
}
