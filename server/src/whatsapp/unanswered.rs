//! The messages that are handed over on a session and not acknowledged yet: one that waits too
//! long is a reason to ask whether anything flows at all.

use std::collections::HashMap;
use std::time::Duration;

use arauto_app::domain::{MessageId, Timestamp};

/// The unacknowledged messages of one session, each with the time at which it becomes doubtful.
#[derive(Debug, Default)]
pub(super) struct Unanswered {
    doubtful_at: HashMap<MessageId, Timestamp>,
}

impl Unanswered {
    /// A message is handed over at `now`.
    pub(super) fn wait_for(&mut self, message: MessageId, now: Timestamp, patience: Duration) {
        self.doubtful_at.insert(message, now.plus(patience));
    }

    /// WhatsApp told something about a message.
    pub(super) fn answered(&mut self, message: &MessageId) {
        self.doubtful_at.remove(message);
    }

    /// When the next message becomes doubtful.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.doubtful_at.values().min().copied()
    }

    /// Forgets what is doubtful by `now`, each message being a reason to ask once; whether there
    /// was any.
    pub(super) fn take_doubtful(&mut self, now: Timestamp) -> bool {
        let before = self.doubtful_at.len();
        self.doubtful_at.retain(|_, at| *at > now);
        self.doubtful_at.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_a_reason_to_ask_once_and_only_while_nobody_answered() {
        let at = Timestamp::from_seconds;
        let patience = Duration::from_secs(5);
        let (first, second) = (MessageId::new([1; 9]), MessageId::new([2; 9]));
        let mut unanswered = Unanswered::default();
        assert_eq!(unanswered.next(), None);
        unanswered.wait_for(first.clone(), at(10), patience);
        unanswered.wait_for(second, at(12), patience);
        assert_eq!(unanswered.next(), Some(at(15)));
        assert!(!unanswered.take_doubtful(at(14)));
        unanswered.answered(&first);
        assert_eq!(unanswered.next(), Some(at(17)));
        assert!(unanswered.take_doubtful(at(17)));
        assert_eq!(unanswered.next(), None);
        assert!(!unanswered.take_doubtful(at(17)));
    }
}
