//! What may be sent again of a run, and what stays as it is.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{DeliveryState, FailureReason};

/// What the owner of a run can do about the messages that did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepeatAction {
    /// Send again what failed and may go through another time.
    Failures,
    /// Send again what nobody answered. It may show twice.
    Unanswered,
    /// Take what nobody answered as sent.
    Presume,
}

impl RepeatAction {
    /// The word that forms post.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failures => "failures",
            Self::Unanswered => "unanswered",
            Self::Presume => "presume",
        }
    }

    /// Whether it is about a delivery in this state.
    pub const fn concerns(self, state: DeliveryState) -> bool {
        match (self, state) {
            (Self::Failures, DeliveryState::Failed(why) | DeliveryState::Skipped(why)) => {
                why.may_be_tried_again()
            }
            (Self::Unanswered | Self::Presume, DeliveryState::Unanswered) => true,
            _ => false,
        }
    }
}

/// A text that names no [`RepeatAction`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read what is to be sent again")]
pub struct UnknownRepeatAction;

impl FromStr for RepeatAction {
    type Err = UnknownRepeatAction;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Failures, Self::Unanswered, Self::Presume]
            .into_iter()
            .find(|action| action.as_str() == text)
            .ok_or(UnknownRepeatAction)
    }
}

/// Why nothing of a run can be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepeatObstacle {
    /// The run's connection was removed.
    ConnectionRemoved,
    /// The campaign ran again since.
    RanSince,
    /// The groups that are left still refuse the message, as far as the latest sync tells.
    GroupsRefuse,
}

/// What may be sent again of a run, and what stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeatable {
    /// How many failed, or were skipped, and may go through another time.
    pub failures: u32,
    /// How many nobody answered.
    pub unanswered: u32,
    /// How many it is pointless to send again, by their reason, the most frequent first.
    pub pointless: Vec<(FailureReason, u32)>,
    /// What stands in the way of sending anything again.
    pub obstacle: Option<RepeatObstacle>,
}

impl Repeatable {
    /// Reads how many deliveries of a run are in which state, each state once.
    pub fn of(outcomes: &[(DeliveryState, u32)]) -> Self {
        let mut found = Self::default();
        for (state, n) in outcomes {
            if RepeatAction::Failures.concerns(*state) {
                found.failures += n;
            } else if RepeatAction::Unanswered.concerns(*state) {
                found.unanswered += n;
            } else if let DeliveryState::Failed(why) | DeliveryState::Skipped(why) = state {
                match found.pointless.iter_mut().find(|(known, _)| known == why) {
                    Some((_, count)) => *count += n,
                    None => found.pointless.push((*why, *n)),
                }
            }
        }
        found.pointless.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        found
    }

    /// Whether there is nothing to say about it.
    pub const fn is_empty(&self) -> bool {
        self.failures == 0 && self.unanswered == 0 && self.pointless.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_told_apart_by_their_reason() {
        use DeliveryState as S;
        use FailureReason as R;
        let found = Repeatable::of(&[
            (S::Sent, 40),
            (S::Failed(R::InvalidMessage), 2),
            (S::Skipped(R::AnnounceOnly), 3),
            (S::Skipped(R::NotInGroup), 1),
            (S::Failed(R::MediaUnavailable), 5),
            (S::Failed(R::NotInGroup), 1),
            (S::Unanswered, 4),
            (S::Presumed, 9),
        ]);
        assert_eq!((found.failures, found.unanswered), (5, 4));
        let pointless = [(R::MediaUnavailable, 5), (R::NotInGroup, 2)];
        assert_eq!(found.pointless, pointless);
        assert!(Repeatable::of(&[(S::Read, 7), (S::Pending, 1)]).is_empty());
    }

    #[test]
    fn an_action_is_read_as_it_is_posted() {
        let action = RepeatAction::Unanswered;
        assert_eq!(action.as_str().parse(), Ok(action));
        assert_eq!("tudo".parse::<RepeatAction>(), Err(UnknownRepeatAction));
        assert_eq!(serde_json::to_value(action).unwrap(), action.as_str());
    }
}
