//! The buttons that send the editor's form.

use leptos::prelude::*;

use super::saving::{Keeper, KeptNote};
use crate::api::SaveCampaign;
use crate::components::browser::press;
use crate::components::{Icon, SubmitButton};
use crate::domain::{CampaignAction, CampaignState, Timestamp};

/// The buttons that send the form: to save it, to look at it before a start, to try it.
pub(super) const SAVE: &str = "salvar";
const REVIEW: &str = "conferir";
const TEST: &str = "testar";

/// Looking at the campaign before a start, saving it, trying it; and what became of the last change.
#[component]
pub(super) fn FormActions(
    keeper: Keeper,
    save: ServerAction<SaveCampaign>,
    state: Memo<CampaignState>,
    now: Signal<Timestamp>,
    /// Whether nothing can be sent.
    locked: Signal<bool>,
) -> impl IntoView {
    let is_busy = save.pending();
    // What is on its way comes first: its answer tells which copy this one is made from.
    let send = move |button: &'static str| {
        move |event: leptos::ev::MouseEvent| {
            if keeper.holds(button) {
                event.prevent_default();
            }
        }
    };
    // A start leads over the look at what it will do; what is paused can only be looked at.
    let starts = Memo::new(move |_| state.get().after(CampaignAction::Start).is_some());
    let way_on = move || {
        let (icon, words) = if starts.get() {
            ("iniciar", say!(editor.start))
        } else {
            ("certo-duplo", say!(editor.review))
        };
        view! {
            <Icon name=icon />
            {words}
        }
    };
    save_by_key();
    view! {
        <div class="actions editor-actions" hidden=move || locked.get()>
            <button
                class="btn primary"
                id=REVIEW
                name="form[then]"
                value="review"
                disabled=move || is_busy.get()
                on:click=send(REVIEW)
            >
                {way_on}
            </button>
            <SubmitButton
                label=say!(editor.save)
                pending_label=say!(editor.saving)
                pending=is_busy
                id=SAVE
                class="btn"
                on:click=send(SAVE)
            />
            <button
                class="btn"
                id=TEST
                name="form[then]"
                value="test"
                disabled=move || is_busy.get()
                on:click=send(TEST)
            >
                <Icon name="enviar" />
                {say!(test_send.title)}
            </button>
            <KeptNote keeper now save=SAVE />
            <a class="btn quiet only-phone" href="#previa">
                {say!(editor.see_preview)}
            </a>
        </div>
    }
}

/// Ctrl+S, or ⌘S, saves.
fn save_by_key() {
    Effect::new(|| {
        let listener = window_event_listener(leptos::ev::keydown, |event| {
            let is_s = event.key().eq_ignore_ascii_case("s");
            if is_s && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                press(SAVE);
            }
        });
        on_cleanup(move || listener.remove());
    });
}
