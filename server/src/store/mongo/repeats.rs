//! What became of a run in MongoDB, and what its owner has sent again of it.

use arauto_app::domain::{
    Delivery, DeliveryEvent, DeliveryState, Gate, RepeatAction, RunId, Timestamp, WorkspaceId,
};
use futures::TryStreamExt;
use mongodb::bson::{Bson, Document, doc};
use serde::Deserialize;

use super::documents::{collect, from_document, to_bson};
use super::journal_writes::{OPEN_STATES, Writes, run_key};
use crate::store::StoreError;

/// A state and how many deliveries are in it.
#[derive(Deserialize)]
struct Outcome {
    id: DeliveryState,
    deliveries: i64,
}

/// What the end of a run depends on.
#[derive(Deserialize)]
struct Reopened {
    reopened: u32,
}

impl Writes {
    /// See [`Journal::outcomes`](crate::store::Journal::outcomes).
    pub(super) async fn outcomes(
        &self,
        workspace: WorkspaceId,
        run: RunId,
    ) -> Result<Vec<(DeliveryState, u32)>, StoreError> {
        if !self.is_visible(workspace, run).await? {
            return Ok(Vec::new());
        }
        self.count_outcomes(doc! { "run": run.to_string() }).await
    }

    /// How many of the deliveries that a filter finds are in which state.
    pub(super) async fn count_outcomes(
        &self,
        filter: Document,
    ) -> Result<Vec<(DeliveryState, u32)>, StoreError> {
        let count = [
            doc! { "$match": filter },
            doc! { "$group": { "_id": "$state", "deliveries": { "$sum": 1_i64 } } },
        ];
        let counts: Vec<Document> = self
            .deliveries
            .aggregate(count)
            .await?
            .try_collect()
            .await?;
        let read = counts.into_iter().map(|count| {
            let Outcome { id, deliveries } = from_document(count)?;
            Ok((id, u32::try_from(deliveries).unwrap_or(u32::MAX)))
        });
        read.collect()
    }

    /// See [`Journal::repeatable`](crate::store::Journal::repeatable).
    pub(super) async fn repeatable(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        action: RepeatAction,
    ) -> Result<Vec<Delivery>, StoreError> {
        if !self.is_visible(workspace, run).await? {
            return Ok(Vec::new());
        }
        let ended = doc! {
            "run": run.to_string(),
            "state.state": { "$in": ["failed", "skipped", "unanswered"] },
        };
        let found = self.deliveries.find(ended).sort(doc! { "position": 1 });
        let mut ended: Vec<Delivery> = collect(found.await?).await?;
        ended.retain(|delivery| action.concerns(delivery.state));
        Ok(ended)
    }

    /// See [`Journal::renew`](crate::store::Journal::renew).
    ///
    /// The run is opened before the deliveries are changed, which only one caller gets to do, and once
    /// more after it: somebody who looked in between may have ended it.
    pub(super) async fn renew(
        &self,
        (workspace, run): (WorkspaceId, RunId),
        seen: u32,
        positions: &[u32],
        gate: Gate,
        at: Timestamp,
    ) -> Result<u32, StoreError> {
        let mut as_seen = run_key(workspace, run);
        as_seen.insert("reopened", i64::from(seen));
        let gate = to_bson(&gate)?;
        if !self.reopen(as_seen, &gate).await? {
            return Ok(0);
        }
        let of_run: Vec<i64> = positions.iter().copied().map(i64::from).collect();
        let wanted = doc! { "run": run.to_string(), "position": { "$in": of_run } };
        let mut renewed = 0;
        for delivery in collect::<Delivery>(self.deliveries.find(wanted).await?).await? {
            let renew = |delivery: &mut Delivery| delivery.apply(DeliveryEvent::Renewed, at);
            renewed += u32::from(self.change(delivery, renew).await?);
        }
        self.reopen(run_key(workspace, run), &gate).await?;
        Ok(renewed)
    }

    /// Opens a run again; tells whether it was found.
    async fn reopen(&self, run: Document, gate: &Bson) -> Result<bool, StoreError> {
        let is_open = doc! { "$eq": ["$finished_at", Bson::Null] };
        let change = doc! { "$set": {
            "gate": { "$cond": [is_open, "$gate", { "$literal": gate }] },
            "finished_at": Bson::Null,
            "reopened": { "$add": ["$reopened", 1_i64] },
        } };
        let opened = self.runs.update_one(run, vec![change]).await?;
        Ok(opened.matched_count == 1)
    }

    /// See [`Journal::presume`](crate::store::Journal::presume).
    pub(super) async fn presume(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut changed = false;
        let unanswered = self.repeatable(workspace, run, RepeatAction::Presume);
        for delivery in unanswered.await? {
            let presume = |delivery: &mut Delivery| delivery.apply(DeliveryEvent::Presumed, at);
            changed |= self.change(delivery, presume).await?;
        }
        Ok(changed)
    }

    /// See [`Journal::finish_run`](crate::store::Journal::finish_run).
    pub(super) async fn finish_run(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut unfinished = run_key(workspace, run);
        unfinished.insert("finished_at", Bson::Null);
        let Some(found) = self.runs.find_one(unfinished.clone()).await? else {
            return Ok(false);
        };
        // A delivery opens again only between two steps of this number, and a visible run gets no new
        // ones: nothing can happen between the look and the write.
        let Reopened { reopened } = from_document(found)?;
        unfinished.insert("reopened", i64::from(reopened));
        let open = doc! { "run": run.to_string(), "state.state": { "$in": OPEN_STATES.to_vec() } };
        if self.deliveries.find_one(open).await?.is_some() {
            return Ok(false);
        }
        let change = doc! { "$set": { "finished_at": at.as_millis() } };
        let finished = self.runs.update_one(unfinished, change).await?;
        Ok(finished.matched_count == 1)
    }

    pub(super) async fn is_visible(
        &self,
        workspace: WorkspaceId,
        run: RunId,
    ) -> Result<bool, StoreError> {
        let found = self.runs.find_one(run_key(workspace, run)).await?;
        Ok(found.is_some())
    }
}
