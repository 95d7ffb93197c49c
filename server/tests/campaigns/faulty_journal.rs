//! A journal that fails on demand.

use arauto::store::{DeliveryUpdate, Due, HandOvers, Journal, Lease, StoreError};
use arauto_app::domain::*;
use async_trait::async_trait;

use super::faults::Faulty;

#[async_trait]
impl Journal for Faulty<dyn Journal> {
    async fn begin_run(&self, run: &Run, deliveries: &[Delivery]) -> Result<(), StoreError> {
        self.faults
            .pass(self.inner.begin_run(run, deliveries))
            .await
    }
    async fn repeatable(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        action: RepeatAction,
    ) -> Result<Vec<Delivery>, StoreError> {
        let call = self.inner.repeatable(workspace, run, action);
        self.faults.pass(call).await
    }
    async fn renew(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        seen: u32,
        positions: &[u32],
        gate: Gate,
        at: Timestamp,
    ) -> Result<u32, StoreError> {
        let inner = &self.inner;
        let call = inner.renew(workspace, run, seen, positions, gate, at);
        self.faults.pass(call).await
    }
    async fn presume(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.faults
            .pass(self.inner.presume(workspace, run, at))
            .await
    }
    async fn claim_due(
        &self,
        lease: &Lease,
        now: Timestamp,
        held_before: Timestamp,
        fresh: &MessageId,
    ) -> Result<Option<Delivery>, StoreError> {
        let inner = &self.inner;
        let call = inner.claim_due(lease, now, held_before, fresh);
        self.faults.pass(call).await
    }
    async fn next_due(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        now: Timestamp,
        held_before: Timestamp,
    ) -> Result<Option<Due>, StoreError> {
        let call = self.inner.next_due(workspace, connection, now, held_before);
        self.faults.pass(call).await
    }
    async fn runs_past_their_gate(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        now: Timestamp,
    ) -> Result<Vec<Run>, StoreError> {
        let call = self.inner.runs_past_their_gate(workspace, connection, now);
        self.faults.pass(call).await
    }
    async fn move_gate(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        from: Gate,
        to: Gate,
    ) -> Result<bool, StoreError> {
        self.faults
            .pass(self.inner.move_gate(workspace, run, from, to))
            .await
    }
    async fn record_pending_of(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.faults
            .pass(self.inner.record_pending_of(workspace, run, event, at))
            .await
    }
    async fn hand_overs(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        since: Timestamp,
    ) -> Result<Vec<HandOvers>, StoreError> {
        let look = self.inner.hand_overs(workspace, connection, since);
        self.faults.pass(look).await
    }
    async fn backlog(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        before: Timestamp,
    ) -> Result<Backlog, StoreError> {
        self.faults
            .pass(self.inner.backlog(workspace, connection, before))
            .await
    }
    async fn record(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        updates: &[DeliveryUpdate],
    ) -> Result<Vec<RunId>, StoreError> {
        self.faults
            .pass(self.inner.record(workspace, connection, updates))
            .await
    }
    async fn mark_unconfirmed(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        handed_over_by: Timestamp,
        retry_at: Timestamp,
    ) -> Result<Vec<RunId>, StoreError> {
        let call = self
            .inner
            .mark_unconfirmed(workspace, connection, handed_over_by, retry_at);
        self.faults.pass(call).await
    }
    async fn record_at(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        position: u32,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.faults
            .pass(self.inner.record_at(workspace, run, position, event, at))
            .await
    }
    async fn record_all_open(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<Vec<RunId>, StoreError> {
        self.faults
            .pass(self.inner.record_all_open(workspace, connection, event, at))
            .await
    }
    async fn record_all_pending(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        before: Timestamp,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<Vec<RunId>, StoreError> {
        let inner = &self.inner;
        let call = inner.record_all_pending(workspace, connection, before, event, at);
        self.faults.pass(call).await
    }
    async fn finish_run(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.faults
            .pass(self.inner.finish_run(workspace, run, at))
            .await
    }
    async fn delete_runs(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
    ) -> Result<(), StoreError> {
        self.faults
            .pass(self.inner.delete_runs(workspace, campaign))
            .await
    }
}
