//! The journal in MongoDB: the port. What changes deliveries is in
//! [`journal_writes`](super::journal_writes).

use arauto_app::domain::{
    Backlog, CampaignId, ConnectionId, Delivery, DeliveryEvent, Gate, MessageId, RepeatAction, Run,
    RunId, Timestamp, WorkspaceId,
};
use async_trait::async_trait;
use mongodb::bson::doc;

use super::delivery_search::delivery_document;
use super::documents::to_document;
use super::journal_writes::run_key;
use super::{MongoStore, calls, leases};
use crate::store::{DeliveryUpdate, Due, HandOvers, Journal, Lease, StoreError};

#[async_trait]
impl Journal for MongoStore {
    async fn begin_run(&self, run: &Run, deliveries: &[Delivery]) -> Result<(), StoreError> {
        let deliveries = deliveries
            .iter()
            .map(delivery_document)
            .collect::<Result<Vec<_>, _>>()?;
        let (writes, id, run) = (self.journal_writes(), run.id, to_document(run)?);
        calls::run(async move { writes.begin_run(id, run, deliveries).await }).await
    }

    async fn claim_due(
        &self,
        lease: &Lease,
        now: Timestamp,
        held_before: Timestamp,
        fresh: &MessageId,
    ) -> Result<Option<Delivery>, StoreError> {
        let (writes, lease, fresh) = (self.journal_writes(), *lease, fresh.clone());
        let connections = self.collection("connections");
        calls::run(async move {
            leases::confirm(&connections, &lease).await?;
            let claimed = writes.claim(&lease, now, held_before, &fresh).await?;
            let Some(delivery) = &claimed else {
                return Ok(None);
            };
            if let Err(lost) = leases::confirm(&connections, &lease).await {
                // Nobody sends it, so it is the new holder's, and due.
                writes
                    .change(delivery.clone(), |delivery| {
                        delivery.attempted_at == Some(now)
                            && delivery.apply(DeliveryEvent::DeadlinePassed, now)
                    })
                    .await?;
                return Err(lost);
            }
            Ok(claimed)
        })
        .await
    }

    async fn next_due(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        now: Timestamp,
        held_before: Timestamp,
    ) -> Result<Option<Due>, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move {
            writes
                .next_due(workspace, connection, now, held_before)
                .await
        })
        .await
    }

    async fn runs_past_their_gate(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        now: Timestamp,
    ) -> Result<Vec<Run>, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move { writes.past_their_gate(workspace, connection, now).await }).await
    }

    async fn move_gate(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        from: Gate,
        to: Gate,
    ) -> Result<bool, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move { writes.move_gate(workspace, run, from, to).await }).await
    }

    async fn hand_overs(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        since: Timestamp,
    ) -> Result<Vec<HandOvers>, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move { writes.hand_overs(workspace, connection, since).await }).await
    }

    async fn backlog(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        before: Timestamp,
    ) -> Result<Backlog, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move { writes.backlog(workspace, connection, before).await }).await
    }

    async fn record(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        updates: &[DeliveryUpdate],
    ) -> Result<Vec<RunId>, StoreError> {
        let (writes, updates) = (self.journal_writes(), updates.to_vec());
        calls::run(async move { writes.record(workspace, connection, &updates).await }).await
    }

    async fn mark_unconfirmed(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        handed_over_by: Timestamp,
        retry_at: Timestamp,
    ) -> Result<Vec<RunId>, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move {
            writes
                .mark_unconfirmed(workspace, connection, handed_over_by, retry_at)
                .await
        })
        .await
    }

    async fn record_at(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        position: u32,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move {
            let Some(delivery) = writes.delivery_at(workspace, run, position).await? else {
                return Ok(false);
            };
            writes
                .change(delivery, |delivery| delivery.apply(event, at))
                .await
        })
        .await
    }

    async fn record_all_open(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<Vec<RunId>, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move {
            writes
                .record_all_open(workspace, connection, event, at)
                .await
        })
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
        let writes = self.journal_writes();
        calls::run(async move {
            writes
                .record_all_pending(workspace, connection, before, event, at)
                .await
        })
        .await
    }

    async fn record_pending_of(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let writes = self.journal_writes();
        let visible = run_key(workspace, run);
        calls::run(async move {
            if writes.runs.find_one(visible).await?.is_none() {
                return Ok(false);
            }
            writes.record_pending_of(run, event, at).await
        })
        .await
    }

    async fn repeatable(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        action: RepeatAction,
    ) -> Result<Vec<Delivery>, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move { writes.repeatable(workspace, run, action).await }).await
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
        let (writes, positions) = (self.journal_writes(), positions.to_vec());
        calls::run(async move {
            let run = (workspace, run);
            writes.renew(run, seen, &positions, gate, at).await
        })
        .await
    }

    async fn presume(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move { writes.presume(workspace, run, at).await }).await
    }

    async fn finish_run(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move { writes.finish_run(workspace, run, at).await }).await
    }

    async fn delete_runs(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
    ) -> Result<(), StoreError> {
        let writes = self.journal_writes();
        let theirs = doc! { "workspace": workspace.to_string(), "campaign": campaign.to_string() };
        calls::run(async move {
            // The run first: without it nothing of it is visible, and what a crash leaves is swept.
            while let Some(run) = writes.runs.find_one_and_delete(theirs.clone()).await? {
                let of_run = doc! { "run": run.get("_id") };
                writes.receipts.delete_many(of_run.clone()).await?;
                writes.deliveries.delete_many(of_run).await?;
            }
            Ok(())
        })
        .await
    }
}
