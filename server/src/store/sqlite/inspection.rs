//! Looking at a file without changing its schema, also while a server uses it.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};

use super::leases::Servers;
use super::readers::Readers;
use super::writer::Writer;
use super::{SqliteStore, database, lock, schema};
use crate::store::{Inspection, Store, StoreError};

impl Store {
    /// Opens the embedded store in the file at `path`, which exists, to look at it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file cannot be opened; [`StoreError::Damaged`] when it
    /// is no store of Arauto.
    pub fn inspect_sqlite(path: impl AsRef<Path>) -> Result<Inspection, StoreError> {
        let path = path.as_ref();
        let lock = lock::try_acquire(path)?;
        let in_use = lock.is_none();
        // A server that has the file open keeps its side files; without one, only a connection that
        // may write can make them.
        let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
        flags |= if in_use {
            OpenFlags::SQLITE_OPEN_READ_ONLY
        } else {
            OpenFlags::SQLITE_OPEN_READ_WRITE
        };
        let db = Connection::open_with_flags(path, flags)?;
        db.busy_timeout(database::BUSY_TIMEOUT)?;
        let found = schema::stored_version(&db)?;
        let readers = Readers::open(path)?;
        let writer = match lock {
            Some(lock) => Writer::start(db, lock)?,
            None => Writer::absent(),
        };
        let store = SqliteStore {
            writer: Arc::new(writer),
            readers,
            last_foreign_upload: 0,
            servers: Servers::default(),
        };
        Ok(Inspection {
            store: store.into(),
            found,
            known: schema::known_version(),
            in_use,
            time: None,
        })
    }
}
