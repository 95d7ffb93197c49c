//! The driver's errors in the words of the port.

use mongodb::error::{Error, ErrorKind, WriteFailure};

use crate::store::StoreError;

/// The server's code for a key that must be unique and is taken.
pub(super) const DUPLICATE_KEY: i32 = 11_000;

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        if is_duplicate_key(&error) {
            return Self::Conflict("a key that must be unique is taken");
        }
        match error.kind.as_ref() {
            ErrorKind::Bson(_)
            | ErrorKind::BsonDeserialization(_)
            | ErrorKind::BsonSerialization(_)
            | ErrorKind::InvalidResponse { .. }
            | ErrorKind::IncompatibleServer { .. } => Self::Damaged(error.to_string()),
            // What is not known to be final counts as passing: asking again does no harm.
            _ => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<mongodb::bson::error::Error> for StoreError {
    fn from(error: mongodb::bson::error::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// Whether a unique key was taken: an insert, a find-and-modify and an insert of many each say so
/// in a way of their own.
pub(super) fn is_duplicate_key(error: &Error) -> bool {
    match error.kind.as_ref() {
        ErrorKind::Write(WriteFailure::WriteError(error)) => error.code == DUPLICATE_KEY,
        ErrorKind::Command(error) => error.code == DUPLICATE_KEY,
        ErrorKind::InsertMany(error) => error
            .write_errors
            .iter()
            .flatten()
            .any(|error| error.code == DUPLICATE_KEY),
        _ => false,
    }
}

/// Names what contradicts, when a unique key refused a change.
pub(super) fn naming_conflict(conflict: &'static str) -> impl Fn(Error) -> StoreError {
    move |error| {
        if is_duplicate_key(&error) {
            StoreError::Conflict(conflict)
        } else {
            error.into()
        }
    }
}
