//! What a queue knows of its connection's comings and goings, and which runs wait because of them.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arauto_app::domain::Timestamp;

/// How often a queue with something to send looks at what is stored of its connection, and notes that
/// the connection can send. After a crash an outage counts from the latest note.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// What a queue knows of its connection's presence.
#[derive(Default)]
pub(super) struct Presence(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    standing: Standing,
    /// When what is stored was last looked at; `None` when it has to be, before anything leaves.
    looked_at: Option<Timestamp>,
    /// Runs that began before this wait for their owner's choice.
    held_before: Timestamp,
    /// How often somebody asked to look again.
    asked: u64,
}

#[derive(Clone, Copy, Default)]
enum Standing {
    /// Nothing is known but what an earlier process stored.
    #[default]
    Unknown,
    /// It can send.
    Able,
    /// It could until then.
    Away(Timestamp),
}

/// A look at what is stored, from its beginning to its end.
#[derive(Clone, Copy)]
pub(super) struct Look {
    /// When it began.
    pub(super) at: Timestamp,
    standing: Standing,
    asked: u64,
}

impl Look {
    /// When the connection could last send, if not now. What is `stored` may be of another process
    /// that had the connection in the meantime.
    pub(super) fn able_at(&self, stored: Option<Timestamp>) -> Option<Timestamp> {
        match self.standing {
            Standing::Unknown => stored,
            Standing::Able => Some(self.at),
            Standing::Away(since) => stored.max(Some(since)),
        }
    }
}

impl Presence {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection cannot send (any more).
    pub(super) fn lose(&self, now: Timestamp) {
        let mut inner = self.lock();
        if matches!(inner.standing, Standing::Able) {
            inner.standing = Standing::Away(now);
            inner.looked_at = None;
        }
    }

    /// What is stored changed.
    pub(super) fn ask_again(&self) {
        let mut inner = self.lock();
        inner.looked_at = None;
        inner.asked += 1;
    }

    /// A look at what is stored, if it is time for one.
    pub(super) fn due_look(&self, now: Timestamp) -> Option<Look> {
        let inner = self.lock();
        let is_due = inner
            .looked_at
            .is_none_or(|at| now.since(at) >= LOOK_EVERY || now < at);
        is_due.then_some(Look {
            at: now,
            standing: inner.standing,
            asked: inner.asked,
        })
    }

    /// A look ended: the connection can send, and runs that began before `held_before` wait.
    pub(super) fn looked(&self, look: Look, held_before: Timestamp) {
        let mut inner = self.lock();
        inner.standing = Standing::Able;
        inner.held_before = held_before;
        // What changed while it was looked at has to be looked at again.
        inner.looked_at = (inner.asked == look.asked).then_some(look.at);
    }

    /// Runs that began before this wait.
    pub(super) fn held_before(&self) -> Timestamp {
        self.lock().held_before
    }

    /// When the next look is due; in the past when it is at once.
    pub(super) fn next_look(&self) -> Timestamp {
        let looked_at = self.lock().looked_at;
        looked_at.map_or(Timestamp::default(), |at| at.plus(LOOK_EVERY))
    }

    /// When the next look is due, while runs wait for their owner's choice.
    pub(super) fn next_look_while_holding(&self) -> Option<Timestamp> {
        (self.held_before() > Timestamp::default()).then(|| self.next_look())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(second)
    }

    #[test]
    fn an_outage_counts_from_the_moment_the_connection_was_lost() {
        let presence = Presence::default();
        presence.lose(at(5));
        let look = presence.due_look(at(10)).unwrap();
        assert_eq!(look.able_at(Some(at(1))), Some(at(1)), "as it is stored");
        presence.looked(look, at(0));
        assert!(presence.due_look(at(69)).is_none());
        let look = presence.due_look(at(70)).unwrap();
        assert_eq!(look.able_at(Some(at(1))), Some(at(70)), "it never left");
        presence.looked(look, at(0));
        presence.lose(at(80));
        presence.lose(at(90));
        let look = presence.due_look(at(100)).unwrap();
        assert_eq!(look.able_at(Some(at(1))), Some(at(80)));
        assert_eq!(look.able_at(None), Some(at(80)));
        let by_another = look.able_at(Some(at(95)));
        assert_eq!(by_another, Some(at(95)), "as another process stored");
    }

    #[test]
    fn an_answer_that_comes_during_a_look_is_looked_at() {
        let presence = Presence::default();
        let look = presence.due_look(at(10)).unwrap();
        presence.ask_again();
        presence.looked(look, at(9));
        assert_eq!(presence.held_before(), at(9), "as far as was seen");
        let look = presence.due_look(at(10)).expect("it is looked at again");
        presence.looked(look, at(0));
        assert_eq!(presence.next_look(), at(70));
        assert_eq!(presence.next_look_while_holding(), None);
    }
}
