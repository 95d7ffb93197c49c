//! The messages of a delivery that its owner had sent again, and what is heard of them later.

use serde::{Deserialize, Serialize};

use super::{Delivery, DeliveryEvent, DeliveryState, MessageId, Timestamp};

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

impl Delivery {
    /// Takes what WhatsApp tells about one of its messages; tells whether anything changed.
    ///
    /// News of an earlier message is kept with it. An earlier one that turns out to have arrived is the
    /// delivery's message again, unless the present one arrived too or may be on its way: the group has
    /// it, so what has not left stays here, and nobody is asked to send it once more.
    pub fn hear(&mut self, message: &MessageId, event: DeliveryEvent, at: Timestamp) -> bool {
        if self.message_id.as_ref() == Some(message) {
            return self.apply(event, at);
        }
        let names_it = |earlier: &PastMessage| earlier.id.as_ref() == Some(message);
        let Some(place) = self.earlier.iter().position(names_it) else {
            return false;
        };
        let gives_way = self.gives_way();
        let Some(earlier) = self.earlier.get_mut(place) else {
            return false;
        };
        let Some(state) = earlier.state.after(event) else {
            return false;
        };
        if state.is_acknowledged() && gives_way {
            let arrived = self.earlier.remove(place);
            let present = self.message_id.is_some().then(|| self.as_past());
            self.earlier.extend(present);
            self.message_id = arrived.id;
            self.state = arrived.state;
            return self.apply(event, at);
        }
        earlier.state = state;
        earlier.ended_at = Some(at);
        true
    }

    /// Whether its present message neither arrived nor may be on its way.
    const fn gives_way(&self) -> bool {
        !(self.state.is_acknowledged()
            || matches!(
                self.state,
                DeliveryState::Sending | DeliveryState::Unconfirmed
            ))
    }

    /// The present message as one of those before another.
    pub(super) fn as_past(&self) -> PastMessage {
        PastMessage {
            id: self.message_id.clone(),
            state: self.state,
            attempts: self.attempts,
            ended_at: self.failed_at,
        }
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::wording::Seed;
    use crate::domain::{ConnectionId, DeliveryId, FailureReason, RunId, WorkspaceId};

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

    /// Handed over, never answered, and wanted once more.
    fn renewed() -> (Delivery, MessageId) {
        let first = MessageId::new([1; 9]);
        let mut delivery = delivery();
        delivery.message_id = Some(first.clone());
        for event in [
            DeliveryEvent::Claimed,
            DeliveryEvent::GivenUp,
            DeliveryEvent::Renewed,
        ] {
            assert!(delivery.apply(event, Timestamp::from_seconds(1)));
        }
        (delivery, first)
    }

    #[test]
    fn a_repetition_that_has_not_left_stays_here_once_the_first_message_arrived() {
        let at = Timestamp::from_seconds(9);
        let (mut delivery, first) = renewed();
        assert!(delivery.hear(&first, DeliveryEvent::Received, at));
        assert_eq!(delivery.state, DeliveryState::Delivered);
        assert_eq!(delivery.message_id.as_ref(), Some(&first));
        assert_eq!(
            (delivery.sent_at, delivery.delivered_at),
            (Some(at), Some(at))
        );
        assert!(delivery.earlier.is_empty());
        assert!(!delivery.hear(&first, DeliveryEvent::Acknowledged, at));
        assert!(delivery.hear(&first, DeliveryEvent::Read, at));
    }

    #[test]
    fn news_of_an_earlier_message_is_kept_with_it_while_the_present_one_is_on_its_way() {
        let at = Timestamp::from_seconds;
        let (mut delivery, first) = renewed();
        delivery.message_id = Some(MessageId::new([2; 9]));
        delivery.apply(DeliveryEvent::Claimed, at(2));
        assert!(delivery.hear(&first, DeliveryEvent::Acknowledged, at(3)));
        assert_eq!(delivery.state, DeliveryState::Sending);
        let earlier = &delivery.earlier[0];
        assert_eq!(
            (earlier.state, earlier.ended_at),
            (DeliveryState::Sent, Some(at(3)))
        );
        delivery.apply(DeliveryEvent::Acknowledged, at(4));
        assert!(delivery.hear(&first, DeliveryEvent::Read, at(5)));
        assert_eq!(delivery.state, DeliveryState::Sent, "its own news only");
        assert_eq!(delivery.earlier[0].state, DeliveryState::Read);
    }

    #[test]
    fn of_two_messages_the_one_that_arrived_counts() {
        let at = Timestamp::from_seconds;
        let second = MessageId::new([2; 9]);
        let (mut delivery, first) = renewed();
        delivery.message_id = Some(second.clone());
        delivery.apply(DeliveryEvent::Claimed, at(2));
        delivery.apply(DeliveryEvent::GivenUp, at(3));
        assert!(delivery.hear(&first, DeliveryEvent::Received, at(4)));
        assert_eq!(delivery.state, DeliveryState::Delivered);
        assert_eq!(delivery.failed_at, None);
        let earlier = PastMessage {
            id: Some(second),
            state: DeliveryState::Unanswered,
            attempts: 2,
            ended_at: Some(at(3)),
        };
        assert_eq!(delivery.earlier, [earlier]);
    }

    #[test]
    fn what_says_nothing_new_changes_nothing() {
        let at = Timestamp::from_seconds(9);
        let (mut delivery, first) = renewed();
        let stranger = MessageId::new([7; 9]);
        let before = delivery.clone();
        assert!(!delivery.hear(&stranger, DeliveryEvent::Read, at));
        assert!(!delivery.hear(&first, DeliveryEvent::DeadlinePassed, at));
        assert_eq!(delivery, before);
        let refused = DeliveryEvent::Refused(FailureReason::InvalidMessage);
        assert!(delivery.hear(&first, refused, at), "noted with it");
        assert_eq!(delivery.state, DeliveryState::Pending);
    }
}
