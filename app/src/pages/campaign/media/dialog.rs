//! The dialog: the library with its search, and uploading in place.

use leptos::html;
use leptos::prelude::*;

use super::MediaDesk;
use crate::api::{LibraryView, LiveEvent, search_media};
use crate::components::{Icon, Loaded, MediaFace, SearchField, facts, format, live_resource};
use crate::domain::{MediaFilter, MediaItem, MediaQuery};
use crate::pages::{Jobs, UploadForm, filter_words, take_dropped, take_pasted};

/// What the dialog shows.
#[derive(Clone, Copy)]
struct Search {
    query: RwSignal<MediaQuery>,
    /// From 1; 0 is the first as well.
    page: RwSignal<u32>,
}

impl Search {
    fn change(self, change: impl FnOnce(&mut MediaQuery)) {
        self.page.set(0);
        self.query.update(change);
    }
}

/// Stands outside of the editor's form: what is typed and sent here is not part of that.
#[component]
pub(in crate::pages::campaign) fn MediaDialog(desk: MediaDesk) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let is_open = Memo::new(move |_| desk.choosing.with(Option::is_some));
    // Once it was open it stays: files that are on their way belong to it.
    let was_open = Memo::new(move |last: Option<&bool>| last == Some(&true) || is_open.get());
    let search = Search {
        query: RwSignal::default(),
        page: RwSignal::new(0),
    };
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match (is_open.get(), dialog.open()) {
            // One that left the page meanwhile cannot be shown, and need not be.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let text = Signal::derive(move || search.query.with(|query| query.text.clone()));
    let look = move |text| search.change(|query| query.text = text);
    view! {
        <dialog
            class="dialog library"
            aria-labelledby="escolher-midia"
            node_ref=dialog
            on:close=move |_| desk.choosing.set(None)
            on:paste=move |event| {
                if take_pasted(&event, desk.jobs) {
                    event.prevent_default();
                }
            }
            on:dragover=|event| event.prevent_default()
            on:drop=move |event| {
                event.prevent_default();
                take_dropped(&event, desk.jobs);
            }
        >
            <div>
                <div class="library-head">
                    <h2 id="escolher-midia">{say!(editor.choose_media)}</h2>
                    <search class="with-icon">
                        <SearchField
                            id="busca-de-midia"
                            label=say!(media.search)
                            text
                            look
                            is_guest=true
                            name=None
                        />
                    </search>
                    <button
                        type="button"
                        class="btn quiet square"
                        aria-label=say!(common.close)
                        on:click=move |_| desk.choosing.set(None)
                    >
                        <Icon name="fechar" />
                    </button>
                </div>
                {move || was_open.get().then(|| view! { <Library desk search /> })}
            </div>
        </dialog>
    }
}

/// What was found, read when somebody opens the dialog.
#[component]
fn Library(desk: MediaDesk, search: Search) -> impl IntoView {
    let found = live_resource(
        move || (search.query.get(), search.page.get()),
        |(query, page)| search_media(query, page),
        |event| matches!(event, LiveEvent::Media),
    );
    view! {
        <UploadForm jobs=desk.jobs />
        <Jobs jobs=desk.jobs />
        <Loaded resource=found view=move |view| view! { <Found view desk search /> } />
    }
}

#[component]
fn Found(view: Signal<LibraryView>, desk: MediaDesk, search: Search) -> impl IntoView {
    let items = Memo::new(move |_| {
        view.with(|view| {
            let cards = view.items.iter();
            cards.map(|card| card.item.clone()).collect::<Vec<_>>()
        })
    });
    let nothing = move || {
        items.with(Vec::is_empty).then(|| {
            search
                .query
                .with(|query| match (query.text.is_empty(), query.filter) {
                    (true, MediaFilter::All) => say!(editor.no_media_yet),
                    (true, _) => say!(media.none_of_kind),
                    (false, _) => say!(media.none_found),
                })
        })
    };
    view! {
        <Kinds view search />
        <ul class="media-grid small">
            <For
                each=move || items.get()
                key=|item| (item.id, item.name.clone())
                let:item
            >
                <Tile item desk />
            </For>
        </ul>
        <p class="note" role="status">
            {nothing}
        </p>
        <Pages view search />
    }
}

/// The kinds, with how many of each the text finds.
#[component]
fn Kinds(view: Signal<LibraryView>, search: Search) -> impl IntoView {
    let kind = move |filter: MediaFilter| {
        let is_chosen = move || search.query.with(|query| query.filter == filter);
        let count = move || view.with(|view| view.counts.of(filter));
        view! {
            <button
                type="button"
                aria-pressed=move || is_chosen().to_string()
                on:click=move |_| search.change(|query| query.filter = filter)
            >
                {filter_words(filter)}
                " "
                <small>{move || format::thousands(count() as usize)}</small>
            </button>
        }
    };
    view! {
        <div class="tabs" role="group" aria-label=say!(media.filters)>
            {MediaFilter::EVERY.map(kind).collect_view()}
        </div>
    }
}

/// One item; a click chooses it.
#[component]
fn Tile(item: MediaItem, desk: MediaDesk) -> impl IntoView {
    let id = item.id;
    let is_chosen = move || {
        let chosen = desk.choosing.get().and_then(|variant| variant.media.get());
        (chosen == Some(id)).to_string()
    };
    let (name, facts) = (item.name.clone(), facts(&item));
    let chosen = item.clone();
    let title = name.clone();
    view! {
        <li>
            <button
                type="button"
                class="tile"
                title=title
                aria-pressed=is_chosen
                on:click=move |_| desk.choose(chosen.clone())
            >
                <span class="thumb">
                    <MediaFace item />
                </span>
                <span class="tile-name">{name}</span>
                <span class="sub">{facts}</span>
            </button>
        </li>
    }
}

/// The ways through the pages; nothing for a library of one.
#[component]
fn Pages(view: Signal<LibraryView>, search: Search) -> impl IntoView {
    let place = Memo::new(move |_| view.with(|view| (view.page, view.pages)));
    let at = move |page| search.page.set(page);
    view! {
        <nav
            class="actions"
            aria-label=say!(media.library_pages)
            hidden=move || place.get().1 < 2
        >
            <span class="note">
                {move || {
                    let (page, pages) = place.get();
                    say!(media.page_of, page = page, pages = pages)
                }}
            </span>
            <button
                type="button"
                class="btn"
                disabled=move || place.get().0 <= 1
                on:click=move |_| at(place.get_untracked().0.saturating_sub(1))
            >
                <Icon name="esq" class="small" />
                {say!(common.previous_page)}
            </button>
            <button
                type="button"
                class="btn"
                disabled=move || {
                    let (page, pages) = place.get();
                    page >= pages
                }
                on:click=move |_| at(place.get_untracked().0 + 1)
            >
                {say!(common.next_page)}
                <Icon name="dir" class="small" />
            </button>
        </nav>
    }
}
