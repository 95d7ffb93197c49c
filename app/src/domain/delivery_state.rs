//! How far a message got, and what can happen to it.

use serde::{Deserialize, Serialize};

use super::FailureReason;

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
}
