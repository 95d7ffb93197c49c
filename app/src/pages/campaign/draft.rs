//! What the editor's form holds while a person writes.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::variant::{self, Variant};
use crate::api::{CampaignSummary, GroupListChoice, TimingForm, jids_in};
use crate::domain::{
    Campaign, CampaignDraft, ConnectionId, DraftProblem, GroupBrief, GroupJid, GroupListId,
    MessageContent,
};

/// The answers of the form, each a signal that the preview and the counts follow.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) name: RwSignal<String>,
    /// The chosen connection; the same one decides which groups are read.
    pub(super) connection: Signal<Option<ConnectionId>>,
    /// Every list of the workspace.
    every_list: Signal<Vec<GroupListChoice>>,
    pub(super) lists: RwSignal<BTreeSet<GroupListId>>,
    pub(super) targets: RwSignal<BTreeSet<GroupJid>>,
    /// What is known of groups that were chosen or may have been, for the count and its reach.
    pub(super) known: RwSignal<BTreeMap<GroupJid, GroupBrief>>,
    /// The message.
    pub(super) first: Variant,
    /// Its other variants.
    pub(super) others: RwSignal<Vec<Variant>>,
    pub(super) timing: RwSignal<TimingForm>,
    /// Whom all that reaches.
    pub(super) reach: Memo<Reach>,
}

/// Whom chosen lists and groups reach: each group counts once, however often it is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) groups: u32,
    pub(super) participants: u32,
    /// Those of the groups that would refuse the message.
    pub(super) refusing: u32,
}

impl Reach {
    fn of<'a>(chosen: impl Iterator<Item = (&'a GroupJid, Option<&'a GroupBrief>)>) -> Self {
        let mut reach = Self::default();
        for group in chosen.collect::<BTreeMap<_, _>>().into_values() {
            reach.groups += 1;
            reach.participants += group.map_or(0, |group| group.participants);
            reach.refusing += u32::from(group.is_some_and(|group| !group.accepts_messages));
        }
        reach
    }
}

/// A choice of the form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Choice<Id> {
    /// What is saved stays until the person chooses.
    #[default]
    AsSaved,
    /// The person chose this, or nothing.
    Made(Option<Id>),
}

impl<Id> Choice<Id> {
    /// What is chosen now.
    pub(super) fn or_saved(self, saved: impl FnOnce() -> Option<Id>) -> Option<Id> {
        match self {
            Self::AsSaved => saved(),
            Self::Made(chosen) => chosen,
        }
    }
}

/// What the address carries over when a form without WASM asks for another connection's groups:
/// its own answers, so that nothing written is lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CarriedOver {
    pub(super) name: Option<String>,
    pub(super) connection: Choice<ConnectionId>,
    /// The chosen lists of that connection.
    pub(super) lists: Option<Vec<GroupListId>>,
    /// The chosen groups of that connection.
    pub(super) targets: Option<Vec<GroupJid>>,
    /// The variants of the message, the first one first.
    pub(super) variants: Option<Vec<MessageContent>>,
    pub(super) timing: Option<TimingForm>,
}

impl CarriedOver {
    /// Reads the page's address.
    pub(super) fn from_address() -> Self {
        use_query_map().with_untracked(|query| Self {
            name: query.get("form[name]"),
            connection: query
                .get("form[connection]")
                .map_or(Choice::AsSaved, |id| Choice::Made(id.parse().ok())),
            // Boxes that are not checked say nothing; this field is always there.
            lists: query.get("form[others]").map(|_| {
                let boxes = query.get_all("form[lists][]").unwrap_or_default();
                boxes.iter().filter_map(|id| id.parse().ok()).collect()
            }),
            targets: query.get("form[others]").map(|others| {
                let boxes = query.get_all("form[targets][]").unwrap_or_default();
                let texts = boxes.iter().map(String::as_str).chain([others.as_str()]);
                texts.flat_map(jids_in).collect()
            }),
            variants: variant::carried_over(|name| query.get(name)),
            timing: TimingForm::gather(
                |name| query.get(name),
                |name| query.get_all(name).unwrap_or_default(),
            ),
        })
    }
}

impl Draft {
    /// Begins with what is saved, or with what the address carries over.
    pub(super) fn begin(
        saved: Option<&CampaignSummary>,
        carried: &CarriedOver,
        connection: Signal<Option<ConnectionId>>,
        chosen: &[GroupBrief],
        every_list: Signal<Vec<GroupListChoice>>,
    ) -> Self {
        let saved = saved.map(|summary| &summary.campaign);
        let variants = carried.variants.clone().or_else(|| {
            let draft = saved.map(Campaign::draft);
            draft.map(|draft| {
                draft
                    .variants()
                    .map(|(_, content)| content.clone())
                    .collect()
            })
        });
        let mut variants = variants.unwrap_or_default().into_iter();
        let first = Variant::new(0, variants.next().unwrap_or_default());
        let others = (1..).zip(variants);
        let others = others.map(|(key, content)| Variant::new(key, content));
        let name = saved
            .map(|campaign| campaign.name.clone())
            .unwrap_or_default();
        let saved_lists = saved.map(|campaign| campaign.lists.clone());
        let chosen_lists = carried.lists.clone().or(saved_lists).unwrap_or_default();
        let lists = RwSignal::new(chosen_lists.into_iter().collect());
        let targets: BTreeSet<_> = chosen.iter().map(|group| group.jid.clone()).collect();
        let (targets, known) = (
            RwSignal::new(targets),
            RwSignal::new(by_address(chosen.to_vec())),
        );
        let reach = Memo::new(move |_| {
            let (all, ids, connection) = (every_list.read(), lists.read(), connection.get());
            let (targets, known) = (targets.read(), known.read());
            let in_lists = all.iter().filter(|list| is_chosen(list, &ids, connection));
            let in_lists = in_lists.flat_map(|list| &list.groups);
            let singles = targets.iter().map(|jid| (jid, known.get(jid)));
            Reach::of(singles.chain(in_lists.map(|group| (&group.jid, Some(group)))))
        });
        let timing = saved
            .map(|campaign| campaign.timing.clone())
            .unwrap_or_default();
        let timing = carried
            .timing
            .clone()
            .unwrap_or_else(|| TimingForm::from(&timing));
        Self {
            name: RwSignal::new(carried.name.clone().unwrap_or(name)),
            connection,
            every_list,
            lists,
            targets,
            known,
            reach,
            first,
            others: RwSignal::new(others.collect()),
            timing: RwSignal::new(timing),
        }
    }

    /// Adds groups to the choice.
    pub(super) fn choose(self, groups: impl IntoIterator<Item = GroupBrief>) {
        let groups = by_address(groups);
        self.targets
            .update(|targets| targets.extend(groups.keys().cloned()));
        self.known.update(|known| known.extend(groups));
    }

    /// The lists of the chosen connection.
    pub(super) fn offered_lists(self) -> Vec<GroupListChoice> {
        let connection = self.connection.get();
        let is_its = |list: &&GroupListChoice| Some(list.connection) == connection;
        self.every_list
            .with(|lists| lists.iter().filter(is_its).cloned().collect())
    }

    /// Forgets whom the message goes to: another connection has other groups.
    pub(super) fn choose_nobody(self) {
        self.lists.update(BTreeSet::clear);
        self.targets.update(BTreeSet::clear);
    }

    /// What stops it from being started, as far as the page knows.
    pub(super) fn problems_to_start(self) -> Vec<DraftProblem> {
        let draft = self.to_domain();
        let mut problems = draft.problems_to_start();
        if !draft.lists.is_empty() && self.reach.get().groups == 0 {
            problems.push(DraftProblem::ListsEmpty);
        }
        problems
    }

    /// The draft as it is kept while it is written, after the one of `last`.
    pub(super) fn to_keep(self, last: Option<&CampaignDraft>) -> CampaignDraft {
        let mut draft = self.to_domain();
        if draft.name.trim().is_empty() {
            say!(editor.unnamed).clone_into(&mut draft.name);
        }
        let is_readable = self.timing.with(|timing| timing.timing().is_ok());
        if let Some(last) = last.filter(|_| !is_readable) {
            draft.timing = last.timing.clone();
        }
        draft
    }

    /// The draft as the domain knows it.
    fn to_domain(self) -> CampaignDraft {
        CampaignDraft {
            name: self.name.get(),
            connection: self.connection.get(),
            lists: {
                let lists = self.offered_lists().into_iter().map(|list| list.id);
                lists
                    .filter(|id| self.lists.with(|chosen| chosen.contains(id)))
                    .collect()
            },
            targets: self
                .targets
                .with(|targets| targets.iter().cloned().collect()),
            content: self.first.content(),
            others: self
                .others
                .with(|others| others.iter().map(|one| one.content()).collect()),
            // What cannot be read is told by itself.
            timing: self.timing.with(TimingForm::timing).unwrap_or_default(),
        }
    }
}

/// Whether a list is one of those that are chosen for the connection.
fn is_chosen(
    list: &GroupListChoice,
    chosen: &BTreeSet<GroupListId>,
    connection: Option<ConnectionId>,
) -> bool {
    Some(list.connection) == connection && chosen.contains(&list.id)
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
        let chosen = chosen.into_iter().chain([(&unknown, None)]);
        let expected = Reach {
            groups: 4,
            participants: 30,
            refusing: 1,
        };
        assert_eq!(Reach::of(chosen), expected);
    }
}
