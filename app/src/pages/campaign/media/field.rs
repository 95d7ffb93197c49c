//! What one variant sends besides its text.

use leptos::prelude::*;

use super::MediaDesk;
use super::plain::{PlainLibrary, PlainPicker};
use crate::components::sentences::draft_problem;
use crate::components::{FieldError, Icon, MediaFace, facts};
use crate::domain::{DraftProblem, MediaItem, MessageContent};
use crate::pages::campaign::form::Problems;
use crate::pages::campaign::variant::{Variant, field};
use crate::pages::take_dropped;

/// The chosen file, and the way to the dialog; files may be dropped here.
#[component]
pub(in crate::pages::campaign) fn MediaField(
    desk: MediaDesk,
    library: Signal<PlainLibrary>,
    variant: Variant,
    /// Its number, from 0.
    number: usize,
    problems: Problems,
    is_alive: Signal<bool>,
) -> impl IntoView {
    let part = |name: &str| match number {
        0 => format!("midia-{name}"),
        _ => format!("midia-{}-{name}", number + 1),
    };
    let label_id = part("rotulo");
    let chosen = Memo::new(move |_| desk.item(variant.media.get()?));
    let has_media = move || variant.media.with(Option::is_some);
    let value = move || variant.media.get().map(|id| id.to_string());
    let error = told(desk, variant, number, problems);
    view! {
        <div class="field">
            <span class="label" id=label_id.clone()>
                {say!(editor.media)}
            </span>
            <div
                class="chosen-media"
                role="group"
                aria-labelledby=label_id
                hidden=move || !is_alive.get()
                on:dragover=|event| event.prevent_default()
                on:drop=move |event| {
                    event.prevent_default();
                    if take_dropped(&event, desk.jobs) {
                        desk.open_for(variant);
                    }
                }
            >
                {move || chosen.get().map(|item| view! { <Chosen item /> })}
                <span class="note" hidden=has_media>
                    {say!(editor.no_media)}
                </span>
                <span class="actions">
                    <button type="button" class="btn" on:click=move |_| desk.open_for(variant)>
                        <Icon name="midia" />
                        {move || {
                            if has_media() {
                                say!(editor.change_media)
                            } else {
                                say!(editor.choose_media)
                            }
                        }}
                    </button>
                    <button
                        type="button"
                        class="btn quiet"
                        hidden=move || !has_media()
                        on:click=move |_| variant.media.set(None)
                    >
                        {say!(editor.remove_media)}
                    </button>
                </span>
            </div>
            <input
                type="hidden"
                name=field(number, "media")
                value=move || value().unwrap_or_default()
                disabled=move || !is_alive.get()
            />
            <PlainPicker desk library variant number is_alive />
            <FieldError id=part("erro") error />
        </div>
    }
}

#[component]
fn Chosen(item: MediaItem) -> impl IntoView {
    let (name, facts) = (item.name.clone(), facts(&item));
    view! {
        <span class="thumb">
            <MediaFace item />
        </span>
        <span class="chosen-name">
            {name} <span class="sub">{facts}</span>
        </span>
    }
}

/// What is chosen and written at this moment may not go together, before anybody saves it; that a file is
/// gone is told by the server or by the library itself.
fn told(
    desk: MediaDesk,
    variant: Variant,
    number: usize,
    problems: Problems,
) -> Signal<Option<String>> {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    let gone = DraftProblem::MediaGone { variant: number };
    Signal::derive(move || {
        let chosen = variant.media.get();
        let known = chosen.and_then(|id| desk.item(id));
        let misfit = known.and_then(|item| {
            let content = MessageContent {
                text: variant.text.get(),
                media: chosen,
            };
            content.problem_with(item.kind, number)
        });
        let is_gone = chosen.is_some_and(|id| desk.is_gone(id))
            || (chosen.is_some() && problems.with(|all| all.contains(&gone)));
        misfit.or(is_gone.then_some(gone)).map(draft_problem)
    })
}
