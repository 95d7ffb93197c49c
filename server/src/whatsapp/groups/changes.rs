//! Following single changes of groups.

use std::collections::HashMap;
use std::sync::Arc;

use arauto_app::domain::{ConnectionCause, GroupJid, GroupStanding, Timestamp};

use super::super::session::{GroupChange, Session};
use super::asked::Knew;
use super::worker::Worker;
use crate::store::GroupFact;

/// A change of a group of which WhatsApp told.
pub(in super::super) struct Change {
    /// The session that told it, for what takes asking.
    pub(in super::super) session: Option<Arc<dyn Session>>,
    /// Which group.
    pub(in super::super) jid: GroupJid,
    /// How it changed.
    pub(in super::super) how: GroupChange,
    /// When, by WhatsApp's clock, which counts in seconds here.
    pub(in super::super) at: Timestamp,
}

/// What changed within the latest second of WhatsApp's clock. The engine handles notifications side
/// by side, so two that contradict each other may have changed places on the way: only WhatsApp
/// knows how it ended.
#[derive(Default)]
pub(super) struct Recent(HashMap<(GroupJid, Aspect), Timestamp>);

/// Two changes of one aspect contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Aspect {
    Subject,
    AnnounceOnly,
    Admin,
    Standing,
}

impl Recent {
    /// Notes a change; tells whether one of the same aspect is as young or younger.
    fn contradicts(&mut self, change: &Change) -> bool {
        let Some(aspect) = aspect(&change.how) else {
            return false;
        };
        self.0.retain(|_, at| *at >= change.at);
        let key = (change.jid.clone(), aspect);
        if self.0.contains_key(&key) {
            return true;
        }
        self.0.insert(key, change.at);
        false
    }
}

/// What a change is about; people who come and go add up in any order.
fn aspect(change: &GroupChange) -> Option<Aspect> {
    Some(match change {
        GroupChange::Subject(_) => Aspect::Subject,
        GroupChange::AnnounceOnly(_) => Aspect::AnnounceOnly,
        GroupChange::Admin(_) => Aspect::Admin,
        GroupChange::Gone | GroupChange::Unknown => Aspect::Standing,
        GroupChange::Participants(_) => return None,
    })
}

impl Worker {
    /// Follows the change with this number and tells open pages.
    pub(super) async fn follow(&mut self, change: Change, number: u64) {
        let known = self.asked.knew(&change.jid, number);
        let contradicts = self.recent.contradicts(&change);
        let applied = match known {
            Knew::It => Ok(()),
            Knew::MaybeIt => self.apply(&change, true, contradicts).await,
            Knew::NotIt => self.apply(&change, false, contradicts).await,
        };
        if let Err(cause) = applied {
            // The next sync sees it.
            let (connection, jid) = (self.owner.1, &change.jid);
            tracing::warn!(%connection, %jid, ?cause, "a change of a group was missed");
        }
        self.post();
    }

    async fn apply(
        &mut self,
        change: &Change,
        maybe_applied: bool,
        contradicts: bool,
    ) -> Result<(), ConnectionCause> {
        let fact = match fact(&change.how) {
            // Those who came and went must not be counted twice; everything else may be said twice.
            Some(GroupFact::Participants(_)) if maybe_applied => None,
            fact => fact,
        };
        let Some(fact) = fact else {
            return self.ask(change).await;
        };
        let (workspace, connection) = self.owner;
        let groups = &self.around.store.groups;
        let is_known = self
            .insist(|| groups.change(workspace, connection, &change.jid, &fact))
            .await?;
        let has_left = fact == GroupFact::Standing(GroupStanding::Gone);
        if contradicts || !(is_known || has_left) {
            return self.ask(change).await;
        }
        Ok(())
    }

    /// Asks WhatsApp how the group is now.
    async fn ask(&mut self, change: &Change) -> Result<(), ConnectionCause> {
        let (workspace, connection) = self.owner;
        let Some(session) = &change.session else {
            return Err(ConnectionCause::ConnectionLost);
        };
        let (began, now) = (self.around.count.next(), self.now());
        let seen = session.group(&change.jid).await?;
        let span = began..self.around.count.next();
        self.asked.about(change.jid.clone(), span);
        let groups = &self.around.store.groups;
        let Some(seen) = seen else {
            let gone = GroupFact::Standing(GroupStanding::Gone);
            self.insist(|| groups.change(workspace, connection, &change.jid, &gone))
                .await?;
            return Ok(());
        };
        let row = self.row(&seen, now);
        self.insist(|| groups.put(workspace, std::slice::from_ref(&row)))
            .await
    }
}

/// The fact that a change tells; `None` when it takes asking.
fn fact(change: &GroupChange) -> Option<GroupFact> {
    Some(match change {
        GroupChange::Subject(subject) => GroupFact::Subject(subject.clone()),
        GroupChange::AnnounceOnly(is) => GroupFact::AnnounceOnly(*is),
        GroupChange::Participants(by) => GroupFact::Participants(*by),
        GroupChange::Admin(is) => GroupFact::Admin(*is),
        GroupChange::Gone => GroupFact::Standing(GroupStanding::Gone),
        GroupChange::Unknown => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(jid: &str, change: GroupChange, second: i64) -> Change {
        Change {
            session: None,
            jid: jid.parse().unwrap(),
            how: change,
            at: Timestamp::from_seconds(second),
        }
    }

    #[test]
    fn only_changes_of_one_aspect_within_a_second_contradict_each_other() {
        let mut recent = Recent::default();
        let mut is = |jid, what, second| recent.contradicts(&change(jid, what, second));
        let named = |name: &str| GroupChange::Subject(name.into());
        assert!(!is("1@g.us", named("a"), 10));
        assert!(!is("2@g.us", named("a"), 10));
        assert!(!is("1@g.us", GroupChange::AnnounceOnly(true), 10));
        assert!(!is("1@g.us", GroupChange::Participants(1), 10));
        assert!(!is("1@g.us", GroupChange::Participants(1), 10));
        assert!(is("1@g.us", named("b"), 10));
        assert!(is("1@g.us", named("late"), 9));
        assert!(!is("1@g.us", named("c"), 11));
        assert!(!is("1@g.us", GroupChange::Gone, 11));
        assert!(is("1@g.us", GroupChange::Unknown, 11));
    }
}
