//! What changes deliveries in MongoDB.
//!
//! The rules of a delivery's life are the domain's alone: a change reads the delivery, lets the
//! domain apply the event, and writes on the condition that the delivery is still as it was read.
//! Whoever loses that race reads again.

use arauto_app::domain::{
    ConnectionId, Delivery, DeliveryEvent, DeliveryState, MessageId, RunId, Timestamp, WorkspaceId,
};
use mongodb::Collection;
use mongodb::bson::{Document, doc};

use super::MongoStore;
use super::delivery_search::delivery_document;
use super::documents::{collect, from_document, to_bson};
use super::error::naming_conflict;
use crate::store::{DeliveryUpdate, Lease, StoreError};

/// The words of the states in which a run still has to do something about a delivery.
pub(super) const OPEN_STATES: [&str; 3] = ["pending", "sending", "unconfirmed"];

/// The collections of the journal.
pub(super) struct Writes {
    pub(super) runs: Collection<Document>,
    pub(super) deliveries: Collection<Document>,
    pub(super) receipts: Collection<Document>,
}

impl MongoStore {
    pub(super) fn journal_writes(&self) -> Writes {
        Writes {
            runs: self.collection("runs"),
            deliveries: self.collection("deliveries"),
            receipts: self.collection("receipts"),
        }
    }
}

impl Writes {
    /// See [`Journal::begin_run`](crate::store::Journal::begin_run). The run comes last and makes
    /// its deliveries visible.
    pub(super) async fn begin_run(
        &self,
        id: RunId,
        run: Document,
        deliveries: Vec<Document>,
    ) -> Result<(), StoreError> {
        if !deliveries.is_empty() {
            self.deliveries
                .insert_many(deliveries)
                .await
                .map_err(naming_conflict("the delivery exists already"))?;
        }
        let begun = self.runs.insert_one(run).await;
        let begun = begun.map_err(naming_conflict("the campaign has this run already"));
        if matches!(begun, Err(StoreError::Conflict(_))) {
            let this = doc! { "_id": id.to_string() };
            if self.runs.find_one(this).await?.is_none() {
                let lost = doc! { "run": id.to_string() };
                self.deliveries.delete_many(lost).await?;
            }
        }
        begun.map(drop)
    }

    /// One delivery of a visible run.
    pub(super) async fn delivery_at(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        position: u32,
    ) -> Result<Option<Delivery>, StoreError> {
        let visible = doc! { "_id": run.to_string(), "workspace": workspace.to_string() };
        if self.runs.find_one(visible).await?.is_none() {
            return Ok(None);
        }
        let place = doc! { "run": run.to_string(), "position": i64::from(position) };
        let found = self.deliveries.find_one(place).await?;
        found.map(from_document).transpose()
    }

    /// See [`Journal::claim_due`](crate::store::Journal::claim_due).
    pub(super) async fn claim(
        &self,
        lease: &Lease,
        now: Timestamp,
        held_before: Timestamp,
        fresh: &MessageId,
    ) -> Result<Option<Delivery>, StoreError> {
        let (workspace, connection) = (lease.workspace, lease.connection);
        loop {
            let runs = self
                .open_runs(workspace, connection, held_before, now)
                .await?;
            let open = runs.with_open_gates();
            let mut due = self.first_unconfirmed(workspace, connection, &open).await?;
            if due.as_ref().is_none_or(|due| due.retry_at > Some(now)) {
                due = self.first_pending(connection, &runs.rested()).await?;
            }
            let Some(before) = due else {
                return Ok(None);
            };
            // The rest is noted first: a crash before the claim makes the run slower, never faster.
            if before.state == DeliveryState::Pending
                && let Some(run) = runs.with_a_pace(before.run)
                && !self.note_rest(run, &before, now).await?
            {
                continue;
            }
            let mut claimed = before.clone();
            claimed.message_id.get_or_insert_with(|| fresh.clone());
            if claimed.apply(DeliveryEvent::Claimed, now)
                && self.write_if_unchanged(&before, &claimed).await?
            {
                if runs.have_turns() {
                    self.note_turn(&claimed.run.to_string(), now).await?;
                }
                return Ok(Some(claimed));
            }
        }
    }

    /// See [`Journal::record`](crate::store::Journal::record).
    pub(super) async fn record(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        updates: &[DeliveryUpdate],
    ) -> Result<Vec<RunId>, StoreError> {
        let named: Vec<&str> = updates.iter().map(|u| u.message.as_str()).collect();
        let whose = |id: &str| {
            let mut filter = of_connection(workspace, connection);
            filter.insert(id, doc! { "$in": &named });
            filter
        };
        let filter = doc! { "$or": [whose("message_id"), whose("earlier.id")] };
        let mut changed = Vec::new();
        for delivery in collect::<Delivery>(self.deliveries.find(filter).await?).await? {
            let run = delivery.run;
            let hear_all = |delivery: &mut Delivery| {
                let mut changed = false;
                for update in updates {
                    changed |= delivery.hear(&update.message, update.event, update.at);
                }
                changed
            };
            let mut heard = delivery.clone();
            let moved = hear_all(&mut heard) && self.change(delivery, hear_all).await?;
            if self.note_receipts(&heard, updates).await? || moved {
                note(&mut changed, run);
            }
        }
        Ok(changed)
    }

    /// See [`Journal::mark_unconfirmed`](crate::store::Journal::mark_unconfirmed).
    pub(super) async fn mark_unconfirmed(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        handed_over_by: Timestamp,
        retry_at: Timestamp,
    ) -> Result<Vec<RunId>, StoreError> {
        let mut overdue = of_connection(workspace, connection);
        overdue.insert("state.state", "sending");
        overdue.insert("attempted_at", doc! { "$lte": handed_over_by.as_millis() });
        let mut changed = Vec::new();
        for delivery in collect::<Delivery>(self.deliveries.find(overdue).await?).await? {
            let run = delivery.run;
            let expire = |delivery: &mut Delivery| {
                // Claimed again in the meantime, it has a new deadline.
                let overdue = delivery.attempted_at <= Some(handed_over_by);
                let expired =
                    overdue && delivery.apply(DeliveryEvent::DeadlinePassed, handed_over_by);
                if expired {
                    delivery.retry_at = Some(retry_at);
                }
                expired
            };
            if self.change(delivery, expire).await? {
                note(&mut changed, run);
            }
        }
        Ok(changed)
    }

    /// See [`Journal::record_all_open`](crate::store::Journal::record_all_open).
    pub(super) async fn record_all_open(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<Vec<RunId>, StoreError> {
        let runs = self.every_open_run(workspace, connection).await?;
        let open = doc! {
            "run": { "$in": runs },
            "connection": connection.to_string(),
            "state.state": { "$in": OPEN_STATES.to_vec() },
        };
        let mut changed = Vec::new();
        for delivery in collect::<Delivery>(self.deliveries.find(open).await?).await? {
            let run = delivery.run;
            let apply = |delivery: &mut Delivery| {
                // What was settled in the meantime is no longer meant.
                delivery.state.is_open() && delivery.apply(event, at)
            };
            if self.change(delivery, apply).await? {
                note(&mut changed, run);
            }
        }
        Ok(changed)
    }

    /// Changes a delivery that was just read; tells whether that changed it.
    pub(super) async fn change(
        &self,
        mut before: Delivery,
        change: impl Fn(&mut Delivery) -> bool,
    ) -> Result<bool, StoreError> {
        loop {
            let mut after = before.clone();
            if !change(&mut after) {
                return Ok(false);
            }
            if self.write_if_unchanged(&before, &after).await? {
                return Ok(true);
            }
            let key = doc! { "_id": before.id.to_string() };
            match self.deliveries.find_one(key).await? {
                Some(present) => before = from_document(present)?,
                None => return Ok(false),
            }
        }
    }

    /// Every change moves the state, the attempts (with a claim), or what is known of the messages
    /// before: these tell whether a delivery is as it was read.
    async fn write_if_unchanged(
        &self,
        before: &Delivery,
        after: &Delivery,
    ) -> Result<bool, StoreError> {
        let unchanged = doc! {
            "_id": before.id.to_string(),
            "state": to_bson(&before.state)?,
            "attempts": i64::from(before.attempts),
            "earlier": to_bson(&before.earlier)?,
        };
        let replaced = self
            .deliveries
            .replace_one(unchanged, delivery_document(after)?)
            .await
            .map_err(naming_conflict("another delivery has this message id"))?;
        Ok(replaced.matched_count == 1)
    }
}

/// One run of a workspace.
pub(super) fn run_key(workspace: WorkspaceId, id: RunId) -> Document {
    doc! { "_id": id.to_string(), "workspace": workspace.to_string() }
}

pub(super) fn of_connection(workspace: WorkspaceId, connection: ConnectionId) -> Document {
    doc! { "workspace": workspace.to_string(), "connection": connection.to_string() }
}

/// The runs that a connection sends, alone or beside others, and that are not finished. The index on
/// open runs finds those of the workspace, which are few.
pub(super) fn open_of_connection(workspace: WorkspaceId, connection: ConnectionId) -> Document {
    let connection = connection.to_string();
    doc! {
        "finished_at": mongodb::bson::Bson::Null,
        "workspace": workspace.to_string(),
        "$or": [{ "connection": &connection }, { "also.connection": &connection }],
    }
}

pub(super) fn note(changed: &mut Vec<RunId>, run: RunId) {
    if !changed.contains(&run) {
        changed.push(run);
    }
}
