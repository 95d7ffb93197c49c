//! Icons: symbols of one sprite, drawn in the colour of the text beside them.

use leptos::prelude::*;

/// An icon of `public/icons.svg` by its name. It never speaks by itself: the word is beside it.
#[component]
pub(crate) fn Icon(
    /// The symbol's name.
    #[prop(into)]
    name: Signal<&'static str>,
    /// More classes: `small`, `state`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let class = if class.is_empty() {
        "icon".to_owned()
    } else {
        format!("icon {class}")
    };
    view! {
        <svg class=class aria-hidden="true">
            <use href=move || format!("/icons.svg#{}", name.get())></use>
        </svg>
    }
}
