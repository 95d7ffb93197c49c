//! The journal in MongoDB: the port. What changes deliveries is in
//! [`journal_writes`](super::journal_writes).

use arauto_app::domain::{
    Backlog, CampaignId, ConnectionId, Delivery, DeliveryEvent, Gate, MessageId, Run, RunId,
    RunTally, Timestamp, WorkspaceId,
};
use async_trait::async_trait;
use futures::TryStreamExt;
use mongodb::bson::{Document, doc};

use super::documents::{collect, from_document, to_bson, to_document};
use super::journal_writes::{OPEN_STATES, Writes, of_connection, open_of_connection};
use super::{MongoStore, calls, leases};
use crate::store::{DeliveryUpdate, Due, HandOvers, Journal, Lease, StoreError};

#[async_trait]
impl Journal for MongoStore {
    async fn begin_run(&self, run: &Run, deliveries: &[Delivery]) -> Result<(), StoreError> {
        let deliveries = deliveries
            .iter()
            .map(to_document)
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
        let runs = self.collection("runs");
        let theirs = doc! { "workspace": workspace.to_string(), "campaign": campaign.to_string() };
        calls::run(async move {
            let found = runs.find_one(theirs).sort(doc! { "number": -1 }).await?;
            found.map(from_document).transpose()
        })
        .await
    }

    async fn runs_before(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        before: u32,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError> {
        let runs = self.collection("runs");
        let theirs = doc! {
            "workspace": workspace.to_string(),
            "campaign": campaign.to_string(),
            "number": { "$lt": i64::from(before) },
        };
        calls::run(async move {
            let found = runs.find(theirs).sort(doc! { "number": -1 });
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

    async fn tally(&self, workspace: WorkspaceId, run: RunId) -> Result<RunTally, StoreError> {
        let (runs, deliveries) = (self.collection("runs"), self.collection("deliveries"));
        calls::run(async move {
            if runs.find_one(run_key(workspace, run)).await?.is_none() {
                return Ok(RunTally::default());
            }
            let count = [
                doc! { "$match": { "run": run.to_string() } },
                doc! { "$group": { "_id": "$state.state", "count": { "$sum": 1 } } },
            ];
            tally(deliveries.aggregate(count).await?.try_collect().await?)
        })
        .await
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
        let runs = self.collection("runs");
        let mut over = open_of_connection(workspace, connection);
        over.insert("gate.closes", doc! { "$lte": now.as_millis() });
        calls::run(async move {
            let found = runs.find(over).sort(doc! { "started_at": 1, "_id": 1 });
            collect(found.await?).await
        })
        .await
    }

    async fn move_gate(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        from: Gate,
        to: Gate,
    ) -> Result<bool, StoreError> {
        let runs = self.collection("runs");
        let mut open = run_key(workspace, run);
        open.insert("finished_at", mongodb::bson::Bson::Null);
        open.insert("gate.opens", from.opens.as_millis());
        open.insert("gate.closes", from.closes.as_millis());
        let change = doc! { "$set": { "gate": to_bson(&to)? } };
        calls::run(async move {
            let moved = runs.update_one(open, change).await?;
            Ok(moved.matched_count == 1)
        })
        .await
    }

    async fn hand_overs(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        since: Timestamp,
    ) -> Result<Vec<HandOvers>, StoreError> {
        let deliveries = self.collection("deliveries");
        let mut attempted = of_connection(workspace, connection);
        attempted.insert("attempted_at", doc! { "$gt": since.as_millis() });
        calls::run(async move {
            let fields = doc! { "_id": 0, "attempted_at": 1, "attempts": 1 };
            let mut found = deliveries
                .find(attempted)
                .sort(doc! { "attempted_at": 1 })
                .projection(fields)
                .await?;
            let mut hand_overs = Vec::new();
            while let Some(delivery) = found.try_next().await? {
                hand_overs.push(claims(&delivery)?);
            }
            Ok(hand_overs)
        })
        .await
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

    async fn finish_run(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let (runs, deliveries) = (self.collection("runs"), self.collection("deliveries"));
        calls::run(async move {
            // A delivery that is not open never opens again, and a visible run gets no new ones:
            // nothing can happen between the look and the write.
            let open =
                doc! { "run": run.to_string(), "state.state": { "$in": OPEN_STATES.to_vec() } };
            if deliveries.find_one(open).await?.is_some() {
                return Ok(false);
            }
            let mut unfinished = run_key(workspace, run);
            unfinished.insert("finished_at", mongodb::bson::Bson::Null);
            let change = doc! { "$set": { "finished_at": at.as_millis() } };
            let finished = runs.update_one(unfinished, change).await?;
            Ok(finished.matched_count == 1)
        })
        .await
    }

    async fn delete_runs(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
    ) -> Result<(), StoreError> {
        let (runs, deliveries) = (self.collection("runs"), self.collection("deliveries"));
        let theirs = doc! { "workspace": workspace.to_string(), "campaign": campaign.to_string() };
        calls::run(async move {
            // The run first: without it nothing of it is visible, and what a crash leaves is swept.
            while let Some(run) = runs.find_one_and_delete(theirs.clone()).await? {
                let id = run.get("_id").cloned().unwrap_or_default();
                deliveries.delete_many(doc! { "run": id }).await?;
            }
            Ok(())
        })
        .await
    }
}

impl MongoStore {
    fn journal_writes(&self) -> Writes {
        Writes {
            runs: self.collection("runs"),
            deliveries: self.collection("deliveries"),
        }
    }
}

fn run_key(workspace: WorkspaceId, id: RunId) -> Document {
    doc! { "_id": id.to_string(), "workspace": workspace.to_string() }
}

fn claims(delivery: &Document) -> Result<HandOvers, StoreError> {
    let damaged = |error| StoreError::Damaged(format!("a delivery: {error}"));
    let count = delivery.get_i64("attempts").map_err(damaged)?;
    Ok(HandOvers {
        at: Timestamp::from_millis(delivery.get_i64("attempted_at").map_err(damaged)?),
        count: u32::try_from(count).unwrap_or(u32::MAX),
    })
}

fn tally(counts: Vec<Document>) -> Result<RunTally, StoreError> {
    let mut tally = RunTally::default();
    for count in counts {
        let slot = match count.get_str("_id").unwrap_or_default() {
            "pending" => &mut tally.pending,
            "sending" => &mut tally.sending,
            "unconfirmed" => &mut tally.unconfirmed,
            "sent" => &mut tally.sent,
            "delivered" => &mut tally.delivered,
            "read" => &mut tally.read,
            "failed" => &mut tally.failed,
            "skipped" => &mut tally.skipped,
            other => return Err(StoreError::Damaged(format!("a delivery is {other:?}"))),
        };
        *slot = u32::try_from(count.get_i32("count").unwrap_or_default()).unwrap_or_default();
    }
    Ok(tally)
}
