//! A field that looks for something while one types.

use leptos::html::Input;
use leptos::prelude::*;

use super::{Icon, after_typing};

/// The label, the icon and the input of a search.
#[component]
pub(crate) fn SearchField<Look>(
    /// Identifies the input on the page.
    #[prop(into)]
    id: String,
    /// The label, for those who do not see the icon.
    label: &'static str,
    /// What is looked for. It may change from outside, by going back and forth in the browser's
    /// history: what somebody is typing stays.
    #[prop(into)]
    text: Signal<String>,
    /// Looks for what was typed, once nothing more is typed for a moment.
    look: Look,
    /// Whether it stands in a form that is about something else: Enter must not send that.
    #[prop(optional)]
    is_guest: bool,
    /// Its name in forms and addresses; `None` leaves it out of them.
    #[prop(default = Some("busca".to_owned()))]
    name: Option<String>,
) -> impl IntoView
where
    Look: Fn(String) + Clone + 'static,
{
    let input = NodeRef::<Input>::new();
    let is_typing = RwSignal::new(false);
    Effect::new(move || {
        let text = text.get();
        if let Some(input) = input.get()
            && !is_typing.get_untracked()
        {
            input.set_value(&text);
        }
    });
    let look = after_typing(look);
    view! {
        <label class="sr" for=id.clone()>
            {label}
        </label>
        <Icon name="busca" class="small" />
        <input
            class="input"
            id=id
            name=name
            type="search"
            autocomplete="off"
            placeholder=label
            value=text.get_untracked()
            node_ref=input
            on:focus=move |_| is_typing.set(true)
            on:blur=move |_| is_typing.set(false)
            on:input=move |event| look(event_target_value(&event))
            on:keydown=move |event| {
                if is_guest && event.key() == "Enter" {
                    event.prevent_default();
                }
            }
        />
    }
}
