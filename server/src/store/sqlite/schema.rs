//! The schema's version and the way to it.

use arauto_app::domain::wording::literal;
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
    include_str!("migrations/0020_wording.sql"),
    include_str!("migrations/0021_senders.sql"),
    include_str!("migrations/0022_media_kinds.sql"),
    include_str!("migrations/0023_tests.sql"),
    include_str!("migrations/0024_earlier_messages.sql"),
    include_str!("migrations/0025_media_plays.sql"),
    include_str!("migrations/0026_transfers.sql"),
    include_str!("migrations/0027_lost_connections.sql"),
    include_str!("migrations/0028_campaign_authors.sql"),
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
    teach_words(&transaction)?;
    for migration in missing {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", known_version())?;
    transaction.commit()?;
    Ok(())
}

/// Lets migrations write text as searches read it, and texts whose braces are meant as such.
fn teach_words(db: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("folded", 1, flags, |call| {
        Ok(folded(call.get_raw(0).as_str()?))
    })?;
    db.create_scalar_function("literal", 1, flags, |call| {
        Ok(literal(call.get_raw(0).as_str()?))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts that were written before there were variables say what they said.
    #[test]
    fn braces_of_earlier_versions_are_meant_as_such() {
        let mut db = Connection::open_in_memory().unwrap();
        teach_words(&db).unwrap();
        let is_it = |file: &&str| file.contains("UPDATE campaigns SET text = literal(text)");
        let before = MIGRATIONS.iter().position(is_it).unwrap();
        for migration in &MIGRATIONS[..before] {
            db.execute_batch(migration).unwrap();
        }
        db.pragma_update(None, "application_id", APPLICATION_ID)
            .unwrap();
        db.pragma_update(None, "user_version", u32::try_from(before).unwrap())
            .unwrap();
        db.execute_batch(
            "INSERT INTO campaigns (id, workspace, name, targets, text, state, created_at, updated_at)
                 VALUES (x'01', x'02', 'Oferta', '[]', '{a|b}', 'draft', 0, 0);
             INSERT INTO runs (id, workspace, campaign, number, connection, text, started_at)
                 VALUES (x'03', x'02', x'01', 1, x'04', 'Oi {{grupo}}', 0);
             INSERT INTO deliveries (run, position, id, workspace, connection, target, target_name,
                                     state, attempts, attempted_at)
                 VALUES (x'03', 0, x'05', x'02', x'04', '1@g.us', 'Bairro', 'sending', 1, 7);",
        )
        .unwrap();
        migrate(&mut db).unwrap();
        let read = |sql: &str| {
            db.query_row(sql, [], |row| row.get::<_, String>(0))
                .unwrap()
        };
        assert_eq!(read("SELECT text || others FROM campaigns"), r"\{a|b\}[]");
        assert_eq!(
            read("SELECT text || others FROM runs"),
            r"Oi \{\{grupo\}\}[]"
        );
        let kept = "SELECT variant || ' ' || seed || ' ' || first_at FROM deliveries";
        assert_eq!(read(kept), "0 0 7");
    }
}
