//! Which copy of the campaign is written on, and what became of the last change.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{ApiError, Base, SaveCampaign, Saved, SavedBy, get_campaign, keep_draft};
use crate::components::browser::{press, show_address};
use crate::domain::{Campaign, CampaignDraft, CampaignState, Timestamp};
use crate::pages::campaign::draft::Draft;

/// How long an author pauses before what was written is kept.
const PAUSE: Duration = Duration::from_millis(1_500);

/// What became of the last change.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Kept {
    /// Nothing was changed.
    #[default]
    Unchanged,
    /// It is not saved: the author has not paused yet, or has to save by the button.
    Not,
    /// It is on its way.
    Saving,
    /// It is in the store, since then.
    Since(Timestamp),
    /// It is not, for this reason.
    Failed(ApiError),
}

/// A saving that this page did not ask for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Foreign {
    pub(super) at: Timestamp,
    pub(super) by: SavedBy,
}

/// The keeping of one draft.
#[derive(Clone, Copy)]
pub(in crate::pages::campaign) struct Keeper {
    draft: StoredValue<Draft>,
    /// The copy that is written on; `None` before the campaign has a place in the store.
    pub(in crate::pages::campaign) base: RwSignal<Option<Base>>,
    /// What is in the store of what is written here.
    stored: StoredValue<CampaignDraft>,
    pub(super) kept: RwSignal<Kept>,
    /// Whether the draft keeps itself. What runs, or ran, is only changed by a button.
    keeps_itself: Signal<bool>,
    /// Whether something of this page is on its way: what leaves next needs to know its answer.
    pub(super) is_sending: RwSignal<bool>,
    /// What may have arrived although its answer was lost.
    in_doubt: StoredValue<Option<CampaignDraft>>,
    /// The saving for which the server refused one of this page.
    pub(super) refused_for: RwSignal<Option<Foreign>>,
    /// The button that waits for what is on its way.
    waiting: StoredValue<Option<&'static str>>,
    /// Counts the changes.
    turn: StoredValue<u32>,
}

impl Keeper {
    /// Keeps what is written from now on, a moment after each pause of the author.
    pub(in crate::pages::campaign) fn begin(
        base: Option<Base>,
        draft: Draft,
        state: Memo<CampaignState>,
        save: ServerAction<SaveCampaign>,
    ) -> Self {
        let keeper = Self {
            draft: StoredValue::new(draft),
            base: RwSignal::new(base),
            stored: StoredValue::new(untrack(|| draft.to_keep(None))),
            kept: RwSignal::default(),
            keeps_itself: Signal::derive(move || state.get() == CampaignState::Draft),
            is_sending: RwSignal::new(false),
            in_doubt: StoredValue::new(None),
            refused_for: RwSignal::new(None),
            waiting: StoredValue::new(None),
            turn: StoredValue::new(0),
        };
        // A page that comes alive reads what its fields hold: only what differs is a change.
        let typed = Memo::new(move |_| draft.typed());
        Effect::new(move |is_alive: Option<()>| {
            typed.track();
            draft.track_choice();
            if is_alive.is_some() {
                keeper.touch();
            }
        });
        keeper.follow(save);
        keeper
    }

    /// Follows the form's own saving.
    fn follow(self, save: ServerAction<SaveCampaign>) {
        let submitted = StoredValue::new(None::<CampaignDraft>);
        Effect::new(move || {
            if save.pending().get() {
                submitted.set_value(Some(self.written()));
                self.is_sending.set(true);
                self.kept.set(Kept::Saving);
            } else if let Some(written) = submitted.try_update_value(Option::take).flatten()
                && let Some(saved) = save.value().get_untracked()
            {
                self.is_sending.set(false);
                self.heed(saved, written);
            }
        });
    }

    /// What is written now.
    fn written(self) -> CampaignDraft {
        let last = self.stored.get_value();
        untrack(|| self.draft.get_value().to_keep(Some(&last)))
    }

    /// Something was changed, perhaps.
    fn touch(self) {
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        if !self.is_sending.get_untracked() {
            self.kept.set(Kept::Not);
        }
        set_timeout(
            move || {
                // Something newer was written, or the page was left.
                if self.turn.try_get_value() == Some(turn) {
                    self.settle();
                }
            },
            PAUSE,
        );
    }

    /// Keeps what is written, if it is not what is stored and nothing stands in the way.
    fn settle(self) {
        if self.is_sending.get_untracked() {
            return;
        }
        let written = self.written();
        if self.stored.with_value(|stored| *stored == written) {
            self.kept.set(match self.base.get_untracked() {
                Some(base) => Kept::Since(base.seen),
                None => Kept::Unchanged,
            });
        } else if self.keeps_itself.get_untracked()
            && self.refused_for.with_untracked(Option::is_none)
        {
            self.keep(written);
        } else {
            self.kept.set(Kept::Not);
        }
    }

    fn keep(self, written: CampaignDraft) {
        let base = self.base.get_untracked();
        self.is_sending.set(true);
        self.kept.set(Kept::Saving);
        spawn_local(async move {
            let mut answer = keep_draft(base, written.clone()).await;
            if let (Some(base), Err(ApiError::CampaignChanged { at, .. })) = (base, &answer)
                && self.is_ours(base, *at).await
            {
                let base = Base { seen: *at, ..base };
                answer = keep_draft(Some(base), written.clone()).await;
            }
            // The page may be gone by now.
            if self.is_sending.try_set(false).is_none() {
                let is_first = base.is_none();
                if let (true, Ok(saved)) = (is_first, &answer) {
                    show_address(&format!("/campanhas/{}", saved.id));
                }
                self.heed(answer, written);
            }
        });
    }

    /// Whether what was saved then is what left here before its answer was lost.
    async fn is_ours(self, base: Base, at: Timestamp) -> bool {
        let Some(sent) = self.in_doubt.try_get_value().flatten() else {
            return false;
        };
        let stored = get_campaign(base.id).await;
        stored.is_ok_and(|stored| {
            stored.campaign.updated_at == at && Campaign::draft(&stored.campaign) == sent
        })
    }

    /// Takes note of what became of `written`.
    fn heed(self, answer: Result<Saved, ApiError>, written: CampaignDraft) {
        let is_lost = matches!(
            answer,
            Err(ApiError::ServerUnreachable | ApiError::StoreUnavailable)
        );
        self.in_doubt.set_value(is_lost.then(|| written.clone()));
        match answer {
            Ok(saved) => {
                self.base.set(Some(saved.into()));
                self.stored.set_value(written);
                self.kept.set(Kept::Since(saved.at));
                self.settle();
            }
            Err(ApiError::CampaignChanged { at, by }) => {
                self.refused_for.set(Some(Foreign { at, by }));
                self.kept.set(Kept::Not);
            }
            Err(error) => self.kept.set(Kept::Failed(error)),
        }
        if let Some(button) = self.waiting.try_update_value(Option::take).flatten() {
            press_soon(button);
        }
    }

    /// Tries once more to save what failed: by itself, or by the form where only that may.
    pub(super) fn retry(self, button: &'static str) {
        if self.keeps_itself.get_untracked() {
            self.settle();
        } else {
            press_soon(button);
        }
    }

    /// Lets a button wait for what is on its way; tells whether it has to.
    pub(in crate::pages::campaign) fn holds(self, button: &'static str) -> bool {
        let holds = self.is_sending.get_untracked();
        if holds {
            self.waiting.set_value(Some(button));
        }
        holds
    }

    /// Whether something would be lost if the page were left.
    pub(in crate::pages::campaign) fn is_unsaved(self) -> bool {
        let is_kept = |kept: &Kept| matches!(kept, Kept::Unchanged | Kept::Since(_));
        self.kept.with_untracked(|kept| !is_kept(kept))
    }

    /// Gives up what is written here.
    pub(super) fn give_up(self) {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.kept.set(Kept::Unchanged);
    }

    /// Goes on with what is written here, over what was saved at that time.
    pub(super) fn insist(self, at: Timestamp, button: &'static str) {
        self.refused_for.set(None);
        self.base.update(|base| {
            if let Some(base) = base {
                base.seen = at;
            }
        });
        press_soon(button);
    }
}

/// Presses a button once the fields of its form say what they should.
fn press_soon(button: &'static str) {
    set_timeout(move || press(button), Duration::ZERO);
}
