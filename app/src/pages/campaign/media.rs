//! Choosing an image of the library.

use leptos::prelude::*;
use leptos_router::components::A;

use super::draft::Draft;
use super::page::Material;
use crate::domain::MediaId;

/// Radio buttons drawn as thumbnails; the first one stands for no image.
#[component]
pub(super) fn MediaPicker(material: Signal<Material>, draft: Draft) -> impl IntoView {
    let items = Memo::new(move |_| {
        material.with(|material| {
            material
                .media
                .iter()
                .map(|card| (card.item.id, card.item.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let is_chosen = move |id: Option<MediaId>| draft.media.get() == id;
    view! {
        <fieldset class="media-picker">
            <legend class="label">{say!(editor.media)}</legend>
            <label class="none">
                <input
                    type="radio"
                    name="form[media]"
                    value=""
                    checked=move || is_chosen(None)
                    on:change=move |_| draft.media.set(None)
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
                                    name="form[media]"
                                    value=id.to_string()
                                    checked=move || is_chosen(Some(id))
                                    on:change=move |_| draft.media.set(Some(id))
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
    }
}
