//! The campaign was changed elsewhere: what is there, or what is here.

use leptos::prelude::*;

use super::Keeper;
use crate::api::{ApiError, SaveCampaign};
use crate::components::browser::leave_for;
use crate::components::{Ago, Icon};
use crate::domain::Timestamp;
use crate::pages::campaign::material::Material;

/// Tells it, at the latest when something here should be saved, and asks. Nothing is overwritten until then.
#[component]
pub(in crate::pages::campaign) fn ChangedElsewhere(
    material: Signal<Material>,
    keeper: Keeper,
    action: ServerAction<SaveCampaign>,
    now: Signal<Timestamp>,
    /// The button that saves.
    save: &'static str,
    is_alive: Signal<bool>,
) -> impl IntoView {
    let theirs = Memo::new(move |_| {
        let stored = material.with(|material| Some(material.saved.as_ref()?.campaign.updated_at));
        let newest = stored.max(keeper.refused_at.get())?;
        let base = keeper.base.get()?;
        (newest > base.seen && !keeper.is_sending.get()).then_some((base.id, newest))
    });
    // A form without script was led back with its answers: whoever saves once more replaces what is there.
    let is_told_back = move || {
        let value = action.value();
        let refused =
            value.with(|value| matches!(value, Some(Err(ApiError::CampaignChanged { .. }))));
        let id = keeper.base.get()?.id;
        (refused && !is_alive.get()).then_some(id)
    };
    move || {
        if let Some((id, at)) = theirs.get() {
            return view! {
                <div class="notice" data-state="warn" role="alert">
                    <Icon name="warn" />
                    <div>
                        <strong>{say!(error.campaign_changed)} " " <Ago at now /></strong>
                        {say!(editor.changed_elsewhere_text)}
                        <div class="actions">
                            <button
                                type="button"
                                class="btn"
                                on:click=move |_| {
                                    keeper.give_up();
                                    leave_for(&format!("/campanhas/{id}"));
                                }
                            >
                                {say!(editor.load_theirs)}
                            </button>
                            <button
                                type="button"
                                class="btn"
                                on:click=move |_| keeper.insist(at, save)
                            >
                                {say!(editor.keep_mine)}
                            </button>
                        </div>
                    </div>
                </div>
            }
            .into_any();
        }
        let Some(id) = is_told_back() else {
            return ().into_any();
        };
        view! {
            <div class="notice" data-state="warn" role="alert">
                <Icon name="warn" />
                <div>
                    <strong>{say!(error.campaign_changed)}</strong>
                    {say!(editor.changed_elsewhere_plain)}
                    <div class="actions">
                        <a class="btn" href=format!("/campanhas/{id}")>
                            {say!(editor.load_theirs)}
                        </a>
                    </div>
                </div>
            </div>
        }
        .into_any()
    }
}
