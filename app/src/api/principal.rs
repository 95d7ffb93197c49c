//! Who asks.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::ApiError;
use crate::domain::{User, Workspace, WorkspaceId};

/// The signed-in person and the workspace that they act in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// The person.
    pub user: User,
    /// Their workspace.
    pub workspace: Workspace,
}

impl Principal {
    /// The workspace that every query of this person is bound to.
    pub const fn workspace_id(&self) -> WorkspaceId {
        self.workspace.id
    }

    /// Who asks, as the server's session layer found out before the server function ran.
    ///
    /// # Errors
    /// [`ApiError::SignedOut`] when nobody is signed in.
    pub fn from_context() -> Result<Self, ApiError> {
        use_context::<Self>().ok_or(ApiError::SignedOut)
    }
}

/// A port that the server put into the context.
#[cfg(feature = "ssr")]
pub(super) fn port<P: ?Sized + Send + Sync + 'static>() -> std::sync::Arc<P> {
    expect_context::<std::sync::Arc<P>>()
}
