//! SQLite's errors in the words of the port.

use rusqlite::{Error, ErrorCode};

use crate::store::StoreError;

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        translate(&error)
    }
}

/// Says whether an error is passing, a contradiction, or damage.
pub(super) fn translate(error: &Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::CannotOpen
            | ErrorCode::DiskFull
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::OperationInterrupted
            | ErrorCode::OutOfMemory
            | ErrorCode::PermissionDenied
            | ErrorCode::ReadOnly
            | ErrorCode::SystemIoFailure,
        ) => StoreError::Unavailable(error.to_string()),
        Some(ErrorCode::ConstraintViolation) => {
            StoreError::Conflict("a key that must be unique is taken")
        }
        _ => StoreError::Damaged(error.to_string()),
    }
}

/// Names what contradicts, when a constraint refused a change.
pub(super) fn naming_conflict(conflict: &'static str) -> impl Fn(Error) -> StoreError {
    move |error| match translate(&error) {
        StoreError::Conflict(_) => StoreError::Conflict(conflict),
        other => other,
    }
}
