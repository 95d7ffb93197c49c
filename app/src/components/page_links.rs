//! The ways through the pages of a list.

use leptos::prelude::*;

use super::Icon;
use super::asked::{Asked, Kind};

/// What is shown, and the ways back and on; nothing for a list of one page.
#[component]
pub(crate) fn PageLinks<K: Kind>(
    /// The list's address without what it asks for.
    path: String,
    /// What is asked for.
    asked: Memo<Asked<K>>,
    /// Which page is shown, from 1, and how many there are.
    place: Memo<(u32, u32)>,
    /// What the pages are of.
    label: &'static str,
    /// What is shown of the whole.
    #[prop(into)]
    shown: Signal<String>,
) -> impl IntoView {
    let path = StoredValue::new(path);
    let at = move |page| path.with_value(|path| asked.get().at(page).address(path));
    move || {
        let (page, pages) = place.get();
        (pages > 1).then(|| {
            let previous = (page > 1).then(|| {
                view! {
                    <a href=move || at(page - 1) class="btn">
                        <Icon name="esq" class="small" />
                        {say!(common.previous_page)}
                    </a>
                }
            });
            let next = (page < pages).then(|| {
                view! {
                    <a href=move || at(page + 1) class="btn">
                        {say!(common.next_page)}
                        <Icon name="dir" class="small" />
                    </a>
                }
            });
            view! {
                <nav class="actions" aria-label=label>
                    <span class="note">{move || shown.get()}</span>
                    {previous}
                    {next}
                </nav>
            }
        })
    }
}
