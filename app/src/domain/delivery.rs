//! One message of a run to one target, and how far it got.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::wording::Seed;
use super::{ConnectionId, DeliveryId, FailureReason, Recipient, RunId, Timestamp, WorkspaceId};

/// The id of a message on WhatsApp. Chosen by us and stored before the first byte is sent; every
/// retry reuses it, so that no phone shows the message twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(String);

impl MessageId {
    /// Makes an id in the form of WhatsApp Web's: `3EB0` and 18 upper-case hexadecimal digits.
    pub fn new(random: [u8; 9]) -> Self {
        let mut id = String::from("3EB0");
        for byte in random {
            // Writing into a text never fails.
            let _ = write!(id, "{byte:02X}");
        }
        Self(id)
    }

    /// Wraps an id that a stanza or the store named.
    pub fn from_wire(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The id as stanzas write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for MessageId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// How far a delivery got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waits for its turn.
    Pending,
    /// Its message id is stored; bytes may have left, no acknowledgement has come.
    Sending,
    /// No acknowledgement within the deadline. It is sent again, with the same id.
    Unconfirmed,
    /// WhatsApp's server acknowledged the message id.
    Sent,
    /// A member's device received it.
    Delivered,
    /// A member read it.
    Read,
    /// It will not arrive.
    Failed(FailureReason),
    /// It was never tried.
    Skipped(FailureReason),
    /// No acknowledgement came, however often it was sent. It may have arrived: its owner decides.
    Unanswered,
    /// Its owner takes it as sent, although no acknowledgement came.
    Presumed,
}

impl DeliveryState {
    /// Whether the run still has to do something about it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Sending | Self::Unconfirmed)
    }

    /// Whether WhatsApp's server acknowledged it.
    pub const fn is_acknowledged(self) -> bool {
        matches!(self, Self::Sent | Self::Delivered | Self::Read)
    }

    /// The state after `event`, or `None` when the event changes nothing.
    ///
    /// Acknowledgements and receipts come in any order and more than once, so a delivery only ever
    /// moves forward: a receipt that names the id proves the acknowledgement, and a late refusal
    /// never undoes what a receipt proved. Only its owner leads it back into the queue, once WhatsApp
    /// refused it or never answered.
    #[must_use]
    pub const fn after(self, event: DeliveryEvent) -> Option<Self> {
        use DeliveryState as S;
        Some(match (self, event) {
            (S::Pending | S::Unconfirmed, DeliveryEvent::Claimed) => S::Sending,
            (S::Sending, DeliveryEvent::DeadlinePassed) => S::Unconfirmed,
            (S::Sending | S::Unconfirmed, DeliveryEvent::GivenUp) => S::Unanswered,
            (
                S::Sending | S::Unconfirmed | S::Unanswered | S::Presumed,
                DeliveryEvent::Acknowledged,
            ) => S::Sent,
            (
                S::Sending | S::Unconfirmed | S::Unanswered | S::Presumed | S::Sent,
                DeliveryEvent::Received,
            ) => S::Delivered,
            (
                S::Sending | S::Unconfirmed | S::Unanswered | S::Presumed | S::Sent | S::Delivered,
                DeliveryEvent::Read,
            ) => S::Read,
            (
                S::Sending | S::Unconfirmed | S::Unanswered | S::Presumed,
                DeliveryEvent::Refused(reason),
            ) => S::Failed(reason),
            (S::Pending, DeliveryEvent::Refused(reason)) => S::Skipped(reason),
            (S::Unanswered, DeliveryEvent::Presumed) => S::Presumed,
            (S::Unanswered, DeliveryEvent::Renewed) => S::Pending,
            (S::Failed(reason) | S::Skipped(reason), DeliveryEvent::Renewed)
                if reason.may_be_tried_again() =>
            {
                S::Pending
            }
            _ => return None,
        })
    }
}

/// What can happen to a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryEvent {
    /// A sender took it: its message id is stored from here on.
    Claimed,
    /// The acknowledgement did not come in time, or WhatsApp said "not now". The time that goes with
    /// it is when the message is due again.
    DeadlinePassed,
    /// WhatsApp's server acknowledged the id.
    Acknowledged,
    /// A member's device received it.
    Received,
    /// A member read it.
    Read,
    /// It cannot arrive: WhatsApp refused it, or we know that it would.
    Refused(FailureReason),
    /// The last of the deadlines passed: it is not sent again by itself.
    GivenUp,
    /// Its owner takes it as sent, although no acknowledgement came.
    Presumed,
    /// Its owner wants it to be sent again, as another message.
    Renewed,
}

/// What became of an earlier message of a delivery that its owner had sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastMessage {
    /// Its id on WhatsApp, if it came so far.
    pub id: Option<MessageId>,
    /// How it ended.
    pub state: DeliveryState,
    /// How often the delivery had been handed to WhatsApp by then.
    pub attempts: u32,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// One message of a run to one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its identifier.
    pub id: DeliveryId,
    /// The workspace that owns it.
    pub workspace: WorkspaceId,
    /// The run that it belongs to.
    pub run: RunId,
    /// The connection that sends it.
    pub connection: ConnectionId,
    /// Its place in the run, from 0.
    pub position: u32,
    /// Whom it goes to.
    pub target: Recipient,
    /// The group's subject when the run began; to oneself, what its text says instead of that.
    pub target_name: String,
    /// How many others were in the group when the run began; 0 when nobody counted them.
    pub members: u32,
    /// Which variant of the run's message it is, from 0.
    pub variant: u32,
    /// What the choice among its text's alternatives follows from.
    pub seed: Seed,
    /// When it was first handed to WhatsApp: the day and the time that its text says, however often it
    /// is sent.
    pub first_at: Option<Timestamp>,
    /// How far it got.
    pub state: DeliveryState,
    /// Its id on WhatsApp; present from the first claim on. It gets another one by its owner's word
    /// only.
    pub message_id: Option<MessageId>,
    /// How often it was handed to WhatsApp, under any id.
    pub attempts: u32,
    /// The messages before this one, the oldest first.
    pub earlier: Vec<PastMessage>,
    /// When it is to be tried again; only while unconfirmed.
    pub retry_at: Option<Timestamp>,
    /// When it was last handed to WhatsApp.
    pub attempted_at: Option<Timestamp>,
    /// When the acknowledgement came.
    pub sent_at: Option<Timestamp>,
    /// When the first delivery receipt came.
    pub delivered_at: Option<Timestamp>,
    /// When the first read receipt came.
    pub read_at: Option<Timestamp>,
    /// When it failed, was skipped or given up.
    pub failed_at: Option<Timestamp>,
}

impl Delivery {
    /// Moves it on and notes the time; tells whether anything changed.
    pub fn apply(&mut self, event: DeliveryEvent, at: Timestamp) -> bool {
        let Some(state) = self.state.after(event) else {
            return false;
        };
        if event == DeliveryEvent::Renewed {
            self.earlier.push(PastMessage {
                id: self.message_id.take(),
                state: self.state,
                attempts: self.attempts,
                ended_at: self.failed_at,
            });
        }
        self.state = state;
        self.retry_at = None;
        if state.is_acknowledged() || state.is_open() {
            self.failed_at = None;
        }
        match state {
            DeliveryState::Sending => {
                self.attempts += 1;
                self.first_at.get_or_insert(at);
                self.attempted_at = Some(at);
            }
            DeliveryState::Sent => self.sent_at = Some(at),
            DeliveryState::Delivered => {
                self.sent_at.get_or_insert(at);
                self.delivered_at = Some(at);
            }
            DeliveryState::Read => {
                self.sent_at.get_or_insert(at);
                self.delivered_at.get_or_insert(at);
                self.read_at = Some(at);
            }
            DeliveryState::Failed(_) | DeliveryState::Skipped(_) | DeliveryState::Unanswered => {
                self.failed_at = Some(at);
            }
            DeliveryState::Unconfirmed => self.retry_at = Some(at),
            DeliveryState::Pending | DeliveryState::Presumed => {}
        }
        true
    }

    /// How often the present message was handed to WhatsApp.
    pub fn attempts_with_this_id(&self) -> u32 {
        let before = self.earlier.last().map_or(0, |earlier| earlier.attempts);
        self.attempts.saturating_sub(before)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_event() -> impl Strategy<Value = DeliveryEvent> {
        prop_oneof![
            Just(DeliveryEvent::Claimed),
            Just(DeliveryEvent::DeadlinePassed),
            Just(DeliveryEvent::Acknowledged),
            Just(DeliveryEvent::Received),
            Just(DeliveryEvent::Read),
            Just(DeliveryEvent::Refused(FailureReason::InvalidMessage)),
            Just(DeliveryEvent::GivenUp),
            Just(DeliveryEvent::Presumed),
        ]
    }

    fn delivery() -> Delivery {
        let at = Timestamp::from_seconds(0);
        Delivery {
            id: DeliveryId::new(at, [1; 10]),
            workspace: WorkspaceId::new(at, [2; 10]),
            run: RunId::new(at, [3; 10]),
            connection: ConnectionId::new(at, [4; 10]),
            position: 0,
            target: "1@g.us".parse().unwrap(),
            target_name: "Bairro".into(),
            members: 40,
            variant: 0,
            seed: Seed::default(),
            first_at: None,
            state: DeliveryState::Pending,
            message_id: None,
            attempts: 0,
            earlier: Vec::new(),
            retry_at: None,
            attempted_at: None,
            sent_at: None,
            delivered_at: None,
            read_at: None,
            failed_at: None,
        }
    }

    #[test]
    fn what_is_sent_again_is_another_message_and_the_first_one_is_remembered() {
        let at = Timestamp::from_seconds;
        let first = MessageId::new([1; 9]);
        let mut delivery = delivery();
        delivery.message_id = Some(first.clone());
        assert!(delivery.apply(DeliveryEvent::Claimed, at(1)));
        assert!(
            !delivery.apply(DeliveryEvent::Renewed, at(2)),
            "it is on its way"
        );
        let refused = FailureReason::InvalidMessage;
        assert!(delivery.apply(DeliveryEvent::Refused(refused), at(3)));
        assert!(delivery.apply(DeliveryEvent::Renewed, at(4)));
        assert!(
            !delivery.apply(DeliveryEvent::Renewed, at(4)),
            "twice is once"
        );
        assert_eq!(delivery.state, DeliveryState::Pending);
        assert_eq!(
            (delivery.message_id.clone(), delivery.failed_at),
            (None, None)
        );
        let earlier = PastMessage {
            id: Some(first),
            state: DeliveryState::Failed(refused),
            attempts: 1,
            ended_at: Some(at(3)),
        };
        assert_eq!(delivery.earlier, [earlier]);
        assert_eq!(delivery.attempts_with_this_id(), 0);
        delivery.apply(DeliveryEvent::Claimed, at(5));
        assert_eq!(
            (delivery.attempts, delivery.attempts_with_this_id()),
            (2, 1)
        );
    }

    #[test]
    fn what_nobody_answered_may_still_be_proven_or_be_settled_by_its_owner() {
        use DeliveryEvent as E;
        let given_up = DeliveryState::Sending.after(E::GivenUp).unwrap();
        assert_eq!(given_up, DeliveryState::Unanswered);
        assert_eq!(given_up.after(E::Presumed), Some(DeliveryState::Presumed));
        assert_eq!(given_up.after(E::Renewed), Some(DeliveryState::Pending));
        for state in [given_up, DeliveryState::Presumed] {
            assert!(!state.is_open() && !state.is_acknowledged());
            assert_eq!(state.after(E::Acknowledged), Some(DeliveryState::Sent));
            assert_eq!(state.after(E::Read), Some(DeliveryState::Read));
        }
        assert_eq!(DeliveryState::Presumed.after(E::Renewed), None);
    }

    #[test]
    fn what_is_pointless_stays_as_it_is() {
        let gone = DeliveryState::Failed(FailureReason::NotInGroup);
        assert_eq!(gone.after(DeliveryEvent::Renewed), None);
    }

    proptest! {
        #[test]
        fn what_whatsapp_acknowledged_stays_acknowledged(events in prop::collection::vec(any_event(), 0..30)) {
            let mut state = DeliveryState::Pending;
            for event in events {
                let next = state.after(event).unwrap_or(state);
                prop_assert!(!state.is_acknowledged() || next.is_acknowledged());
                prop_assert!(state.is_open() || !next.is_open(), "{state:?} reopened by {event:?}");
                state = next;
            }
        }

        #[test]
        fn nothing_is_sent_without_an_acknowledgement_or_a_receipt(events in prop::collection::vec(any_event(), 0..30)) {
            let mut state = DeliveryState::Pending;
            let mut proven = false;
            for event in events {
                proven |= matches!(event, DeliveryEvent::Acknowledged | DeliveryEvent::Received | DeliveryEvent::Read);
                state = state.after(event).unwrap_or(state);
                prop_assert!(!state.is_acknowledged() || proven);
            }
        }
    }

    #[test]
    fn a_late_refusal_does_not_undo_a_receipt() {
        let delivered = DeliveryState::Sending
            .after(DeliveryEvent::Received)
            .unwrap();
        assert_eq!(
            delivered.after(DeliveryEvent::Refused(FailureReason::InvalidMessage)),
            None
        );
    }

    #[test]
    fn message_ids_have_the_form_of_whatsapp_web() {
        assert_eq!(MessageId::new([0xAB; 9]).as_str(), "3EB0ABABABABABABABABAB");
    }
}
