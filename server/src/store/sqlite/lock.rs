//! One server per file: two would both open the WhatsApp sessions that it holds.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::store::StoreError;

/// How long a server that is just ending may take to let go of the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// Takes the lock beside the database file. The operating system gives it back when the process
/// ends, however it ends.
pub(super) fn acquire(database: &Path) -> Result<File, StoreError> {
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
    let deadline = deadline();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(50));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Unavailable(format!(
                    "another server has {} open",
                    database.display()
                )));
            }
            Err(TryLockError::Error(error)) => return Err(unavailable(error)),
        }
    }
}

fn deadline() -> Instant {
    Instant::now() + PATIENCE
}
