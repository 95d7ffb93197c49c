//! The filters of a list and the field that looks for something in it.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::asked::{Asked, KIND, Kind};
use super::{SearchField, format};

/// The kinds of row with what the text finds of each, and the field. Without WASM Enter looks.
#[component]
pub(crate) fn FilterBar<K, Count>(
    /// The list's address without what it asks for.
    path: String,
    /// What is asked for.
    asked: Memo<Asked<K>>,
    /// How many rows of a kind there are.
    count: Count,
    /// What the filters are for.
    label: &'static str,
    /// What the field looks for.
    search: &'static str,
    /// Whether kinds without a row are left out.
    #[prop(optional)]
    hides_empty: bool,
) -> impl IntoView
where
    K: Kind,
    Count: Fn(K) -> u32 + Copy + Send + Sync + 'static,
{
    let navigate = use_navigate();
    let text = Signal::derive(move || asked.with(|asked| asked.text.clone()));
    let at = StoredValue::new(path.clone());
    let look = move |text| {
        let wanted = asked.get_untracked().with_text(text);
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..Default::default()
        };
        navigate(&at.with_value(|path| wanted.address(path)), options);
    };
    let links = K::every().iter().map(|kind| {
        let kind = *kind;
        let count = Memo::new(move |_| count(kind));
        let is_chosen = Memo::new(move |_| asked.with(|asked| asked.kind == kind));
        let is_left_out =
            move || hides_empty && count.get() == 0 && kind != K::default() && !is_chosen.get();
        view! {
            // The router's own link would say of each of these that it is the present page.
            <a
                href=move || at.with_value(|path| asked.get().of_kind(kind).address(path))
                class="tab"
                aria-current=move || if is_chosen.get() { "true" } else { "false" }
                hidden=is_left_out
            >
                {kind.words()}
                " "
                <small>{move || format::thousands(count.get() as usize)}</small>
            </a>
        }
    });
    view! {
        <div class="toolbar">
            <nav class="tabs" aria-label=label>
                {links.collect_view()}
            </nav>
            <search class="with-icon">
                <form method="get" action=path>
                    <input
                        type="hidden"
                        name=KIND
                        value=move || asked.with(|asked| asked.kind.in_address())
                    />
                    {move || {
                        let kept = asked.with(|asked| asked.kept.clone());
                        kept.into_iter()
                            .map(|(name, value)| {
                                view! { <input type="hidden" name=name value=value /> }
                            })
                            .collect_view()
                    }}
                    <SearchField id="busca" label=search text look />
                </form>
            </search>
        </div>
    }
}
