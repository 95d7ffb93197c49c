//! What goes wrong between the application and its store.

/// Why the store did not do what it was asked. Reads as "failed to {error}".
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store does not answer now. Asking again later may work.
    #[error("reach the store: {0}")]
    Unavailable(String),
    /// Another server has this file open, and there is room for one.
    #[error("open {0}: another server has it open")]
    InUse(String),
    /// The change contradicts what is stored (a key that must be unique, an expected state).
    #[error("apply the change: {0}")]
    Conflict(&'static str),
    /// Another server holds the connection's lease by now, or the connection is gone. Whoever asked
    /// must not act for the connection any more.
    #[error("act for the connection: its lease is lost")]
    LeaseLost,
    /// What is stored cannot be understood, or has another schema version than this program's.
    #[error("understand what is stored: {0}")]
    Damaged(String),
}

impl StoreError {
    /// Whether asking again later may work.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}
