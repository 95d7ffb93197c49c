//! One message of a run to one target, and how far it got.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::{ConnectionId, DeliveryId, FailureReason, GroupJid, RunId, Timestamp, WorkspaceId};

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
    /// never undoes what a receipt proved.
    #[must_use]
    pub const fn after(self, event: DeliveryEvent) -> Option<Self> {
        use DeliveryState as S;
        Some(match (self, event) {
            (S::Pending | S::Unconfirmed, DeliveryEvent::Claimed) => S::Sending,
            (S::Sending, DeliveryEvent::DeadlinePassed) => S::Unconfirmed,
            (S::Sending | S::Unconfirmed, DeliveryEvent::Acknowledged) => S::Sent,
            (S::Sending | S::Unconfirmed | S::Sent, DeliveryEvent::Received) => S::Delivered,
            (S::Sending | S::Unconfirmed | S::Sent | S::Delivered, DeliveryEvent::Read) => S::Read,
            (S::Sending | S::Unconfirmed, DeliveryEvent::Refused(reason)) => S::Failed(reason),
            (S::Pending, DeliveryEvent::Refused(reason)) => S::Skipped(reason),
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
    /// The group that it goes to.
    pub target: GroupJid,
    /// The group's subject when the run began.
    pub target_name: String,
    /// How far it got.
    pub state: DeliveryState,
    /// Its id on WhatsApp; present from the first claim on, and never another one.
    pub message_id: Option<MessageId>,
    /// How often it was handed to WhatsApp.
    pub attempts: u32,
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
    /// When it failed or was skipped.
    pub failed_at: Option<Timestamp>,
}

impl Delivery {
    /// Moves it on and notes the time; tells whether anything changed.
    pub fn apply(&mut self, event: DeliveryEvent, at: Timestamp) -> bool {
        let Some(state) = self.state.after(event) else {
            return false;
        };
        self.state = state;
        self.retry_at = None;
        match state {
            DeliveryState::Sending => {
                self.attempts += 1;
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
            DeliveryState::Failed(_) | DeliveryState::Skipped(_) => self.failed_at = Some(at),
            DeliveryState::Unconfirmed => self.retry_at = Some(at),
            DeliveryState::Pending => {}
        }
        true
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
        ]
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
