//! What the page knows of its media, and for whom the dialog is open.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{LiveEvent, chosen_media};
use crate::components::on_change;
use crate::domain::{MediaId, MediaItem};
use crate::pages::campaign::draft::Draft;
use crate::pages::campaign::variant::Variant;
use crate::pages::{Job, all_taken, newest};

/// The media of the editor.
#[derive(Clone, Copy)]
pub(in crate::pages::campaign) struct MediaDesk {
    /// The chosen items; `None` for one that is not there any more.
    known: RwSignal<BTreeMap<MediaId, Option<MediaItem>>>,
    /// The variant that the dialog is open for.
    pub(super) choosing: RwSignal<Option<Variant>>,
    /// The variant that it was last open for.
    latest: StoredValue<Option<Variant>>,
    /// Files on their way into the library.
    pub(in crate::pages::campaign) jobs: RwSignal<Vec<Job>>,
}

impl MediaDesk {
    /// Begins with the items that are chosen at first, and follows the choice from then on.
    pub(in crate::pages::campaign) fn begin(items: Vec<MediaItem>, draft: Draft) -> Self {
        let known = items.into_iter().map(|item| (item.id, Some(item)));
        let desk = Self {
            known: RwSignal::new(known.collect()),
            choosing: RwSignal::new(None),
            latest: StoredValue::new(None),
            jobs: RwSignal::new(Vec::new()),
        };
        desk.follow(draft);
        desk.take_uploads();
        desk
    }

    /// Reads what was chosen elsewhere than in the dialog, and reads all again when the library changes.
    fn follow(self, draft: Draft) {
        let chosen = Memo::new(move |_| {
            let variants = draft.variants();
            let media = variants.into_iter().filter_map(|one| one.media.get());
            media.collect::<BTreeSet<MediaId>>()
        });
        Effect::new(move || {
            let chosen = chosen.get();
            let is_known = |id| self.known.with_untracked(|known| known.contains_key(id));
            if !chosen.iter().all(is_known) {
                self.read(&chosen);
            }
        });
        let is_about_media = |event: &LiveEvent| matches!(event, LiveEvent::Media);
        on_change(is_about_media, move || {
            if let Some(chosen) = chosen.try_get_untracked() {
                self.read(&chosen);
            }
        });
    }

    fn read(self, ids: &BTreeSet<MediaId>) {
        if ids.is_empty() {
            return;
        }
        let ids = ids.clone();
        spawn_local(async move {
            let written: Vec<String> = ids.iter().map(ToString::to_string).collect();
            // What cannot be read now is read with the next change; the choice itself stays.
            if let Ok(items) = chosen_media(written.join(" ")).await {
                self.known.try_update(|known| {
                    known.extend(ids.into_iter().map(|id| (id, None)));
                    known.extend(items.into_iter().map(|item| (item.id, Some(item))));
                });
            }
        });
    }

    /// Chooses what was uploaded, as soon as the server has it.
    fn take_uploads(self) {
        let taken = Memo::new(move |_| self.jobs.with(|jobs| newest(jobs)));
        Effect::new(move || {
            let (Some(id), Some(variant)) = (taken.get(), self.latest.get_value()) else {
                return;
            };
            let is_open = self.choosing.with_untracked(Option::is_some);
            // Who closed the dialog meanwhile and chose something else wants that.
            if is_open || variant.media.with_untracked(Option::is_none) {
                variant.media.set(Some(id));
            }
            if self.jobs.with_untracked(|jobs| all_taken(jobs)) {
                self.choosing.set(None);
            }
        });
    }

    /// What is known of an item.
    pub(in crate::pages::campaign) fn item(self, id: MediaId) -> Option<MediaItem> {
        self.known.with(|known| known.get(&id).cloned().flatten())
    }

    /// Whether a chosen item was deleted.
    pub(super) fn is_gone(self, id: MediaId) -> bool {
        self.known
            .with(|known| matches!(known.get(&id), Some(None)))
    }

    /// Opens the dialog.
    pub(in crate::pages::campaign) fn open_for(self, variant: Variant) {
        // What an earlier choice has uploaded is told no more.
        if self.jobs.with_untracked(|jobs| all_taken(jobs)) {
            self.jobs.update(Vec::clear);
        }
        self.latest.set_value(Some(variant));
        self.choosing.set(Some(variant));
    }

    /// Chooses an item for the variant that the dialog is open for, and closes it.
    pub(super) fn choose(self, item: MediaItem) {
        let id = item.id;
        self.known.update(|known| {
            known.insert(id, Some(item));
        });
        if let Some(variant) = self.choosing.get_untracked() {
            variant.media.set(Some(id));
        }
        self.choosing.set(None);
    }
}
