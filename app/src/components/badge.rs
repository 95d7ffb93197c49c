//! States: always a colour, an icon and a word.

use leptos::prelude::*;

use super::Icon;
use super::sentences::Label;

/// A state, as `class` wants it: `badge`, or `badge plain` in a dense table.
#[component]
pub(crate) fn Badge(
    /// The state.
    #[prop(into)]
    label: Signal<Label>,
    /// For a dense table.
    #[prop(optional)]
    plain: bool,
) -> impl IntoView {
    let icon = Signal::derive(move || label.get().icon);
    view! {
        <span
            class=if plain { "badge plain" } else { "badge" }
            data-state=move || label.get().tone.name()
        >
            <Icon name=icon />
            {move || label.get().word}
        </span>
    }
}

/// What happened, why, and what to do.
#[component]
pub(crate) fn Notice(
    /// The words.
    #[prop(into)]
    sentence: Signal<super::sentences::Sentence>,
    /// The state: colours and icon come from it.
    #[prop(into)]
    label: Signal<Label>,
    /// Buttons and links that help.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let icon = Signal::derive(move || label.get().icon);
    view! {
        <div class="notice" data-state=move || label.get().tone.name() aria-live="polite">
            <Icon name=icon />
            <div>
                <strong>{move || sentence.get().title}</strong>
                {move || sentence.get().text}
                {children
                    .map(|children| {
                        view! { <div class="actions">{children()}</div> }
                    })}
            </div>
        </div>
    }
}
