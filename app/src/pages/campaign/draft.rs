//! What the editor's form holds while a person writes.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::audience::Audience;
use super::plain_edits::{self, PlainEdit};
use super::sender::{self, OtherSender};
use super::variant::{self, Variant};
use crate::api::{CampaignSummary, GroupListChoice, OwnPaceForm, TimingForm, jids_in};
use crate::domain::{
    Campaign, CampaignDraft, ConnectionId, GroupBrief, GroupJid, GroupListId, MessageContent,
    Sender, Timestamp,
};

/// The answers of the form, each a signal that the preview and the counts follow.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) name: RwSignal<String>,
    /// Whom the chosen connection sends to; the same one decides which groups are read.
    pub(super) audience: Audience,
    /// The other connections.
    pub(super) also: RwSignal<Vec<OtherSender>>,
    /// The message.
    pub(super) first: Variant,
    /// Its other variants.
    pub(super) others: RwSignal<Vec<Variant>>,
    pub(super) timing: RwSignal<TimingForm>,
    /// The pace that it has of its own.
    pub(super) pace: RwSignal<OwnPaceForm>,
}

/// What is typed in the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Typed {
    name: String,
    variants: Vec<MessageContent>,
    pace: OwnPaceForm,
    timing: TimingForm,
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

/// The groups that are chosen when the page begins, with what is known of them.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Chosen {
    /// Those of the first connection.
    pub(super) first: Vec<GroupBrief>,
    /// The other connections with theirs; `None` for one that is still to be chosen.
    pub(super) also: Vec<Option<(Sender, Vec<GroupBrief>)>>,
}

/// What the address carries over when a form without WASM asks for another connection's groups:
/// its own answers, so that nothing written is lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CarriedOver {
    pub(super) name: Option<String>,
    pub(super) connection: Choice<ConnectionId>,
    /// The chosen lists of that connection.
    pub(super) lists: Option<Vec<GroupListId>>,
    /// When the copy was saved that the answers began with.
    pub(super) seen: Option<Timestamp>,
    /// The chosen groups of that connection.
    pub(super) targets: Option<Vec<GroupJid>>,
    /// The other connections; `None` for one that is still to be chosen.
    pub(super) also: Option<Vec<Option<Sender>>>,
    /// The numbers of those whose groups are shown, from 0.
    pub(super) shown: Vec<usize>,
    /// The pace that the campaign has of its own.
    pub(super) pace: Option<OwnPaceForm>,
    /// The variants of the message, the first one first.
    pub(super) variants: Option<Vec<MessageContent>>,
    pub(super) timing: Option<TimingForm>,
}

impl CarriedOver {
    /// Reads the page's address.
    pub(super) fn from_address() -> Self {
        use_query_map().with_untracked(|query| {
            let mut answers = Self::read(query);
            let edit = query.get(plain_edits::FIELD);
            if let Some(edit) = edit.and_then(|edit| edit.parse::<PlainEdit>().ok()) {
                edit.apply(&mut answers);
            }
            answers
        })
    }

    fn read(query: &ParamsMap) -> Self {
        Self {
            name: query.get("form[name]"),
            seen: query
                .get("form[seen]")
                .and_then(|millis| millis.parse().ok())
                .map(Timestamp::from_millis),
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
            also: query.get("form[others]").map(|_| {
                sender::carried_over(
                    |name| query.get(name),
                    |name| query.get_all(name).unwrap_or_default(),
                )
            }),
            shown: {
                let numbers = query.get_all(plain_edits::SHOWN).unwrap_or_default();
                numbers.iter().filter_map(|one| one.parse().ok()).collect()
            },
            pace: query
                .get("form[pace][shortest]")
                .map(|shortest| OwnPaceForm {
                    shortest,
                    longest: query.get("form[pace][longest]").unwrap_or_default(),
                }),
            variants: variant::carried_over(|name| query.get(name)),
            timing: TimingForm::gather(
                |name| query.get(name),
                |name| query.get_all(name).unwrap_or_default(),
            ),
        }
    }
}

impl Draft {
    /// Begins with what is saved, or with what the address carries over.
    pub(super) fn begin(
        saved: Option<&CampaignSummary>,
        carried: &CarriedOver,
        connection: Signal<Option<ConnectionId>>,
        chosen: &Chosen,
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
        let first_audience =
            Audience::begin(connection, every_list, chosen_lists, chosen.first.clone());
        let also = (1..).zip(chosen.also.iter().cloned()).enumerate();
        let also = also.map(|(number, (key, one))| {
            let sender = match one {
                Some((sender, groups)) => {
                    let connection = Some(sender.connection);
                    OtherSender::begin(key, connection, every_list, sender.lists, groups)
                }
                None => OtherSender::begin(key, None, every_list, Vec::new(), Vec::new()),
            };
            if carried.shown.contains(&number) {
                sender.shown_as_asked()
            } else {
                sender
            }
        });
        let also = RwSignal::new(also.collect::<Vec<_>>());
        let timing = saved
            .map(|campaign| campaign.timing.clone())
            .unwrap_or_default();
        let timing = carried
            .timing
            .clone()
            .unwrap_or_else(|| TimingForm::from(&timing));
        let pace = OwnPaceForm::of(saved.and_then(|campaign| campaign.pace));
        Self {
            name: RwSignal::new(carried.name.clone().unwrap_or(name)),
            audience: first_audience,
            also,
            pace: RwSignal::new(carried.pace.clone().unwrap_or(pace)),
            first,
            others: RwSignal::new(others.collect()),
            timing: RwSignal::new(timing),
        }
    }

    /// The variants of the message, the first one first.
    pub(super) fn variants(self) -> Vec<Variant> {
        let others = self.others.get();
        std::iter::once(self.first).chain(others).collect()
    }

    /// What is typed: everything but the choice of groups.
    pub(super) fn typed(self) -> Typed {
        let variants = self.variants().into_iter();
        Typed {
            name: self.name.get(),
            variants: variants.map(Variant::content).collect(),
            pace: self.pace.get(),
            timing: self.timing.get(),
        }
    }

    /// Follows the choice of groups without reading it: of thousands none is touched while somebody types.
    pub(super) fn track_choice(self) {
        self.audience.track();
        self.also
            .with(|also| also.iter().for_each(|one| one.track()));
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
        let is_readable = self.pace.with(|pace| pace.read().is_ok());
        if let Some(last) = last.filter(|_| !is_readable) {
            draft.pace = last.pace;
        }
        draft
    }

    /// The draft as the domain knows it.
    fn to_domain(self) -> CampaignDraft {
        CampaignDraft {
            name: self.name.get(),
            connection: self.audience.connection.get(),
            lists: self.audience.chosen_lists(),
            targets: self.audience.chosen_targets(),
            also: self
                .also
                .with(|also| also.iter().filter_map(|one| one.sender()).collect()),
            // What cannot be read is told by itself.
            pace: self.pace.with(OwnPaceForm::read).unwrap_or_default(),
            content: self.first.content(),
            others: self
                .others
                .with(|others| others.iter().map(|one| one.content()).collect()),
            timing: self.timing.with(TimingForm::timing).unwrap_or_default(),
        }
    }
}
