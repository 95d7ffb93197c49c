//! The way through a long list of groups.

use leptos::prelude::*;

use super::search::Asked;
use crate::components::{Icon, format};
use crate::domain::GroupPlace;

/// How many are shown of how many, and the ways on.
#[component]
pub(super) fn Pager(
    /// How many are shown.
    shown: Signal<u32>,
    /// How many were found.
    found: Signal<u32>,
    /// Where the next page begins.
    next: Signal<Option<GroupPlace>>,
    /// What is asked for.
    asked: Signal<Asked>,
    /// The page's address without what it asks for.
    path: Signal<String>,
) -> impl IntoView {
    let at = move |after| {
        let mut asked = asked.get();
        asked.after = after;
        asked.address(&path.get())
    };
    let is_later = move || asked.with(|asked| asked.after.is_some());
    view! {
        <nav class="actions" aria-label=say!(groups.pages)>
            <span class="note">
                {move || {
                    say!(
                        groups.shown, shown = format::thousands(shown.get() as usize), found =
                        format::thousands(found.get() as usize)
                    )
                }}
            </span>
            {move || {
                is_later()
                    .then(|| {
                        view! {
                            <a href=move || at(None) class="btn">
                                {say!(groups.first_page)}
                            </a>
                        }
                    })
            }}
            {move || {
                next.get()
                    .map(|next| {
                        view! {
                            <a href=move || at(Some(next.clone())) class="btn">
                                {say!(groups.next_page)}
                                <Icon name="dir" class="small" />
                            </a>
                        }
                    })
            }}
        </nav>
    }
}
