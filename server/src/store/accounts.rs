//! Workspaces, users and the sessions of their browsers.

use arauto_app::domain::{Timestamp, User, UserId, Workspace};
use async_trait::async_trait;
use serde::Serialize;

use super::StoreError;

/// SHA-256 of a session's token: whoever reads the store cannot take over a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct TokenHash(pub [u8; 32]);

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionRow {
    /// Which token opens it.
    pub token: TokenHash,
    /// Who is signed in.
    pub user: UserId,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When it ends. Readers compare it themselves: stores sweep late.
    pub expires_at: Timestamp,
}

/// Workspaces, users and sessions.
#[async_trait]
pub trait AccountStore: Send + Sync {
    /// Whether there is no user at all.
    async fn is_empty(&self) -> Result<bool, StoreError>;
    /// Stores the first workspace and user of an empty server.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is a user already; of two that race, one wins.
    async fn create_first(
        &self,
        workspace: &Workspace,
        user: &User,
        password_hash: &str,
    ) -> Result<(), StoreError>;
    /// The user with this e-mail address (lower case) and their password hash (PHC string).
    async fn user_by_email(&self, email: &str) -> Result<Option<(User, String)>, StoreError>;
    /// A user and their workspace.
    async fn user(&self, id: UserId) -> Result<Option<(User, Workspace)>, StoreError>;
    /// Opens a session.
    async fn open_session(&self, session: &SessionRow) -> Result<(), StoreError>;
    /// The session that a token opens, unless it ended by `now`.
    async fn session(
        &self,
        token: TokenHash,
        now: Timestamp,
    ) -> Result<Option<SessionRow>, StoreError>;
    /// Moves a session's end.
    async fn extend_session(
        &self,
        token: TokenHash,
        expires_at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Ends a session; an unknown one is no error.
    async fn close_session(&self, token: TokenHash) -> Result<(), StoreError>;
    /// Forgets the sessions that ended by `now`.
    async fn sweep_sessions(&self, now: Timestamp) -> Result<(), StoreError>;
}
