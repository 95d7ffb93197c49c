//! Connections that fail on demand, as far as campaigns write about them.

use arauto::store::{ConnectionStore, Lease, StoreError};
use arauto_app::domain::*;
use async_trait::async_trait;

use super::faults::Faulty;

#[async_trait]
impl ConnectionStore for Faulty<dyn ConnectionStore> {
    async fn insert(&self, connection: &Connection) -> Result<(), StoreError> {
        self.inner.insert(connection).await
    }
    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Connection>, StoreError> {
        self.inner.list(workspace).await
    }
    async fn get(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
    ) -> Result<Option<Connection>, StoreError> {
        self.faults
            .pass_in_turn(self.inner.get(workspace, id))
            .await
    }
    async fn every_connection(&self) -> Result<Vec<Connection>, StoreError> {
        self.inner.every_connection().await
    }
    async fn set_state(
        &self,
        lease: &Lease,
        state: &ConnectionState,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        self.inner.set_state(lease, state, since).await
    }
    async fn history(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        from: Timestamp,
    ) -> Result<Vec<Transition>, StoreError> {
        self.faults
            .pass_in_turn(self.inner.history(workspace, id, from))
            .await
    }
    async fn set_linked(
        &self,
        lease: &Lease,
        phone: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.inner.set_linked(lease, phone, at).await
    }
    async fn set_unlinked(&self, lease: &Lease) -> Result<(), StoreError> {
        self.inner.set_unlinked(lease).await
    }
    async fn set_phone_seen(&self, lease: &Lease, at: Timestamp) -> Result<(), StoreError> {
        self.inner.set_phone_seen(lease, at).await
    }
    async fn set_groups_synced(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.inner.set_groups_synced(workspace, id, at).await
    }
    async fn set_settings(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        name: &str,
        after_outage: AfterOutage,
    ) -> Result<(), StoreError> {
        self.inner
            .set_settings(workspace, id, name, after_outage)
            .await
    }
    async fn set_pace(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        pace: Option<Limits>,
    ) -> Result<(), StoreError> {
        self.inner.set_pace(workspace, id, pace).await
    }
    async fn change_restriction(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        from: Option<Restriction>,
        to: Option<Restriction>,
    ) -> Result<bool, StoreError> {
        let change = self.inner.change_restriction(workspace, id, from, to);
        self.faults.pass(change).await
    }
    async fn set_able(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.faults
            .pass(self.inner.set_able(workspace, id, at))
            .await
    }
    async fn change_outage(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        from: Option<Outage>,
        to: Option<Outage>,
    ) -> Result<bool, StoreError> {
        self.faults
            .pass(self.inner.change_outage(workspace, id, from, to))
            .await
    }
    async fn delete(&self, workspace: WorkspaceId, id: ConnectionId) -> Result<(), StoreError> {
        self.inner.delete(workspace, id).await
    }
}
