//! Looking for groups in the editor.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::api::GroupsView;
use crate::components::{SearchField, format};
use crate::domain::{GroupKind, GroupPlace, GroupQuery};
use crate::pages::kind_words;

/// What the editor's list shows.
#[derive(Clone, Copy)]
pub(super) struct Search {
    /// Tells it from the others of the page; 0 is that of the first connection.
    of: u32,
    pub(super) query: RwSignal<GroupQuery>,
    /// Where the shown page begins.
    pub(super) after: RwSignal<Option<GroupPlace>>,
}

impl Search {
    /// Looks for everything.
    pub(super) fn everything(of: u32) -> Self {
        Self {
            of,
            query: RwSignal::default(),
            after: RwSignal::new(None),
        }
    }

    /// Begins with what the address carries over.
    pub(super) fn from_address(of: u32) -> Self {
        let search = Self::everything(of);
        use_query_map().with_untracked(|address| {
            let part = |field| address.get(&search.name(field));
            let kind = part("tipo").and_then(|kind| kind.parse().ok());
            search.query.set(GroupQuery {
                text: part("busca").unwrap_or_default(),
                kind: kind.unwrap_or_default(),
            });
            let after = part("depois").and_then(|place| place.parse().ok());
            search.after.set(after);
        });
        search
    }

    /// The identifier of one of its fields, or the name that it has in the form.
    fn name(self, field: &str) -> String {
        match self.of {
            0 => field.to_owned(),
            of => format!("{field}-{of}"),
        }
    }

    fn change(self, change: impl FnOnce(&mut GroupQuery)) {
        self.after.set(None);
        self.query.update(change);
    }
}

/// The field, the filter and the way on. Without WASM its buttons load the page anew, with
/// everything written so far.
#[component]
pub(super) fn PickerSearch(
    view: Signal<Option<GroupsView>>,
    search: Search,
    is_alive: Signal<bool>,
) -> impl IntoView {
    let text = Signal::derive(move || search.query.with(|query| query.text.clone()));
    let look = move |text| search.change(|query| query.text = text);
    let counts = Memo::new(move |_| {
        view.with(|view| view.as_ref().map(|view| view.counts).unwrap_or_default())
    });
    let next = Memo::new(move |_| view.with(|view| view.as_ref()?.next.clone()));
    let kind_option = move |kind: GroupKind| {
        view! {
            <option
                value=kind.as_str()
                selected=move || search.query.with(|query| query.kind == kind)
            >
                {move || {
                    let count = format::thousands(counts.get().of(kind) as usize);
                    format!("{} · {count}", kind_words(kind))
                }}
            </option>
        }
    };
    view! {
        <div class="picker-top">
            <div class="with-icon">
                <SearchField
                    id=search.name("busca-grupo")
                    label=say!(editor.search)
                    text
                    look
                    is_guest=true
                    name=Some(search.name("busca"))
                />
            </div>
            <label class="sr" for=search.name("tipo-grupo")>
                {say!(groups.kinds)}
            </label>
            <select
                class="input narrow"
                id=search.name("tipo-grupo")
                name=search.name("tipo")
                on:change=move |event| {
                    let kind = event_target_value(&event).parse().unwrap_or_default();
                    search.change(|query| query.kind = kind);
                }
            >
                {GroupKind::EVERY.map(kind_option).collect_view()}
            </select>
            <button
                class="btn"
                formmethod="get"
                formaction=""
                formnovalidate
                hidden=move || is_alive.get()
            >
                {say!(editor.search_button)}
            </button>
            <button
                class="btn"
                type="button"
                hidden=move || !is_alive.get() || search.after.with(Option::is_none)
                on:click=move |_| search.after.set(None)
            >
                {say!(groups.first_page)}
            </button>
            <button
                class="btn"
                name=search.name("depois")
                value=move || next.get().map(|next| next.to_string()).unwrap_or_default()
                formmethod="get"
                formaction=""
                formnovalidate
                hidden=move || next.with(Option::is_none)
                on:click=move |event| {
                    event.prevent_default();
                    search.after.set(next.get());
                }
            >
                {say!(groups.next_page)}
            </button>
        </div>
    }
}
