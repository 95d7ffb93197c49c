//! Any history of calls leaves the store as it leaves the model.

use std::collections::BTreeSet;

use arauto::store::{DeliveryUpdate, Store, StoreError};
use arauto_app::domain::{
    ConnectionId, DeliveryEvent, FailureReason, Gate, MessageId, RepeatAction, Run, RunId,
    RunOrigin, WorkspaceId,
};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::home::Home;
use super::model::Model;
use super::samples::{
    NOTHING_HELD, at, connection_id, deliveries, first_lease, hold, message_id, run, workspace_id,
};

/// One call. Numbers choose among what there is at that moment.
#[derive(Clone, Debug)]
enum Call {
    Begin {
        connection: usize,
        deliveries: u32,
        again: bool,
        /// It is the schedule's, and due so long ago.
        scheduled: Option<i64>,
        gate: Span,
    },
    Claim {
        connection: usize,
        /// How long ago the runs that wait began at least, if any do.
        held: Option<i64>,
    },
    Record {
        connection: usize,
        news: Vec<(usize, DeliveryEvent)>,
    },
    MarkUnconfirmed {
        connection: usize,
        age: i64,
        pause: i64,
    },
    RecordAt {
        run: usize,
        position: u32,
        event: DeliveryEvent,
    },
    RecordAllOpen {
        connection: usize,
        event: DeliveryEvent,
    },
    RecordAllPending {
        connection: usize,
        age: i64,
        event: DeliveryEvent,
    },
    RecordPendingOf {
        run: usize,
        event: DeliveryEvent,
    },
    MoveGate {
        run: usize,
        gate: Span,
        /// The caller knows the present one.
        knowing: bool,
    },
    Renew {
        run: usize,
        action: RepeatAction,
        gate: Span,
        /// The caller knows how often it was opened.
        knowing: bool,
    },
    Presume {
        run: usize,
    },
    Finish {
        run: usize,
    },
    Delete {
        run: usize,
    },
}

/// A gate, seen from the present.
#[derive(Clone, Copy, Debug)]
enum Span {
    Open,
    Shut,
    Between(i64, i64),
}

impl Span {
    fn gate(self, now: i64) -> Gate {
        match self {
            Self::Open => Gate::OPEN,
            Self::Shut => Gate::SHUT,
            Self::Between(opens, closes) => Gate {
                opens: at(now + opens),
                closes: at(now + closes),
            },
        }
    }
}

fn any_gate() -> impl Strategy<Value = Span> {
    prop_oneof![
        5 => Just(Span::Open),
        1 => Just(Span::Shut),
        3 => (-3..6_i64, 1..6_i64).prop_map(|(opens, span)| Span::Between(opens, opens + span)),
    ]
}

fn any_event() -> impl Strategy<Value = DeliveryEvent> {
    prop_oneof![
        Just(DeliveryEvent::Claimed),
        Just(DeliveryEvent::DeadlinePassed),
        Just(DeliveryEvent::Acknowledged),
        Just(DeliveryEvent::Received),
        Just(DeliveryEvent::Read),
        Just(DeliveryEvent::GivenUp),
        (0..999_u16).prop_map(|code| DeliveryEvent::Refused(FailureReason::Refused { code })),
    ]
}

fn any_action() -> impl Strategy<Value = RepeatAction> {
    prop_oneof![Just(RepeatAction::Failures), Just(RepeatAction::Unanswered)]
}

fn any_news() -> impl Strategy<Value = Vec<(usize, DeliveryEvent)>> {
    // News of claims do not exist: a claim is a call of its own.
    let event = any_event().prop_filter("no claim", |event| *event != DeliveryEvent::Claimed);
    prop::collection::vec((0..12_usize, event), 0..5)
}

fn any_call() -> impl Strategy<Value = Call> {
    let connection = 0..2_usize;
    prop_oneof![
        2 => (
            connection.clone(),
            0..4_u32,
            prop::bool::weighted(0.2),
            prop::option::weighted(0.5, 0..3_i64),
            any_gate(),
        )
            .prop_map(|(connection, deliveries, again, scheduled, gate)| Call::Begin {
                connection, deliveries, again, scheduled, gate
            }),
        6 => (connection.clone(), prop::option::weighted(0.2, 0..9_i64))
            .prop_map(|(connection, held)| Call::Claim { connection, held }),
        4 => (connection.clone(), any_news())
            .prop_map(|(connection, news)| Call::Record { connection, news }),
        3 => (connection.clone(), 0..5_i64, 0..9_i64).prop_map(
            |(connection, age, pause)| Call::MarkUnconfirmed { connection, age, pause }),
        1 => (0..4_usize, 0..4_u32, any_news()).prop_map(|(run, position, news)| Call::RecordAt {
            run,
            position,
            event: news.first().map_or(DeliveryEvent::Acknowledged, |(_, event)| *event),
        }),
        1 => (connection.clone(), any_news()).prop_map(|(connection, news)| Call::RecordAllOpen {
            connection,
            event: news.first().map_or(DeliveryEvent::DeadlinePassed, |(_, event)| *event),
        }),
        1 => (connection, 0..9_i64, any_news()).prop_map(|(connection, age, news)| {
            let event = news.first().map_or(DeliveryEvent::DeadlinePassed, |(_, event)| *event);
            Call::RecordAllPending { connection, age, event }
        }),
        1 => (0..4_usize, any_news()).prop_map(|(run, news)| Call::RecordPendingOf {
            run,
            event: news.first().map_or(DeliveryEvent::DeadlinePassed, |(_, event)| *event),
        }),
        2 => (0..4_usize, any_gate(), prop::bool::weighted(0.8))
            .prop_map(|(run, gate, knowing)| Call::MoveGate { run, gate, knowing }),
        2 => (0..4_usize, any_action(), any_gate(), prop::bool::weighted(0.8))
            .prop_map(|(run, action, gate, knowing)| Call::Renew { run, action, gate, knowing }),
        1 => (0..4_usize).prop_map(|run| Call::Presume { run }),
        2 => (0..4_usize).prop_map(|run| Call::Finish { run }),
        1 => (0..4_usize).prop_map(|run| Call::Delete { run }),
    ]
}

pub async fn any_history_equals_the_models(home: Home) {
    // Each step is durable in MongoDB, which takes its time.
    let cases = if home.url.starts_with("sqlite") {
        48
    } else {
        16
    };
    let runtime = tokio::runtime::Handle::current();
    let histories = tokio::task::spawn_blocking(move || {
        let config = ProptestConfig {
            cases,
            failure_persistence: None,
            max_shrink_iters: 200,
            ..ProptestConfig::default()
        };
        let history = prop::collection::vec(any_call(), 1..40);
        TestRunner::new(config).run(&history, |calls| {
            runtime.block_on(async {
                let mut player = Player::new(&home.store).await;
                for (now, call) in (0..).zip(calls) {
                    player.play(call, now).await?;
                    player.compare(now).await?;
                }
                Ok(())
            })
        })
    });
    histories
        .await
        .unwrap()
        .unwrap_or_else(|failure| panic!("{failure}"));
}

/// Plays calls on a store and on a model.
struct Player<'a> {
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
    async fn new(store: &'a Store) -> Self {
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

    async fn play(&mut self, call: Call, now: i64) -> Result<(), TestCaseError> {
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

    async fn compare(&self, now: i64) -> Result<(), TestCaseError> {
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
