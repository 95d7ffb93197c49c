//! A draft keeps itself while its author writes.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::draft::Draft;
use crate::api::keep_draft;
use crate::components::browser::show_address;
use crate::domain::{CampaignDraft, CampaignId};

/// How long an author pauses before what was written is kept.
const PAUSE: Duration = Duration::from_millis(1_500);

/// What became of the last change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kept {
    /// Nothing was changed.
    #[default]
    Unchanged,
    /// It waits for the author to pause, or is on its way.
    Pending,
    /// It is in the store.
    Done,
    /// It is not: something is wrong with it, or the server cannot be reached.
    Failed,
}

/// The keeping of one draft.
#[derive(Clone, Copy)]
pub(super) struct Autosave {
    /// The campaign, once it has a place in the store.
    pub(super) id: RwSignal<Option<CampaignId>>,
    /// What became of the last change.
    pub(super) kept: RwSignal<Kept>,
    /// Whether the first copy is on its way: a second one would be another campaign.
    pub(super) is_creating: RwSignal<bool>,
}

impl Autosave {
    /// Keeps what is written from now on, a moment after each pause of the author, while `is_wanted`.
    pub(super) fn begin(saved: Option<CampaignId>, draft: Draft, is_wanted: Signal<bool>) -> Self {
        let autosave = Self {
            id: RwSignal::new(saved),
            kept: RwSignal::default(),
            is_creating: RwSignal::new(false),
        };
        // An answer about the time that cannot be read yet waits; all else is kept meanwhile.
        let written = Memo::new(move |last: Option<&CampaignDraft>| draft.to_keep(last));
        let turn = StoredValue::new(0_u32);
        Effect::new(move |is_alive: Option<()>| {
            let written = written.get();
            if is_alive.is_none() || !is_wanted.get_untracked() {
                return;
            }
            autosave.kept.set(Kept::Pending);
            let mine = turn.get_value().wrapping_add(1);
            turn.set_value(mine);
            set_timeout(
                move || {
                    // Something newer was written, or the page was left.
                    if turn.try_get_value() == Some(mine) && is_wanted.get_untracked() {
                        autosave.keep(written);
                    }
                },
                PAUSE,
            );
        });
        autosave
    }

    fn keep(self, written: CampaignDraft) {
        let id = self.id.get_untracked();
        self.is_creating.set(id.is_none());
        spawn_local(async move {
            let kept = keep_draft(id, written).await;
            // The page may be gone by now.
            let _ = self.is_creating.try_set(false);
            let kept = match kept {
                Ok(kept) => {
                    if id.is_none() && self.id.try_set(Some(kept)).is_none() {
                        show_address(&format!("/campanhas/{kept}"));
                    }
                    Kept::Done
                }
                Err(_) => Kept::Failed,
            };
            let _ = self.kept.try_set(kept);
        });
    }
}

/// Says what became of the last change.
#[component]
pub(super) fn KeptNote(kept: RwSignal<Kept>) -> impl IntoView {
    let words = move || match kept.get() {
        Kept::Unchanged => "",
        Kept::Pending => say!(editor.keeping),
        Kept::Done => say!(editor.kept),
        Kept::Failed => say!(editor.not_kept),
    };
    view! {
        <span class="note" role="status">
            {words}
        </span>
    }
}
