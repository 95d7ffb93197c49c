//! The campaign was changed elsewhere: what is there, or what is here.

use leptos::prelude::*;

use super::Keeper;
use super::keeper::Foreign;
use crate::api::{ApiError, SaveCampaign};
use crate::components::browser::leave_for;
use crate::components::sentences::changed_by;
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
        let stored = material.with(|material| {
            let saved = material.saved.as_ref()?;
            let (at, by) = (saved.campaign.updated_at, saved.saved_by.clone());
            Some(Foreign { at, by })
        });
        let savings = [stored, keeper.refused_for.get()].into_iter().flatten();
        let newest = savings.max_by_key(|saving| saving.at)?;
        let base = keeper.base.get()?;
        (newest.at > base.seen && !keeper.is_sending.get()).then_some((base.id, newest))
    });
    // A form without script was led back with its answers: whoever saves once more replaces what is there.
    let is_told_back = move || {
        let Some(Err(ApiError::CampaignChanged { at, by })) = action.value().get() else {
            return None;
        };
        let id = keeper.base.get()?.id;
        (!is_alive.get()).then_some((id, Foreign { at, by }))
    };
    move || {
        if let Some((id, Foreign { at, by })) = theirs.get() {
            return view! {
                <div class="notice" data-state="warn" role="alert">
                    <Icon name="warn" />
                    <div>
                        <strong>{changed_by(&by)} " " <Ago at now /></strong>
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
        let Some((id, Foreign { at, by })) = is_told_back() else {
            return ().into_any();
        };
        view! {
            <div class="notice" data-state="warn" role="alert">
                <Icon name="warn" />
                <div>
                    <strong>{changed_by(&by)} " " <Ago at now /></strong>
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
