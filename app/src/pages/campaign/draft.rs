//! What the editor's form holds while a person writes.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::api::{CampaignSummary, jids_in};
use crate::domain::{
    CAPTION_MAX_CHARS, CampaignDraft, ConnectionId, GroupBrief, GroupJid, MediaId, MessageContent,
    TEXT_MAX_CHARS,
};

/// The answers of the form, each a signal that the preview and the counts follow.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) name: RwSignal<String>,
    /// The chosen connection; the same one decides which groups are read.
    pub(super) connection: Signal<Option<ConnectionId>>,
    pub(super) targets: RwSignal<BTreeSet<GroupJid>>,
    /// What is known of groups that were chosen or may have been, for the count and its reach.
    pub(super) known: RwSignal<BTreeMap<GroupJid, GroupBrief>>,
    pub(super) text: RwSignal<String>,
    pub(super) media: RwSignal<Option<MediaId>>,
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
    /// The chosen groups of that connection.
    pub(super) targets: Option<Vec<GroupJid>>,
    pub(super) text: Option<String>,
    pub(super) media: Choice<MediaId>,
}

impl CarriedOver {
    /// Reads the page's address.
    pub(super) fn from_address() -> Self {
        use_query_map().with_untracked(|query| Self {
            name: query.get("form[name]"),
            connection: query
                .get("form[connection]")
                .map_or(Choice::AsSaved, |id| Choice::Made(id.parse().ok())),
            targets: query.get("form[others]").map(|others| {
                let boxes = query.get_all("form[targets][]").unwrap_or_default();
                let texts = boxes.iter().map(String::as_str).chain([others.as_str()]);
                texts.flat_map(jids_in).collect()
            }),
            text: query
                .get("form[text]")
                .map(|text| text.replace("\r\n", "\n")),
            media: query
                .get("form[media]")
                .map_or(Choice::AsSaved, |id| Choice::Made(id.parse().ok())),
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
    ) -> Self {
        let saved = saved.map(|summary| &summary.campaign);
        let content = saved
            .map(|campaign| campaign.content.clone())
            .unwrap_or_default();
        let name = saved
            .map(|campaign| campaign.name.clone())
            .unwrap_or_default();
        Self {
            name: RwSignal::new(carried.name.clone().unwrap_or(name)),
            connection,
            targets: RwSignal::new(chosen.iter().map(|group| group.jid.clone()).collect()),
            known: RwSignal::new(by_address(chosen.to_vec())),
            text: RwSignal::new(carried.text.clone().unwrap_or(content.text)),
            media: RwSignal::new(carried.media.or_saved(|| content.media)),
        }
    }

    /// Adds groups to the choice.
    pub(super) fn choose(self, groups: impl IntoIterator<Item = GroupBrief>) {
        let groups = by_address(groups);
        self.targets
            .update(|targets| targets.extend(groups.keys().cloned()));
        self.known.update(|known| known.extend(groups));
    }

    /// How many of the chosen groups would refuse the message.
    pub(super) fn refusing(self) -> u32 {
        let refuses = |group: &&GroupBrief| !group.accepts_messages;
        let refusing = self.targets.with(|targets| {
            self.known.with(|known| {
                let chosen = targets.iter().filter_map(|jid| known.get(jid));
                chosen.filter(refuses).count()
            })
        });
        u32::try_from(refusing).unwrap_or(u32::MAX)
    }

    /// How many characters the text may have: under an image it is a caption.
    pub(super) fn text_limit(self) -> usize {
        if self.media.with(Option::is_some) {
            CAPTION_MAX_CHARS
        } else {
            TEXT_MAX_CHARS
        }
    }

    /// The draft as the domain knows it.
    pub(super) fn to_domain(self) -> CampaignDraft {
        CampaignDraft {
            name: self.name.get(),
            connection: self.connection.get(),
            lists: Vec::new(),
            targets: self
                .targets
                .with(|targets| targets.iter().cloned().collect()),
            content: MessageContent {
                text: self.text.get(),
                media: self.media.get(),
            },
        }
    }
}

fn by_address(groups: impl IntoIterator<Item = GroupBrief>) -> BTreeMap<GroupJid, GroupBrief> {
    let groups = groups.into_iter();
    groups.map(|group| (group.jid.clone(), group)).collect()
}
