//! The button beside the formatting, and the popover that it opens.

use leptos::html::{Div, Textarea};
use leptos::prelude::*;

use super::panel::Panel;
use super::recent;
use crate::components::Icon;
use crate::pages::campaign::caret;
use crate::pages::campaign::variant::Variant;

/// Opens the choice; what is chosen is written where the caret is.
#[component]
pub(in crate::pages::campaign) fn EmojiButton(
    area: NodeRef<Textarea>,
    variant: Variant,
    /// The popover's.
    id: String,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let popover = NodeRef::<Div>::new();
    let is_left_by_key = StoredValue::new(false);
    let is_shown = move || {
        let popover = popover.get_untracked();
        popover.is_some_and(|popover| popover.matches(":popover-open").unwrap_or_default())
    };
    let choose = move |emoji: String| {
        let Some(area) = area.get_untracked() else {
            return;
        };
        caret::write(&area, &emoji);
        variant.text.set(area.value());
        recent::keep(&emoji);
    };
    view! {
        <button
            type="button"
            class="btn quiet square"
            popovertarget=id.clone()
            title=say!(emoji.open)
            aria-label=say!(emoji.open)
        >
            <Icon name="emoji" />
        </button>
        <div
            class="emojis"
            id=id
            popover="auto"
            role="dialog"
            aria-label=say!(emoji.open)
            node_ref=popover
            on:keydown=move |event| is_left_by_key.set_value(event.key() == "Escape")
            on:toggle=move |_| {
                is_open.set(is_shown());
                // Who leaves it by key goes on writing behind what was chosen.
                if let (true, Some(area)) = (is_left_by_key.get_value(), area.get_untracked()) {
                    is_left_by_key.set_value(false);
                    let _ = area.focus();
                }
            }
        >
            {move || is_open.get().then(|| view! { <Panel choose /> })}
        </div>
    }
}
