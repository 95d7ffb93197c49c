//! The journal in MongoDB: the port. What changes deliveries is in
//! [`journal_writes`](super::journal_writes).

use std::ops::Range;

use arauto_app::domain::{
    Backlog, CampaignId, ConnectionId, Delivery, DeliveryEvent, DeliveryQuery, DeliveryState,
    FIRST_TEST, Gate, MessageId, Reached, RepeatAction, Run, RunId, RunTally, Timestamp,
    WorkspaceId,
};
use async_trait::async_trait;
use mongodb::bson::{Document, doc};

use super::delivery_search::delivery_document;
use super::documents::{collect, from_document, to_document};
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

    async fn run(&self, workspace: WorkspaceId, id: RunId) -> Result<Option<Run>, StoreError> {
        let runs = self.collection("runs");
        calls::run(async move {
            let found = runs.find_one(run_key(workspace, id)).await?;
            found.map(from_document).transpose()
        })
        .await
    }

    async fn latest_run(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
    ) -> Result<Option<Run>, StoreError> {
        let latest = self.runs_before(workspace, campaign, FIRST_TEST, 1).await?;
        Ok(latest.into_iter().next())
    }

    async fn tests(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError> {
        let numbers = doc! { "$gte": i64::from(FIRST_TEST) };
        self.runs_numbered(workspace, campaign, numbers, limit)
            .await
    }

    async fn runs_before(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        before: u32,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError> {
        let numbers = doc! { "$lt": i64::from(before.min(FIRST_TEST)) };
        self.runs_numbered(workspace, campaign, numbers, limit)
            .await
    }

    async fn runs_between(
        &self,
        workspace: WorkspaceId,
        stretch: Range<Timestamp>,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError> {
        let runs = self.collection("runs");
        let theirs = doc! {
            "workspace": workspace.to_string(),
            "started_at": { "$gte": stretch.start.as_millis(), "$lt": stretch.end.as_millis() },
            "number": { "$lt": i64::from(FIRST_TEST) },
        };
        calls::run(async move {
            let latest_first = doc! { "started_at": -1, "_id": -1 };
            let found = runs.find(theirs).sort(latest_first);
            collect(found.limit(i64::from(limit)).await?).await
        })
        .await
    }

    async fn every_open_run(&self) -> Result<Vec<Run>, StoreError> {
        let runs = self.collection("runs");
        calls::run(async move {
            let open = runs
                .find(doc! { "finished_at": mongodb::bson::Bson::Null })
                .sort(doc! { "started_at": 1, "_id": 1 })
                .await?;
            collect(open).await
        })
        .await
    }

    async fn outcomes(
        &self,
        workspace: WorkspaceId,
        run: RunId,
    ) -> Result<Vec<(DeliveryState, u32)>, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move { writes.outcomes(workspace, run).await }).await
    }

    async fn tally_of_sender(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        connection: ConnectionId,
    ) -> Result<RunTally, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move {
            if !writes.is_visible(workspace, run).await? {
                return Ok(RunTally::default());
            }
            let of_sender = doc! { "run": run.to_string(), "connection": connection.to_string() };
            let outcomes = writes.count_outcomes(of_sender).await?;
            Ok(outcomes.into_iter().collect())
        })
        .await
    }

    async fn tally_of_search(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        text: &str,
    ) -> Result<RunTally, StoreError> {
        let (writes, text) = (self.journal_writes(), text.to_owned());
        calls::run(async move { writes.tally_of_search(workspace, run, text).await }).await
    }

    async fn search_deliveries(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        query: &DeliveryQuery,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let (writes, query) = (self.journal_writes(), query.clone());
        calls::run(async move {
            let run = (workspace, run);
            writes.search_deliveries(run, &query, skipped, limit).await
        })
        .await
    }

    async fn reached(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        positions: &[u32],
    ) -> Result<Vec<(u32, Reached)>, StoreError> {
        let (writes, positions) = (self.journal_writes(), positions.to_vec());
        calls::run(async move { writes.reached(workspace, run, &positions).await }).await
    }

    async fn deliveries(
        &self,
        workspace: WorkspaceId,
        run: RunId,
    ) -> Result<Vec<Delivery>, StoreError> {
        let (runs, deliveries) = (self.collection("runs"), self.collection("deliveries"));
        calls::run(async move {
            if runs.find_one(run_key(workspace, run)).await?.is_none() {
                return Ok(Vec::new());
            }
            let found = deliveries
                .find(doc! { "run": run.to_string() })
                .sort(doc! { "position": 1 })
                .await?;
            collect(found).await
        })
        .await
    }

    async fn delivery(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        position: u32,
    ) -> Result<Option<Delivery>, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move { writes.delivery_at(workspace, run, position).await }).await
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

impl MongoStore {
    /// Runs of a campaign whose number meets a condition, highest first.
    async fn runs_numbered(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        numbers: Document,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError> {
        let runs = self.collection("runs");
        let theirs = doc! {
            "workspace": workspace.to_string(),
            "campaign": campaign.to_string(),
            "number": numbers,
        };
        calls::run(async move {
            let found = runs.find(theirs).sort(doc! { "number": -1 });
            collect(found.limit(i64::from(limit)).await?).await
        })
        .await
    }
}
