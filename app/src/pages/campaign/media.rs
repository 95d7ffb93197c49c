//! Choosing an image of the library.

use leptos::prelude::*;
use leptos_router::components::A;

use super::form::Problems;
use super::page::Material;
use crate::components::FieldError;
use crate::components::sentences::draft_problem;
use crate::domain::{DraftProblem, MediaId};

/// Radio buttons drawn as thumbnails; the first one stands for no image.
#[component]
pub(super) fn MediaPicker(
    material: Signal<Material>,
    chosen: RwSignal<Option<MediaId>>,
    /// The name that the form posts.
    name: String,
    /// Which variant's, from 0.
    number: usize,
    problems: Problems,
) -> impl IntoView {
    let field = StoredValue::new(name);
    let error_id = if number == 0 {
        "midia-erro".to_owned()
    } else {
        format!("midia-{}-erro", number + 1)
    };
    let is_gone = move |problem: &DraftProblem| matches!(problem, DraftProblem::MediaGone { variant } if *variant as usize == number);
    let error = Signal::derive(move || {
        problems.with(|all| all.iter().copied().find(is_gone).map(draft_problem))
    });
    let items = Memo::new(move |_| {
        material.with(|material| {
            material
                .media
                .iter()
                .map(|card| (card.item.id, card.item.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let is_chosen = move |id: Option<MediaId>| chosen.get() == id;
    view! {
        <fieldset class="media-picker">
            <legend class="label">{say!(editor.media)}</legend>
            <label class="none">
                <input
                    type="radio"
                    name=field.get_value()
                    value=""
                    checked=move || is_chosen(None)
                    on:change=move |_| chosen.set(None)
                />
                <span>{say!(editor.no_media)}</span>
            </label>
            {move || {
                items
                    .get()
                    .into_iter()
                    .map(|(id, name)| {
                        let title = name.clone();
                        view! {
                            <label title=title>
                                <input
                                    type="radio"
                                    name=field.get_value()
                                    value=id.to_string()
                                    checked=move || is_chosen(Some(id))
                                    on:change=move |_| chosen.set(Some(id))
                                />
                                <img
                                    src=format!("/midias/{id}/miniatura")
                                    alt=name
                                    loading="lazy"
                                />
                            </label>
                        }
                    })
                    .collect_view()
            }}
        </fieldset>
        <p class="hint" hidden=move || !items.with(Vec::is_empty)>
            {say!(editor.no_media_yet)} " " <A href="/midias">{say!(editor.go_upload)}</A>
        </p>
        <FieldError id=error_id error />
    }
}
