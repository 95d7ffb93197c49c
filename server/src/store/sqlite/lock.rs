//! One server per file: two would both open the WhatsApp sessions that it holds.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::Duration;

use crate::store::StoreError;

/// How long a server that is just ending may take to let go of the file: this often, so far apart.
const ATTEMPTS: u32 = 100;
const INTERVAL: Duration = Duration::from_millis(50);

/// Takes the lock beside the database file. The operating system gives it back when the process
/// ends, however it ends.
///
/// # Errors
/// [`StoreError::InUse`] when another process has it.
pub(super) fn acquire(database: &Path) -> Result<File, StoreError> {
    for _ in 0..ATTEMPTS {
        match try_acquire(database)? {
            Some(lock) => return Ok(lock),
            None => pause(),
        }
    }
    Err(StoreError::InUse(database.display().to_string()))
}

/// Takes the lock if nobody has it.
pub(super) fn try_acquire(database: &Path) -> Result<Option<File>, StoreError> {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    let unavailable = |error: std::io::Error| {
        StoreError::Unavailable(format!("{}: {error}", path.to_string_lossy()))
    };
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(unavailable)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(unavailable(error)),
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "runs while the server starts: nothing else waits for this thread"
)]
fn pause() {
    std::thread::sleep(INTERVAL);
}
