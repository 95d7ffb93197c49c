//! Which changes WhatsApp's answers knew of already.
//!
//! A change that was told before a question is in its answer. One that was told between question
//! and answer may be. Without this, people who came while we asked would be counted twice.

use std::collections::HashMap;
use std::ops::Range;

use arauto_app::domain::GroupJid;

/// The changes that were told while WhatsApp was asked, by their numbers.
type Span = Range<u64>;

/// Questions whose answers overlap with changes that are still to be followed.
#[derive(Default)]
pub(super) struct Asked {
    groups: HashMap<GroupJid, Span>,
    all: Option<Span>,
}

/// Whether the latest answer about a group knew of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knew {
    /// It did.
    It,
    /// It may have.
    MaybeIt,
    /// It did not.
    NotIt,
}

impl Asked {
    /// Notes an answer about one group.
    pub(super) fn about(&mut self, jid: GroupJid, during: Span) {
        self.groups.insert(jid, during);
    }

    /// Notes an answer about all groups.
    pub(super) fn about_all(&mut self, during: Span) {
        self.groups.clear();
        self.all = Some(during);
    }

    /// Whether the latest answer about a group knew of the change with this number. Changes are
    /// looked at in their order.
    pub(super) fn knew(&mut self, jid: &GroupJid, number: u64) -> Knew {
        self.groups.retain(|_, during| during.end > number);
        self.all = self.all.take().filter(|during| during.end > number);
        match self.groups.get(jid).or(self.all.as_ref()) {
            Some(during) if number < during.start => Knew::It,
            Some(_) => Knew::MaybeIt,
            None => Knew::NotIt,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_knows_what_was_told_before_the_question() {
        let (one, two) = ("1@g.us".parse().unwrap(), "2@g.us".parse().unwrap());
        let mut asked = Asked::default();
        assert_eq!(asked.knew(&one, 0), Knew::NotIt);
        asked.about("1@g.us".parse().unwrap(), 3..5);
        assert_eq!(asked.knew(&one, 2), Knew::It);
        assert_eq!(asked.knew(&two, 2), Knew::NotIt);
        assert_eq!(asked.knew(&one, 4), Knew::MaybeIt);
        assert_eq!(asked.knew(&one, 5), Knew::NotIt);
        asked.about_all(6..8);
        assert_eq!(asked.knew(&two, 7), Knew::MaybeIt);
        assert_eq!(asked.knew(&two, 8), Knew::NotIt);
    }
}
