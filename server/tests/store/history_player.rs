//! Plays a history on a store and on the model, and compares them.

use std::collections::BTreeSet;

use arauto::store::{DeliveryUpdate, Store, StoreError};
use arauto_app::domain::{
    ConnectionId, DeliveryEvent, Gate, MessageId, Run, RunId, RunOrigin, WorkspaceId,
};
use proptest::prelude::*;

use super::history_calls::{Call, Span};
use super::model::Model;
use super::samples::{
    NOTHING_HELD, at, connection_id, deliveries, first_lease, hold, message_id, run, workspace_id,
};

/// Plays calls on a store and on a model.
pub struct Player<'a> {
    store: &'a Store,
    model: Model,
    workspace: WorkspaceId,
    connections: [ConnectionId; 2],
    runs: Vec<Run>,
    messages: Vec<MessageId>,
}

fn set(runs: impl IntoIterator<Item = RunId>) -> BTreeSet<RunId> {
    runs.into_iter().collect()
}

impl<'a> Player<'a> {
    /// A store that holds two connections, and an empty model.
    pub async fn new(store: &'a Store) -> Self {
        let (workspace, connections) = (workspace_id(), [connection_id(), connection_id()]);
        for connection in connections {
            hold(store, workspace, connection).await;
        }
        Self {
            store,
            model: Model::default(),
            workspace,
            connections,
            runs: Vec::new(),
            messages: vec![message_id()],
        }
    }

    /// Plays one call on both.
    pub async fn play(&mut self, call: Call, now: i64) -> Result<(), TestCaseError> {
        let journal = &self.store.journal;
        let workspace = self.workspace;
        match call {
            Call::Begin { .. } => self.begin(call, now).await?,
            Call::Claim { connection, held } => {
                let (connection, fresh) = (self.connections[connection], message_id());
                let held_before = held.map_or(NOTHING_HELD, |age| at(now - age));
                let claimed = journal
                    .claim_due(
                        &first_lease(workspace, connection),
                        at(now),
                        held_before,
                        &fresh,
                    )
                    .await
                    .unwrap();
                let expected = self
                    .model
                    .claim_due(connection, at(now), held_before, &fresh);
                prop_assert_eq!(&claimed, &expected);
                self.messages
                    .extend(claimed.and_then(|delivery| delivery.message_id));
            }
            Call::Record { connection, news } => {
                let connection = self.connections[connection];
                let updates = self.updates(&news, now);
                let changed = journal
                    .record(workspace, connection, &updates)
                    .await
                    .unwrap();
                prop_assert_eq!(set(changed), set(self.model.record(connection, &updates)));
            }
            Call::MarkUnconfirmed {
                connection,
                age,
                pause,
            } => {
                let (connection, by, retry) =
                    (self.connections[connection], at(now - age), at(now + pause));
                let changed = journal
                    .mark_unconfirmed(workspace, connection, by, retry)
                    .await
                    .unwrap();
                prop_assert_eq!(
                    set(changed),
                    set(self.model.mark_unconfirmed(connection, by, retry))
                );
            }
            Call::RecordAllOpen { connection, event } => {
                let connection = self.connections[connection];
                let changed = journal
                    .record_all_open(workspace, connection, event, at(now))
                    .await
                    .unwrap();
                prop_assert_eq!(
                    set(changed),
                    set(self.model.record_all_open(connection, event, at(now)))
                );
            }
            Call::RecordAllPending {
                connection,
                age,
                event,
            } => {
                let (connection, before) = (self.connections[connection], at(now - age));
                let changed = journal
                    .record_all_pending(workspace, connection, before, event, at(now))
                    .await
                    .unwrap();
                let expected = self
                    .model
                    .record_all_pending(connection, before, event, at(now));
                prop_assert_eq!(set(changed), set(expected));
            }
            Call::RecordAt { .. }
            | Call::RecordPendingOf { .. }
            | Call::MoveGate { .. }
            | Call::Renew { .. }
            | Call::Presume { .. }
            | Call::Finish { .. }
            | Call::Delete { .. } => {
                self.play_on_a_run(call, now).await?;
            }
        }
        Ok(())
    }

    async fn begin(&mut self, call: Call, now: i64) -> Result<(), TestCaseError> {
        let (journal, workspace) = (&self.store.journal, self.workspace);
        let Call::Begin {
            connection,
            deliveries: count,
            again,
            scheduled,
            gate,
        } = call
        else {
            return Ok(());
        };
        let mut new = run(workspace, self.connections[connection], now);
        new.gate = gate.gate(now);
        if let Some(late) = scheduled {
            new.origin = RunOrigin::Schedule;
            new.due_at = at(now - late);
        }
        if again && let Some(first) = self.runs.first() {
            new.campaign = first.campaign;
            new.number = first.number + u32::from(scheduled.is_some());
        }
        let new_deliveries = deliveries(&new, count);
        let begun = journal.begin_run(&new, &new_deliveries).await;
        let expected = self.model.begin_run(&new, &new_deliveries);
        prop_assert_eq!(begun.is_ok(), expected);
        prop_assert!(expected || matches!(begun, Err(StoreError::Conflict(_))));
        if expected {
            self.runs.push(new);
        }
        Ok(())
    }

    async fn play_on_a_run(&mut self, call: Call, now: i64) -> Result<(), TestCaseError> {
        let (journal, workspace) = (&self.store.journal, self.workspace);
        let (Call::RecordAt { run: index, .. }
        | Call::RecordPendingOf { run: index, .. }
        | Call::MoveGate { run: index, .. }
        | Call::Renew { run: index, .. }
        | Call::Presume { run: index }
        | Call::Finish { run: index }
        | Call::Delete { run: index }) = call
        else {
            return Ok(());
        };
        let Some(run) = self.runs.get(index).cloned() else {
            return Ok(());
        };
        match call {
            Call::RecordAt {
                position, event, ..
            } => {
                let changed = journal
                    .record_at(workspace, run.id, position, event, at(now))
                    .await
                    .unwrap();
                prop_assert_eq!(
                    changed,
                    self.model.record_at(run.id, position, event, at(now))
                );
            }
            Call::RecordPendingOf { event, .. } => {
                let changed = journal
                    .record_pending_of(workspace, run.id, event, at(now))
                    .await
                    .unwrap();
                let expected = self.model.record_pending_of(run.id, event, at(now));
                prop_assert_eq!(changed, expected);
            }
            Call::MoveGate { gate, knowing, .. } => {
                let known = self.model.runs.iter().find(|known| known.id == run.id);
                let present = known.map_or(Gate::OPEN, |known| known.gate);
                let from = if knowing {
                    present
                } else {
                    Span::Between(7, 8).gate(now)
                };
                let to = gate.gate(now);
                let moved = journal
                    .move_gate(workspace, run.id, from, to)
                    .await
                    .unwrap();
                prop_assert_eq!(moved, self.model.move_gate(run.id, from, to));
            }
            Call::Renew { .. } => self.renew(call, run.id, now).await?,
            Call::Presume { .. } => {
                let presumed = journal.presume(workspace, run.id, at(now)).await;
                prop_assert_eq!(presumed.unwrap(), self.model.presume(run.id, at(now)));
            }
            Call::Finish { .. } => {
                let finished = journal
                    .finish_run(workspace, run.id, at(now))
                    .await
                    .unwrap();
                prop_assert_eq!(finished, self.model.finish_run(run.id, at(now)));
            }
            _ => {
                journal.delete_runs(workspace, run.campaign).await.unwrap();
                self.model.delete_runs(run.campaign);
            }
        }
        Ok(())
    }

    async fn renew(&mut self, call: Call, run: RunId, now: i64) -> Result<(), TestCaseError> {
        let (journal, workspace) = (&self.store.journal, self.workspace);
        let Call::Renew {
            action,
            gate,
            knowing,
            ..
        } = call
        else {
            return Ok(());
        };
        let ended = journal.repeatable(workspace, run, action).await.unwrap();
        prop_assert_eq!(&ended, &self.model.repeatable(run, action));
        let positions: Vec<u32> = ended.iter().map(|delivery| delivery.position).collect();
        let stored = journal.run(workspace, run).await.unwrap();
        let present = stored.map_or(0, |run| run.reopened);
        let seen = if knowing { present } else { present + 7 };
        let gate = gate.gate(now);
        let renewed = journal
            .renew(workspace, run, seen, &positions, gate, at(now))
            .await
            .unwrap();
        let stored = journal.run(workspace, run).await.unwrap();
        let reopened = stored.map_or(0, |run| run.reopened);
        prop_assert_eq!(reopened > present, knowing && self.model.knows(run));
        let expected = self.model.renew(run, knowing, &positions, gate, at(now));
        self.model.note_reopened(run, reopened);
        prop_assert_eq!(renewed, expected);
        Ok(())
    }

    fn updates(&self, news: &[(usize, DeliveryEvent)], now: i64) -> Vec<DeliveryUpdate> {
        news.iter()
            .map(|(index, event)| DeliveryUpdate {
                member: None,
                message: self.messages[index % self.messages.len()].clone(),
                event: *event,
                at: at(now),
            })
            .collect()
    }

    /// What both tell has to be the same.
    pub async fn compare(&self, now: i64) -> Result<(), TestCaseError> {
        let (journal, workspace) = (&self.store.journal, self.workspace);
        for Run { id, .. } in self.runs.iter().rev().take(3) {
            let expected = self.model.runs.iter().find(|run| run.id == *id);
            let stored = journal.run(workspace, *id).await.unwrap();
            prop_assert_eq!(stored.as_ref(), expected);
            prop_assert_eq!(
                journal.deliveries(workspace, *id).await.unwrap(),
                self.model.deliveries(*id)
            );
            prop_assert_eq!(
                journal.tally(workspace, *id).await.unwrap(),
                self.model.tally(*id)
            );
        }
        for connection in self.connections {
            for held_before in [NOTHING_HELD, at(now - 3)] {
                let due = journal
                    .next_due(workspace, connection, at(now), held_before)
                    .await
                    .unwrap();
                let expected = self.model.next_due(connection, at(now), held_before);
                prop_assert_eq!(due, expected);
            }
            let over = journal
                .runs_past_their_gate(workspace, connection, at(now))
                .await;
            prop_assert_eq!(
                over.unwrap(),
                self.model.past_their_gate(connection, at(now))
            );
            let backlog = journal
                .backlog(workspace, connection, at(now - 1))
                .await
                .unwrap();
            prop_assert_eq!(backlog, self.model.backlog(connection, at(now - 1)));
        }
        Ok(())
    }
}
