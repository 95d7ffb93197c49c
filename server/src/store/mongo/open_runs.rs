//! The open runs of a connection in MongoDB, and which of them has its turn.

use arauto_app::domain::{ConnectionId, Delivery, Gate, Run, RunId, Timestamp, WorkspaceId};
use futures::TryStreamExt;
use mongodb::bson::{Bson, Document, doc};
use serde::Deserialize;

use super::documents::{collect, from_document, to_bson};
use super::journal_writes::{Writes, of_connection, open_of_connection, run_key};
use crate::store::{Due, StoreError};

/// What the choice of the next message asks of a run.
#[derive(Debug, Deserialize)]
pub(super) struct OpenRun {
    pub(super) id: String,
    gate: Gate,
    started_at: Timestamp,
    /// When it last had its turn.
    #[serde(default)]
    served_at: Timestamp,
}

/// Open runs at a moment, those first whose turn was longest ago.
pub(super) struct OpenRuns {
    runs: Vec<OpenRun>,
    now: Timestamp,
}

impl OpenRuns {
    /// The ids of the runs whose messages may leave, in the order of their turns.
    pub(super) fn with_open_gates(&self) -> Vec<&str> {
        let open = |run: &&OpenRun| run.gate.is_open_at(self.now);
        let open = self.runs.iter().filter(open);
        open.map(|run| run.id.as_str()).collect()
    }

    /// Whether another run waits for its turn.
    pub(super) fn have_turns(&self) -> bool {
        self.runs.len() > 1
    }

    fn has_gate_that_is_over(&self) -> bool {
        self.runs.iter().any(|run| run.gate.is_over_at(self.now))
    }

    fn next_opening(&self) -> Option<Timestamp> {
        let to_come = |gate: &&Gate| gate.opens > self.now;
        let gates = self.runs.iter().map(|run| &run.gate);
        gates.filter(to_come).map(|gate| gate.opens).min()
    }
}

impl Writes {
    /// The connection's open runs that did not begin before `held_before`.
    pub(super) async fn open_runs(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        held_before: Timestamp,
        now: Timestamp,
    ) -> Result<OpenRuns, StoreError> {
        let mut open = open_of_connection(workspace, connection);
        open.insert("started_at", doc! { "$gte": held_before.as_millis() });
        let fields = doc! { "gate": 1, "started_at": 1, "served_at": 1 };
        let found = self.runs.find(open).projection(fields).await?;
        let mut runs: Vec<OpenRun> = collect(found).await?;
        runs.sort_by(|a, b| {
            let turn = |run: &OpenRun| (run.served_at, run.started_at);
            turn(a).cmp(&turn(b)).then_with(|| a.id.cmp(&b.id))
        });
        Ok(OpenRuns { runs, now })
    }

    /// The ids of all open runs of a connection.
    pub(super) async fn every_open_run(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Vec<String>, StoreError> {
        let open = open_of_connection(workspace, connection);
        let found = self.runs.find(open).projection(doc! { "_id": 1 }).await?;
        let found: Vec<Document> = found.try_collect().await?;
        let ids = found.iter().filter_map(|run| run.get_str("_id").ok());
        Ok(ids.map(str::to_owned).collect())
    }

    /// See [`Journal::next_due`](crate::store::Journal::next_due).
    pub(super) async fn next_due(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        now: Timestamp,
        held_before: Timestamp,
    ) -> Result<Option<Due>, StoreError> {
        let runs = self
            .open_runs(workspace, connection, held_before, now)
            .await?;
        if runs.has_gate_that_is_over() {
            return Ok(Some(Due::Gate));
        }
        let open = runs.with_open_gates();
        if self.first_pending(&open).await?.is_some() {
            return Ok(Some(Due::Message(now)));
        }
        let retry = self.first_unconfirmed(workspace, connection, &open).await?;
        let retry = retry.map(|delivery| delivery.retry_at.unwrap_or(now));
        let next = retry.into_iter().chain(runs.next_opening()).min();
        Ok(next.map(Due::Message))
    }

    /// See [`Journal::runs_past_their_gate`](crate::store::Journal::runs_past_their_gate).
    pub(super) async fn past_their_gate(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        now: Timestamp,
    ) -> Result<Vec<Run>, StoreError> {
        let mut over = open_of_connection(workspace, connection);
        over.insert("gate.closes", doc! { "$lte": now.as_millis() });
        let found = self
            .runs
            .find(over)
            .sort(doc! { "started_at": 1, "_id": 1 });
        collect(found.await?).await
    }

    /// See [`Journal::move_gate`](crate::store::Journal::move_gate).
    pub(super) async fn move_gate(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        from: Gate,
        to: Gate,
    ) -> Result<bool, StoreError> {
        let mut open = run_key(workspace, run);
        open.insert("finished_at", Bson::Null);
        open.insert("gate.opens", from.opens.as_millis());
        open.insert("gate.closes", from.closes.as_millis());
        let change = doc! { "$set": { "gate": to_bson(&to)? } };
        let moved = self.runs.update_one(open, change).await?;
        Ok(moved.matched_count == 1)
    }

    /// The first pending delivery of the first of these runs that has one.
    pub(super) async fn first_pending(
        &self,
        runs: &[&str],
    ) -> Result<Option<Delivery>, StoreError> {
        for run in runs {
            let pending = doc! { "run": run, "state.state": "pending" };
            let first = self.deliveries.find_one(pending);
            if let Some(found) = first.sort(doc! { "position": 1 }).await? {
                return from_document(found).map(Some);
            }
        }
        Ok(None)
    }

    /// The unconfirmed delivery of these runs whose time comes first.
    pub(super) async fn first_unconfirmed(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        runs: &[&str],
    ) -> Result<Option<Delivery>, StoreError> {
        let mut unconfirmed = of_connection(workspace, connection);
        unconfirmed.insert("state.state", "unconfirmed");
        unconfirmed.insert("run", doc! { "$in": runs });
        let found = self
            .deliveries
            .find_one(unconfirmed)
            .sort(doc! { "retry_at": 1, "run": 1, "position": 1 })
            .await?;
        found.map(from_document).transpose()
    }

    /// Notes that a run had its turn.
    pub(super) async fn note_turn(&self, run: &str, now: Timestamp) -> Result<(), StoreError> {
        let turn = doc! { "$set": { "served_at": now.as_millis() } };
        self.runs.update_one(doc! { "_id": run }, turn).await?;
        Ok(())
    }
}
