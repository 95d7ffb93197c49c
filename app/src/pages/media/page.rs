//! `/midias`: uploading, and the grid.

use leptos::prelude::*;

use super::item::Tile;
use super::upload::Upload;
use crate::api::{DeleteMedia, LiveEvent, MediaCard, MediaView, RenameMedia, list_media};
use crate::components::{ActionError, Loaded, PageTitle, format, len_u32, live_resource};
use crate::domain::MediaId;

/// The media library.
#[component]
pub(crate) fn MediaPage() -> impl IntoView {
    let rename = ServerAction::<RenameMedia>::new();
    let delete = ServerAction::<DeleteMedia>::new();
    let media = live_resource(
        move || (rename.version().get(), delete.version().get()),
        |_| list_media(),
        // A campaign that changed may use an image that it did not use before.
        |event| matches!(event, LiveEvent::Media | LiveEvent::Campaign(_)),
    );
    view! {
        <PageTitle title=say!(media.title) />
        <div class="page-head">
            <div>
                <h1>{say!(media.title)}</h1>
            </div>
        </div>
        <div class="flow tight">
            <Upload />
            <ActionError value=rename.value() />
            <ActionError value=delete.value() />
            <Loaded resource=media view=move |view| view! { <Grid view rename delete /> } />
        </div>
    }
}

#[component]
fn Grid(
    view: Signal<MediaView>,
    rename: ServerAction<RenameMedia>,
    delete: ServerAction<DeleteMedia>,
) -> impl IntoView {
    let is_empty = Memo::new(move |_| view.with(|view| view.items.is_empty()));
    let ids = move || {
        view.with(|view| {
            view.items
                .iter()
                .map(|card| card.item.id)
                .collect::<Vec<_>>()
        })
    };
    let card_of = move |id: MediaId| {
        Memo::new(move |last: Option<&Option<MediaCard>>| {
            view.with(|view| view.items.iter().find(|card| card.item.id == id).cloned())
                .or_else(|| last.cloned().flatten())
        })
    };
    let summary = move || {
        view.with(|view| {
            say!(
                media.summary,
                files = say!(count.files, count = len_u32(&view.items)),
                size = format::bytes(view.items.iter().map(|card| card.item.bytes).sum())
            )
        })
    };
    view! {
        <p class="note" hidden=move || !is_empty.get()>
            {say!(media.empty)}
        </p>
        <p class="note" hidden=move || is_empty.get()>
            {summary}
        </p>
        <ul class="media-grid">
            <For each=ids key=|id| *id let:id>
                {
                    let card = card_of(id);
                    move || card.get().map(|card| view! { <Tile card rename delete /> })
                }
            </For>
        </ul>
    }
}
