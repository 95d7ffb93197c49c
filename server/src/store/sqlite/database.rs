//! Opening the file, and the one value behind all aggregates.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;

use super::leases::Servers;
use super::readers::Readers;
use super::session_keys::Keys;
use super::writer::Writer;
use super::{lock, schema};
use crate::store::{Store, StoreError};

/// How long SQLite waits for a lock of another process, such as a backup.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The embedded store. It implements every trait of the port.
pub struct SqliteStore {
    // Closed before the writer: the last connection that may write folds the log into the file.
    pub(super) readers: Readers,
    pub(super) writer: Arc<Writer>,
    /// Uploads up to this id were begun by earlier processes.
    pub(super) last_foreign_upload: i64,
    pub(super) servers: Servers,
}

impl Store {
    /// Opens the embedded store in the file at `path`. What is missing, folders included, is made.
    ///
    /// Blocks for as long as the migrations take: call it before serving.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file cannot be opened, [`StoreError::InUse`] when another
    /// server has it open; [`StoreError::Damaged`] when it is no store of Arauto or a newer Arauto's.
    pub fn open_sqlite(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        SqliteStore::open(path.as_ref()).map(Self::from)
    }
}

impl From<SqliteStore> for Store {
    fn from(store: SqliteStore) -> Self {
        let store = Arc::new(store);
        Self {
            accounts: store.clone(),
            connections: store.clone(),
            groups: store.clone(),
            group_lists: store.clone(),
            media: store.clone(),
            blobs: store.clone(),
            transfers: store.clone(),
            campaigns: store.clone(),
            journal: store.clone(),
            session_keys: Arc::new(Keys {
                writer: store.writer.clone(),
                readers: store.readers.clone(),
                lease: None,
            }),
            leases: store.clone(),
            exchange: None,
            meta: store.clone(),
            copying: store,
        }
    }
}

impl SqliteStore {
    fn open(path: &Path) -> Result<Self, StoreError> {
        create_private(path)
            .map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
        let lock = lock::acquire(path)?;
        let mut db = Connection::open(path)?;
        configure(&db)?;
        schema::migrate(&mut db)?;
        let last_foreign_upload = db.query_row(
            "SELECT coalesce(max(id), 0) FROM blobs WHERE content IS NULL",
            [],
            |row| row.get(0),
        )?;
        let readers = Readers::open(path)?;
        Ok(Self {
            writer: Arc::new(Writer::start(db, lock)?),
            readers,
            last_foreign_upload,
            servers: Servers::default(),
        })
    }

    /// Carries out `work` on one snapshot of what is committed.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.readers.run(work).await
    }

    /// Carries out `work` and returns after it is durable; an error undoes it.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer.run(work).await
    }
}

/// Makes the file and its folder if they are missing, readable by their owner only: SQLite gives
/// its side files the same permissions.
fn create_private(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn configure(db: &Connection) -> Result<(), StoreError> {
    db.busy_timeout(BUSY_TIMEOUT)?;
    let mode: String = db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::Unavailable(format!(
            "its folder does not allow a write-ahead log (journal mode {mode})"
        )));
    }
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.set_prepared_statement_cache_capacity(128);
    Ok(())
}
