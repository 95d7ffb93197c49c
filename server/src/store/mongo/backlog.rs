//! What the runs of a connection have left to do, in MongoDB: counted, and given up.

use std::collections::HashMap;

use arauto_app::domain::{
    Backlog, ConnectionId, Delivery, DeliveryEvent, DeliveryState, RunId, Timestamp, WorkspaceId,
};
use futures::TryStreamExt;
use mongodb::bson::{Document, doc};

use super::documents::collect;
use super::journal_writes::{OPEN_STATES, Writes, note, open_of_connection};
use crate::store::StoreError;

impl Writes {
    /// See [`Journal::backlog`](crate::store::Journal::backlog).
    pub(super) async fn backlog(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        before: Timestamp,
    ) -> Result<Backlog, StoreError> {
        let began = self.began_before(workspace, connection, before).await?;
        let runs: Vec<&String> = began.keys().collect();
        let count = [
            doc! { "$match": {
                "run": { "$in": runs },
                "connection": connection.to_string(),
                "state.state": { "$in": OPEN_STATES.to_vec() },
            } },
            doc! { "$group": {
                "_id": { "run": "$run", "pending": { "$eq": ["$state.state", "pending"] } },
                "count": { "$sum": 1 },
            } },
        ];
        let counts: Vec<Document> = self
            .deliveries
            .aggregate(count)
            .await?
            .try_collect()
            .await?;
        let mut backlog = Backlog::default();
        for counted in counts {
            let count = counted.get_i32("count").unwrap_or_default();
            let count = u32::try_from(count).unwrap_or_default();
            let of = counted.get_document("_id").cloned().unwrap_or_default();
            if !of.get_bool("pending").unwrap_or_default() {
                backlog.handed_over += count;
                continue;
            }
            backlog.pending += count;
            let run = of.get_str("run").unwrap_or_default();
            let oldest = backlog.waiting_since.into_iter();
            backlog.waiting_since = oldest.chain(began.get(run).copied()).min();
        }
        Ok(backlog)
    }

    /// See [`Journal::record_pending_of`](crate::store::Journal::record_pending_of).
    pub(super) async fn record_pending_of(
        &self,
        run: RunId,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let pending = doc! { "run": run.to_string(), "state.state": "pending" };
        let mut changed = false;
        for delivery in collect::<Delivery>(self.deliveries.find(pending).await?).await? {
            let apply = |delivery: &mut Delivery| {
                // What was claimed in the meantime is no longer meant.
                delivery.state == DeliveryState::Pending && delivery.apply(event, at)
            };
            changed |= self.change(delivery, apply).await?;
        }
        Ok(changed)
    }

    /// See [`Journal::record_all_pending`](crate::store::Journal::record_all_pending).
    pub(super) async fn record_all_pending(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        before: Timestamp,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<Vec<RunId>, StoreError> {
        let began = self.began_before(workspace, connection, before).await?;
        let runs: Vec<&String> = began.keys().collect();
        let pending = doc! {
            "run": { "$in": runs },
            "connection": connection.to_string(),
            "state.state": "pending",
        };
        let mut changed = Vec::new();
        for delivery in collect::<Delivery>(self.deliveries.find(pending).await?).await? {
            let run = delivery.run;
            let apply = |delivery: &mut Delivery| {
                // What was handed over in the meantime is no longer meant.
                delivery.state == DeliveryState::Pending && delivery.apply(event, at)
            };
            if self.change(delivery, apply).await? {
                note(&mut changed, run);
            }
        }
        Ok(changed)
    }

    /// The connection's open runs that began before `before`, and when each did.
    async fn began_before(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        before: Timestamp,
    ) -> Result<HashMap<String, Timestamp>, StoreError> {
        let mut open = open_of_connection(workspace, connection);
        open.insert("started_at", doc! { "$lt": before.as_millis() });
        let found: Vec<Document> = self
            .runs
            .find(open)
            .projection(doc! { "started_at": 1 })
            .await?
            .try_collect()
            .await?;
        let began = found.iter().filter_map(|run| {
            let (id, at) = (run.get_str("_id").ok()?, run.get_i64("started_at").ok()?);
            Some((id.to_owned(), Timestamp::from_millis(at)))
        });
        Ok(began.collect())
    }
}
