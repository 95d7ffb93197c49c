//! What the popover shows: a search, the categories, the emojis.

use leptos::ev::KeyboardEvent;
use leptos::html::{Div, Input};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::HtmlElement;

use super::recent;
use super::table::{Category, Emoji, Table, load};
use crate::api::ApiError;
use crate::components::browser::step_among;
use crate::components::sentences::api_error;

/// What is shown while nothing is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Recent,
    Of(Category),
}

#[component]
pub(super) fn Panel<Choose>(
    /// Writes an emoji.
    choose: Choose,
) -> impl IntoView
where
    Choose: Fn(String) + Copy + Send + Sync + 'static,
{
    let table = RwSignal::new(None::<Result<Table, ApiError>>);
    let kept = recent::recent();
    let shown = RwSignal::new(if kept.is_empty() {
        Shown::Of(Category::Faces)
    } else {
        Shown::Recent
    });
    let text = RwSignal::new(String::new());
    let search = NodeRef::<Input>::new();
    let grid = NodeRef::<Div>::new();
    let read = move || {
        table.set(None);
        spawn_local(async move {
            let loaded = load().await;
            // The popover may be closed by now.
            table.try_set(Some(loaded));
        });
    };
    read();
    Effect::new(move || {
        if let Some(search) = search.get() {
            let _ = search.focus();
        }
    });
    let has_recent = !kept.is_empty();
    let kept = StoredValue::new(kept);
    let emojis = Memo::new(move |_| {
        table.with(|table| {
            let Some(Ok(table)) = table else {
                return Vec::new();
            };
            let text = text.read();
            if !text.trim().is_empty() {
                return table.find(&text);
            }
            match shown.get() {
                Shown::Of(category) => table.of(category).to_vec(),
                Shown::Recent => kept.with_value(|kept| {
                    let known = kept.iter().filter_map(|one| table.named(one));
                    known.cloned().collect()
                }),
            }
        })
    });
    let state = move || match table.get() {
        None => view! { <p class="note">{say!(common.loading)}</p> }.into_any(),
        Some(Err(error)) => view! {
            <p class="note" role="alert">
                {api_error(&error).title}
            </p>
            <button type="button" class="btn small" on:click=move |_| read()>
                {say!(editor.load_again)}
            </button>
        }
        .into_any(),
        Some(Ok(_)) if emojis.with(Vec::is_empty) => {
            view! { <p class="note">{say!(emoji.none_found)}</p> }.into_any()
        }
        Some(Ok(_)) => ().into_any(),
    };
    view! {
        <input
            class="input"
            type="search"
            autocomplete="off"
            aria-label=say!(emoji.search)
            placeholder=say!(emoji.search)
            prop:value=move || text.get()
            node_ref=search
            on:input=move |event| text.set(event_target_value(&event))
            on:keydown=move |event| {
                // It stands in the form of the campaign.
                if event.key() == "Enter" {
                    event.prevent_default();
                    let first = emojis.with(|emojis| emojis.first().cloned());
                    if let Some(first) = first.filter(|_| !text.with(String::is_empty)) {
                        choose(first.text);
                        focus(search.get_untracked().as_deref());
                    }
                } else if event.key() == "ArrowDown" {
                    step(&event, grid);
                }
            }
        />
        <Categories shown text has_recent />
        <div
            class="emoji-grid"
            role="group"
            aria-label=say!(emoji.open)
            node_ref=grid
            on:keydown=move |event| step(&event, grid)
        >
            <For each=move || emojis.get() key=|emoji| emoji.text.clone() let:emoji>
                <Choice emoji choose />
            </For>
        </div>
        <div class="emoji-state" role="status">
            {state}
        </div>
    }
}

fn focus(element: Option<&HtmlElement>) {
    if let Some(element) = element {
        // What is hidden by now takes no focus, and needs none.
        let _ = element.focus();
    }
}

/// Moves the focus among the emojis by an arrow key.
fn step(event: &KeyboardEvent, grid: NodeRef<Div>) {
    let Some(grid) = grid.get_untracked() else {
        return;
    };
    if step_among(&grid, &event.key()) {
        event.prevent_default();
    }
}

#[component]
fn Categories(shown: RwSignal<Shown>, text: RwSignal<String>, has_recent: bool) -> impl IntoView {
    let tab = move |one: Shown, sign: &'static str, words: &'static str| {
        let is_shown = move || text.with(String::is_empty) && shown.get() == one;
        view! {
            <button
                type="button"
                title=words
                aria-label=words
                aria-pressed=move || is_shown().to_string()
                on:click=move |_| {
                    text.set(String::new());
                    shown.set(one);
                }
            >
                {sign}
            </button>
        }
    };
    let latest = has_recent.then(|| tab(Shown::Recent, "🕘", say!(emoji.recent)));
    let every = Category::EVERY.map(|one| tab(Shown::Of(one), one.sign(), one.words()));
    view! {
        <div class="emoji-tabs" role="group" aria-label=say!(emoji.categories)>
            {latest}
            {every.collect_view()}
        </div>
    }
}

#[component]
fn Choice<Choose>(emoji: Emoji, choose: Choose) -> impl IntoView
where
    Choose: Fn(String) + Copy + Send + Sync + 'static,
{
    let Emoji { text, name, .. } = emoji;
    let button = NodeRef::<leptos::html::Button>::new();
    let chosen = text.clone();
    view! {
        <button
            type="button"
            title=name.clone()
            aria-label=name
            node_ref=button
            on:click=move |_| {
                choose(chosen.clone());
                // Another one may follow.
                focus(button.get_untracked().as_deref());
            }
        >
            {text}
        </button>
    }
}
