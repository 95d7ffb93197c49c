//! Choosing a file of the library.

use leptos::prelude::*;
use leptos_router::components::A;

use super::form::Problems;
use super::page::Material;
use crate::components::sentences::draft_problem;
use crate::components::{FieldError, MediaFace};
use crate::domain::{DraftProblem, MediaId, MessageContent};

/// Radio buttons drawn as thumbnails; the first one stands for no file.
#[component]
pub(super) fn MediaPicker(
    material: Signal<Material>,
    chosen: RwSignal<Option<MediaId>>,
    /// The text that goes with it.
    text: RwSignal<String>,
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
    // What is chosen and written at this moment, before anybody saves it.
    let present = Memo::new(move |_| {
        let chosen = chosen.get()?;
        let kind = material.with(|material| {
            let mut cards = material.media.iter();
            let card = cards.find(|card| card.item.id == chosen)?;
            Some(card.item.kind)
        });
        let content = MessageContent {
            text: text.get(),
            media: Some(chosen),
        };
        content.problem_with(kind?, u32::try_from(number).unwrap_or_default())
    });
    let error = Signal::derive(move || {
        let gone = problems.with(|all| all.iter().copied().find(is_gone));
        present.get().or(gone).map(draft_problem)
    });
    let items = Memo::new(move |_| {
        material.with(|material| {
            material
                .media
                .iter()
                .map(|card| card.item.clone())
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
                    .map(|item| {
                        let (id, name) = (item.id, item.name.clone());
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
                                <MediaFace item alt=name />
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
