//! The schema's version and the way to it.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use crate::store::{StoreError, folded};

/// What each version adds, in order. Files that were released are never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_initial.sql"),
    include_str!("migrations/0002_connection_history.sql"),
    include_str!("migrations/0003_group_syncs.sql"),
    include_str!("migrations/0004_group_search.sql"),
    include_str!("migrations/0005_session_key_seals.sql"),
    include_str!("migrations/0006_outages.sql"),
    include_str!("migrations/0007_last_sent.sql"),
    include_str!("migrations/0008_connection_leases.sql"),
    include_str!("migrations/0009_group_lists.sql"),
    include_str!("migrations/0010_campaign_lists.sql"),
    include_str!("migrations/0011_phone_seen.sql"),
    include_str!("migrations/0012_run_gates.sql"),
    include_str!("migrations/0013_schedules.sql"),
    include_str!("migrations/0014_agenda.sql"),
    include_str!("migrations/0015_repeats.sql"),
    include_str!("migrations/0016_delivery_search.sql"),
    include_str!("migrations/0017_campaign_search.sql"),
    include_str!("migrations/0018_pace.sql"),
    include_str!("migrations/0019_receipts.sql"),
];

/// Marks a file as Arauto's in SQLite's header ("ARAU").
const APPLICATION_ID: i64 = 0x4152_4155;

/// Brings the file to this program's schema version.
///
/// # Errors
/// [`StoreError::Damaged`] when the file is not Arauto's or was written by a newer program.
pub(super) fn migrate(db: &mut Connection) -> Result<(), StoreError> {
    let transaction = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version = stored_version(&transaction)?;
    let Some(missing) = MIGRATIONS.get(version as usize..) else {
        return Err(StoreError::Damaged(format!(
            "schema version {version} is newer than this program's {}; use the Arauto that wrote it",
            known_version()
        )));
    };
    if missing.is_empty() {
        return Ok(());
    }
    teach_folding(&transaction)?;
    for migration in missing {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", known_version())?;
    transaction.commit()?;
    Ok(())
}

/// Lets migrations write text as searches read it.
fn teach_folding(db: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("folded", 1, flags, |call| {
        Ok(folded(call.get_raw(0).as_str()?))
    })
}

/// The version that the file is at; 0 when it is empty.
///
/// # Errors
/// [`StoreError::Damaged`] when the file is not Arauto's.
pub(super) fn stored_version(db: &Connection) -> Result<u32, StoreError> {
    let version = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i64 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let objects: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if objects > 0 && application != APPLICATION_ID {
        return Err(StoreError::Damaged(
            "the file is a database of another program".into(),
        ));
    }
    Ok(version)
}

/// The version that this program's migrations lead to.
pub(super) fn known_version() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}
