//! Why a copy is not made.

use super::tally::Part;
use crate::store::StoreError;

/// Why nothing was copied, or not all. Reads as "failed to {error}".
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Source and target are one store.
    #[error("copy {0} to itself")]
    Same(String),
    /// There is no source, or nothing in it.
    #[error("copy {0}: there is nothing in it")]
    NothingThere(String),
    /// The source is itself what an unfinished copy left.
    #[error("copy {0}: it is an unfinished copy itself")]
    SourceUnfinished(String),
    /// A server uses one of the two.
    #[error("copy: a server is using {0}")]
    InUse(String),
    /// One of the two was written by another version.
    #[error("copy: {store} has schema version {found}, and this program's is {known}")]
    Schema {
        /// Which store.
        store: String,
        /// Its version.
        found: u32,
        /// This program's.
        known: u32,
    },
    /// There is something in the target, of these parts.
    #[error("copy to {store}: it is not empty")]
    NotEmpty {
        /// Which store.
        store: String,
        /// What has something.
        parts: Vec<Part>,
    },
    /// The target is the unfinished copy of another store.
    #[error("copy to {store}: it is an unfinished copy of {of}")]
    UnfinishedCopyOf {
        /// Which store.
        store: String,
        /// Of which other one.
        of: String,
    },
    /// The source cannot be read.
    #[error("read {store}: failed to {reason}")]
    Source {
        /// Which store.
        store: String,
        /// Why not.
        reason: StoreError,
    },
    /// The target cannot be written, or read back.
    #[error("write to {store}: failed to {reason}")]
    Target {
        /// Which store.
        store: String,
        /// Why not.
        reason: StoreError,
    },
    /// What was read back is not what was copied.
    #[error("find everything in the copy: {0:?} differs")]
    Differs(Part),
}
