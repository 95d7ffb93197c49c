//! The open runs of a connection in MongoDB, and which of them has its turn.

use arauto_app::domain::{
    ConnectionId, Delivery, Gate, Pacing, Run, RunId, Timestamp, WorkspaceId,
};
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
    pace: Option<Pacing>,
    rests_until: Timestamp,
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

    /// Those of [`with_open_gates`](Self::with_open_gates) that do not rest by their own pace.
    pub(super) fn rested(&self) -> Vec<&str> {
        let is_rested = |run: &&OpenRun| run.gate.is_open_at(self.now) && !self.rests(run);
        let rested = self.runs.iter().filter(is_rested);
        rested.map(|run| run.id.as_str()).collect()
    }

    /// The run of that id, if it has a pace of its own.
    pub(super) fn with_a_pace(&self, id: RunId) -> Option<&OpenRun> {
        let id = id.to_string();
        let mut runs = self.runs.iter();
        runs.find(|run| run.id == id && run.pace.is_some())
    }

    fn rests(&self, run: &OpenRun) -> bool {
        run.rests_until > self.now
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
        let fields = doc! {
            "gate": 1, "started_at": 1, "served_at": 1, "pace": 1, "rests_until": 1,
        };
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
        let pending = self.first_pending(connection, &runs.rested()).await?;
        if pending.is_some() {
            return Ok(Some(Due::Message(now)));
        }
        let retry = self.first_unconfirmed(workspace, connection, &open).await?;
        let retry = retry.map(|delivery| delivery.retry_at.unwrap_or(now));
        let rested = self.first_rested(connection, &runs).await?;
        let later = runs.next_opening().into_iter().chain(rested);
        Ok(retry.into_iter().chain(later).min().map(Due::Message))
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

    /// When the first of the runs that rest by their own pace, and have something pending for the
    /// connection, goes on.
    async fn first_rested(
        &self,
        connection: ConnectionId,
        runs: &OpenRuns,
    ) -> Result<Option<Timestamp>, StoreError> {
        let is_resting = |run: &&OpenRun| run.gate.is_open_at(runs.now) && runs.rests(run);
        let mut first: Option<Timestamp> = None;
        for run in runs.runs.iter().filter(is_resting) {
            let is_sooner = first.is_none_or(|first| run.rests_until < first);
            if is_sooner && self.first_pending(connection, &[&run.id]).await?.is_some() {
                first = Some(run.rests_until);
            }
        }
        Ok(first)
    }

    /// Has a run with a pace of its own rest after a message that is about to be claimed. Tells whether it
    /// still was as it was read: of two connections that send it, one has this turn.
    pub(super) async fn note_rest(
        &self,
        run: &OpenRun,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Some(pace) = run.pace else {
            return Ok(true);
        };
        let until = now.plus(pace.following_from(delivery.seed));
        let as_read = doc! { "_id": &run.id, "rests_until": run.rests_until.as_millis() };
        let rest = doc! { "$set": { "rests_until": until.as_millis() } };
        let noted = self.runs.update_one(as_read, rest).await?;
        Ok(noted.matched_count == 1)
    }

    /// The connection's first pending delivery of the first of these runs that has one.
    pub(super) async fn first_pending(
        &self,
        connection: ConnectionId,
        runs: &[&str],
    ) -> Result<Option<Delivery>, StoreError> {
        for run in runs {
            let pending = doc! {
                "run": run, "connection": connection.to_string(), "state.state": "pending",
            };
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
