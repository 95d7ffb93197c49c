//! Choosing a file before the page is alive: a page of the library, and a search that loads it anew.

use leptos::html::Fieldset;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::MediaDesk;
use crate::api::{ApiError, search_media};
use crate::components::MediaFace;
use crate::components::browser::checked_value;
use crate::domain::{MediaItem, MediaQuery, Timestamp};
use crate::pages::campaign::variant::{Variant, field};

/// The fields of the search.
const TEXT: &str = "busca-midia";
const PAGE: &str = "pagina-midia";

/// What the address asks of the library.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::pages::campaign) struct AskedOfLibrary {
    text: String,
    page: u32,
}

impl AskedOfLibrary {
    pub(in crate::pages::campaign) fn from_address() -> Self {
        use_query_map().with_untracked(|query| Self {
            text: query.get(TEXT).unwrap_or_default(),
            page: query
                .get(PAGE)
                .and_then(|page| page.parse().ok())
                .unwrap_or_default(),
        })
    }
}

/// A page of the library.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(in crate::pages::campaign) struct PlainLibrary {
    text: String,
    items: Vec<MediaItem>,
    page: u32,
    pages: u32,
}

impl PlainLibrary {
    /// Reads what the address asks for; tells the server's time, too.
    pub(in crate::pages::campaign) async fn read(
        asked: AskedOfLibrary,
    ) -> Result<(Self, Timestamp), ApiError> {
        let query = MediaQuery {
            text: asked.text.clone(),
            ..MediaQuery::default()
        };
        let view = search_media(query, asked.page).await?;
        let library = Self {
            text: asked.text,
            items: view.items.into_iter().map(|card| card.item).collect(),
            page: view.page,
            pages: view.pages,
        };
        Ok((library, view.now))
    }
}

/// Radio buttons drawn as thumbnails; the first one stands for no file. A page that is alive leaves them out
/// of its form.
#[component]
pub(super) fn PlainPicker(
    desk: MediaDesk,
    library: Signal<PlainLibrary>,
    variant: Variant,
    /// Its number, from 0.
    number: usize,
    is_alive: Signal<bool>,
) -> impl IntoView {
    let boxes = NodeRef::<Fieldset>::new();
    // What was chosen before the page came alive counts.
    Effect::new(move || {
        if let Some(boxes) = boxes.get()
            && let Some(value) = checked_value(&boxes)
        {
            variant.media.set(value.parse().ok());
        }
    });
    let name = field(number, "media");
    let first = variant.media.get_untracked();
    let shown = library.with_untracked(|library| library.items.clone());
    // What is chosen can be kept, whatever page of the library is shown.
    let elsewhere = first.filter(|id| !shown.iter().any(|item| item.id == *id));
    let elsewhere = elsewhere.and_then(|id| untrack(|| desk.item(id)));
    let is_empty = shown.is_empty();
    let radio = |item: MediaItem| {
        let (id, alt) = (item.id, item.name.clone());
        let (name, title) = (name.clone(), alt.clone());
        view! {
            <label title=title>
                <input type="radio" name=name value=id.to_string() checked=first == Some(id) />
                <MediaFace item alt=alt />
            </label>
        }
    };
    let items = elsewhere.into_iter().chain(shown).map(radio);
    view! {
        <details class="flow tight" hidden=move || is_alive.get()>
            <summary>{say!(editor.choose_media)}</summary>
            <fieldset class="media-picker" node_ref=boxes disabled=move || is_alive.get()>
                <legend class="sr">{say!(editor.media)}</legend>
                <label class="none">
                    <input
                        type="radio"
                        name=name.clone()
                        value=""
                        checked=first.is_none()
                    />
                    <span>{say!(editor.no_media)}</span>
                </label>
                {items.collect_view()}
            </fieldset>
            {is_empty
                .then(|| {
                    view! {
                        <p class="hint">
                            {say!(editor.no_media_yet)} " "
                            <A href="/midias">{say!(editor.go_upload)}</A>
                        </p>
                    }
                })}
            {(number == 0).then(|| view! { <PlainSearch library is_alive /> })}
        </details>
    }
}

/// The search, once on the page: its buttons load the page anew, with everything written so far.
#[component]
fn PlainSearch(library: Signal<PlainLibrary>, is_alive: Signal<bool>) -> impl IntoView {
    let PlainLibrary {
        text, page, pages, ..
    } = library.get_untracked();
    let turn = |to: u32, words: &'static str| {
        view! {
            <button
                class="btn"
                name=PAGE
                value=to.to_string()
                formmethod="get"
                formaction=""
                formnovalidate
            >
                {words}
            </button>
        }
    };
    let back = (page > 1).then(|| turn(page - 1, say!(common.previous_page)));
    let on = (page < pages).then(|| turn(page + 1, say!(common.next_page)));
    view! {
        <fieldset class="actions bare" disabled=move || is_alive.get()>
            <legend class="sr">{say!(media.search)}</legend>
            <input
                class="input narrow"
                type="search"
                name=TEXT
                aria-label=say!(media.search)
                placeholder=say!(media.search)
                value=text
            />
            <button class="btn" formmethod="get" formaction="" formnovalidate>
                {say!(editor.search_button)}
            </button>
            {back}
            {on}
        </fieldset>
    }
}
