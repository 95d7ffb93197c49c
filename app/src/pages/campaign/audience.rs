//! Whom one connection sends to, while a person chooses.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;

use crate::api::GroupListChoice;
use crate::domain::{ConnectionId, GroupBrief, GroupJid, GroupListId};

/// The lists and groups that are chosen for a connection.
#[derive(Clone, Copy)]
pub(super) struct Audience {
    /// The connection.
    pub(super) connection: Signal<Option<ConnectionId>>,
    /// Every list of the workspace.
    every_list: Signal<Vec<GroupListChoice>>,
    pub(super) lists: RwSignal<BTreeSet<GroupListId>>,
    pub(super) targets: RwSignal<BTreeSet<GroupJid>>,
    /// What is known of groups that were chosen or may have been, for the count and its reach.
    known: RwSignal<BTreeMap<GroupJid, GroupBrief>>,
    /// Whom all that reaches.
    pub(super) reach: Memo<Reach>,
}

/// Whom chosen lists and groups reach: each group counts once, however often it is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) groups: u32,
    pub(super) participants: u32,
}

impl Reach {
    /// What chosen groups, with what is known of each, come to.
    fn of<'a>(chosen: impl IntoIterator<Item = (&'a GroupJid, Option<&'a GroupBrief>)>) -> Self {
        let mut reach = Self::default();
        for group in chosen.into_iter().collect::<BTreeMap<_, _>>().into_values() {
            reach.groups += 1;
            reach.participants += group.map_or(0, |group| group.participants);
        }
        reach
    }
}

impl Audience {
    /// Begins with what is chosen.
    pub(super) fn begin(
        connection: Signal<Option<ConnectionId>>,
        every_list: Signal<Vec<GroupListChoice>>,
        lists: impl IntoIterator<Item = GroupListId>,
        chosen: Vec<GroupBrief>,
    ) -> Self {
        let lists = RwSignal::new(lists.into_iter().collect::<BTreeSet<_>>());
        let targets: BTreeSet<_> = chosen.iter().map(|group| group.jid.clone()).collect();
        let targets = RwSignal::new(targets);
        let known = RwSignal::new(by_address(chosen));
        let reach = Memo::new(move |_| {
            let (connection, every_list) = (connection.get(), every_list.read());
            let (lists, targets, known) = (lists.read(), targets.read(), known.read());
            // Without its connection a choice says nothing.
            let Some(connection) = connection else {
                return Reach::default();
            };
            let is_chosen =
                |list: &&GroupListChoice| list.connection == connection && lists.contains(&list.id);
            let in_lists = every_list.iter().filter(is_chosen);
            let in_lists = in_lists.flat_map(|list| &list.groups);
            let in_lists = in_lists.map(|group| (&group.jid, Some(group)));
            let singles = targets.iter().map(|jid| (jid, known.get(jid)));
            Reach::of(singles.chain(in_lists))
        });
        Self {
            connection,
            every_list,
            lists,
            targets,
            known,
            reach,
        }
    }

    /// Adds groups to the choice.
    pub(super) fn choose(self, groups: impl IntoIterator<Item = GroupBrief>) {
        let groups = by_address(groups);
        self.targets
            .update(|targets| targets.extend(groups.keys().cloned()));
        self.known.update(|known| known.extend(groups));
    }

    /// Forgets whom the message goes to: another connection has other groups.
    pub(super) fn choose_nobody(self) {
        self.lists.update(BTreeSet::clear);
        self.targets.update(BTreeSet::clear);
    }

    /// Follows the choice, without reading it.
    pub(super) fn track(self) {
        self.connection.track();
        self.lists.track();
        self.targets.track();
    }

    /// The lists of the connection.
    pub(super) fn offered_lists(self) -> Vec<GroupListChoice> {
        let connection = self.connection.get();
        let is_its = |list: &&GroupListChoice| Some(list.connection) == connection;
        self.every_list
            .with(|lists| lists.iter().filter(is_its).cloned().collect())
    }

    /// Those of the connection's lists that are chosen.
    pub(super) fn chosen_lists(self) -> Vec<GroupListId> {
        let offered = self.offered_lists().into_iter().map(|list| list.id);
        self.lists
            .with(|chosen| offered.filter(|id| chosen.contains(id)).collect())
    }

    /// The groups that are chosen by themselves.
    pub(super) fn chosen_targets(self) -> Vec<GroupJid> {
        self.targets
            .with(|targets| targets.iter().cloned().collect())
    }
}

fn by_address(groups: impl IntoIterator<Item = GroupBrief>) -> BTreeMap<GroupJid, GroupBrief> {
    let groups = groups.into_iter();
    groups.map(|group| (group.jid.clone(), group)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_twice_counts_once() {
        let briefs = ["1@g.us", "2@g.us", "3@g.us"].map(|jid| GroupBrief {
            jid: jid.parse().unwrap(),
            participants: 10,
            accepts_messages: jid != "2@g.us",
        });
        let [one, two, three] = &briefs;
        let chosen = [one, two, one, three, two].map(|group| (&group.jid, Some(group)));
        let unknown = "4@g.us".parse().unwrap();
        let expected = Reach {
            groups: 4,
            participants: 30,
        };
        let chosen = chosen.into_iter().chain([(&unknown, None)]);
        assert_eq!(Reach::of(chosen), expected);
    }
}
