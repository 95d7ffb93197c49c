//! Looking at a store without changing its schema.

use arauto_app::domain::Timestamp;

use super::Store;

/// A store that was opened to look at it, as it was found.
pub struct Inspection {
    /// The store. Reading may fail when its schema is not this program's.
    pub store: Store,
    /// The version of its schema; 0 when it is empty.
    pub found: u32,
    /// The version that this program reads and writes.
    pub known: u32,
    /// Whether a running server keeps it to itself: then nothing can be written.
    pub in_use: bool,
    /// What its own clock shows, where it has one.
    pub time: Option<Timestamp>,
}
