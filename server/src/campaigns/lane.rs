//! What the queue of a connection shares with the rest of the process: its bell, its pace, what it
//! knows of the connection, and the messages whose acknowledgement it waits for.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use arauto_app::domain::{ConnectionId, Delivery, MessageId, RunId, Timestamp, WorkspaceId};
use tokio::sync::{Notify, watch};

use super::pace::Pace;
use super::presence::Presence;

/// The shared side of one connection's queue.
pub(super) struct Lane {
    /// The workspace of the connection.
    pub(super) workspace: WorkspaceId,
    /// The connection.
    pub(super) connection: ConnectionId,
    /// Whether the connection is there, and which runs wait because it was not.
    pub(super) presence: Presence,
    /// How fast it may go on.
    pub(super) pace: Pace,
    bell: Notify,
    inner: Mutex<Inner>,
    /// How many messages are on their way or waited for.
    aloft: watch::Sender<usize>,
}

#[derive(Default)]
struct Inner {
    flights: BTreeMap<MessageId, Flight>,
}

/// A message on its way to WhatsApp, or without an answer from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flight {
    /// The run of its delivery.
    pub(super) run: RunId,
    /// The delivery's place in the run.
    pub(super) position: u32,
    /// How often it was handed over with this id, this time included.
    pub(super) attempts: u32,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Claimed; the hand-over has not ended.
    HandingOver,
    /// Handed over; no answer yet.
    Waiting { since: Timestamp, until: Timestamp },
    /// WhatsApp answered; the answer is not in the store yet.
    Answered,
}

impl Flight {
    /// When it was handed over, once it was and while it waits for an answer.
    pub(super) fn handed_over_at(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Waiting { since, .. } => Some(since),
            Phase::HandingOver | Phase::Answered => None,
        }
    }
}

impl Lane {
    pub(super) fn new(workspace: WorkspaceId, connection: ConnectionId) -> Self {
        Self {
            workspace,
            connection,
            presence: Presence::default(),
            pace: Pace::default(),
            bell: Notify::new(),
            inner: Mutex::default(),
            aloft: watch::Sender::new(0),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the queue that something may have changed. It is not lost when the queue is busy.
    pub(super) fn ring(&self) {
        self.bell.notify_one();
    }

    /// Has the queue look at what is stored of its connection, and go on.
    pub(super) fn look_again(&self) {
        self.presence.ask_again();
        self.pace.ask_again();
        self.ring();
    }

    /// Returns once somebody rang since the last time.
    pub(super) async fn rung(&self) {
        self.bell.notified().await;
    }

    /// A delivery was claimed and is about to be handed over.
    pub(super) fn take_off(&self, message: &MessageId, delivery: &Delivery) {
        let flight = Flight {
            run: delivery.run,
            position: delivery.position,
            attempts: delivery.attempts_with_this_id(),
            phase: Phase::HandingOver,
        };
        let mut inner = self.lock();
        inner.flights.insert(message.clone(), flight);
        self.aloft.send_replace(inner.flights.len());
    }

    /// The hand-over ended well: from now on WhatsApp has until `until` to answer. An answer that
    /// was faster than the hand-over's own end stays.
    pub(super) fn handed_over(&self, message: &MessageId, since: Timestamp, until: Timestamp) {
        if let Some(flight) = self.lock().flights.get_mut(message)
            && flight.phase == Phase::HandingOver
        {
            flight.phase = Phase::Waiting { since, until };
        }
    }

    /// WhatsApp told something about a message: it is no longer overdue.
    pub(super) fn answered(&self, message: &MessageId) {
        if let Some(flight) = self.lock().flights.get_mut(message) {
            flight.phase = Phase::Answered;
        }
    }

    /// What became of a message is in the store: nothing is left to remember.
    pub(super) fn land(&self, message: &MessageId) {
        let mut inner = self.lock();
        inner.flights.remove(message);
        self.aloft.send_replace(inner.flights.len());
    }

    /// Returns once no message is on its way or waited for.
    pub(super) async fn at_rest(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.aloft.subscribe().wait_for(|aloft| *aloft == 0).await;
    }

    /// Waits for no answer any more: another server does.
    pub(super) fn forget_flights(&self) {
        self.lock().flights.clear();
        self.aloft.send_replace(0);
    }

    /// Whether a message is on its way or waited for.
    pub(super) fn is_in_flight(&self, message: &MessageId) -> bool {
        self.lock().flights.contains_key(message)
    }

    /// The messages whose answer should have come by `now`.
    pub(super) fn overdue(&self, now: Timestamp) -> Vec<(MessageId, Flight)> {
        let inner = self.lock();
        let late =
            |flight: &Flight| matches!(flight.phase, Phase::Waiting { until, .. } if until <= now);
        inner
            .flights
            .iter()
            .filter(|(_, flight)| late(flight))
            .map(|(message, flight)| (message.clone(), flight.clone()))
            .collect()
    }

    /// When the next answer is overdue.
    pub(super) fn next_deadline(&self) -> Option<Timestamp> {
        let until = |flight: &Flight| match flight.phase {
            Phase::Waiting { until, .. } => Some(until),
            Phase::HandingOver | Phase::Answered => None,
        };
        self.lock().flights.values().filter_map(until).min()
    }
}

#[cfg(test)]
mod tests {
    use arauto_app::domain::{DeliveryId, DeliveryState};

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(second)
    }

    fn lane_with(message: &MessageId) -> Lane {
        let (workspace, connection) = (
            WorkspaceId::new(at(0), [1; 10]),
            ConnectionId::new(at(0), [2; 10]),
        );
        let lane = Lane::new(workspace, connection);
        let delivery = Delivery {
            id: DeliveryId::new(at(0), [3; 10]),
            workspace,
            run: RunId::new(at(0), [4; 10]),
            connection,
            position: 0,
            target: "1@g.us".parse().unwrap(),
            target_name: "Bairro".into(),
            members: 40,
            variant: 0,
            seed: arauto_app::domain::wording::Seed::default(),
            first_at: None,
            state: DeliveryState::Sending,
            message_id: Some(message.clone()),
            attempts: 1,
            earlier: Vec::new(),
            retry_at: None,
            attempted_at: Some(at(0)),
            sent_at: None,
            delivered_at: None,
            read_at: None,
            failed_at: None,
        };
        lane.take_off(message, &delivery);
        lane
    }

    #[test]
    fn only_a_message_that_was_handed_over_and_not_answered_is_overdue() {
        let message = MessageId::new([7; 9]);
        let lane = lane_with(&message);
        assert_eq!(lane.next_deadline(), None, "an upload may take its time");
        lane.handed_over(&message, at(1), at(61));
        assert_eq!(lane.next_deadline(), Some(at(61)));
        assert!(lane.overdue(at(60)).is_empty());
        assert_eq!(lane.overdue(at(61)).len(), 1);
        lane.answered(&message);
        assert!(lane.overdue(at(61)).is_empty());
        assert!(
            lane.is_in_flight(&message),
            "its answer is not in the store yet"
        );
        lane.land(&message);
        assert!(!lane.is_in_flight(&message));
    }

    #[tokio::test]
    async fn what_another_server_waits_for_neither_wakes_nor_keeps_this_one() {
        let message = MessageId::new([7; 9]);
        let lane = lane_with(&message);
        lane.handed_over(&message, at(1), at(61));
        lane.forget_flights();
        assert_eq!(lane.next_deadline(), None);
        lane.at_rest().await;
    }

    #[test]
    fn an_answer_faster_than_the_end_of_the_hand_over_counts() {
        let message = MessageId::new([7; 9]);
        let lane = lane_with(&message);
        lane.answered(&message);
        lane.handed_over(&message, at(1), at(61));
        assert!(lane.overdue(at(100)).is_empty());
    }
}
