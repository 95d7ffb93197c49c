//! The app's port to the groups.

use std::sync::Arc;

use arauto_app::api::{ApiError, Groups, GroupsView, NotFound, Principal};
use arauto_app::domain::ConnectionId;
use async_trait::async_trait;

use super::super::Hub;
use crate::clock::SharedClock;
use crate::failure::api_error;
use crate::store::Store;

/// Serves the groups' pages.
pub struct GroupService {
    hub: Arc<Hub>,
    store: Store,
    clock: SharedClock,
}

impl GroupService {
    /// A service over the hub and its store.
    pub fn new(hub: Arc<Hub>, store: Store, clock: SharedClock) -> Self {
        Self { hub, store, clock }
    }
}

#[async_trait]
impl Groups for GroupService {
    async fn list(
        &self,
        who: &Principal,
        connection: ConnectionId,
    ) -> Result<GroupsView, ApiError> {
        let workspace = who.workspace_id();
        let row = self.store.connections.get(workspace, connection).await;
        let row = row
            .map_err(api_error)?
            .ok_or(ApiError::NotFound(NotFound::Connection))?;
        let groups = &self.store.groups;
        let (groups, latest) = tokio::try_join!(
            groups.list(workspace, connection),
            groups.latest_sync(workspace, connection)
        )
        .map_err(api_error)?;
        Ok(GroupsView {
            groups,
            synced_at: row.groups_synced_at,
            sync: self.hub.groups().progress(connection),
            latest,
            now: self.clock.now(),
        })
    }

    async fn sync(&self, who: &Principal, connection: ConnectionId) -> Result<(), ApiError> {
        let workspace = who.workspace_id();
        let seen = self
            .hub
            .snapshot(workspace, connection)
            .ok_or(ApiError::NotFound(NotFound::Connection))?;
        if !seen.state.can_send() {
            return Err(ApiError::ConnectionOffline);
        }
        let session = seen.session.ok_or(ApiError::ConnectionOffline)?;
        self.hub.groups().sync((workspace, connection), session);
        Ok(())
    }

    async fn cancel_sync(&self, who: &Principal, connection: ConnectionId) -> Result<(), ApiError> {
        let workspace = who.workspace_id();
        let connections = &self.store.connections;
        let row = connections.get(workspace, connection).await;
        row.map_err(api_error)?
            .ok_or(ApiError::NotFound(NotFound::Connection))?;
        self.hub.groups().cancel((workspace, connection));
        Ok(())
    }
}
