//! Looking for groups: what the address says, the field, the filters.

use leptos::html::Input;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

use crate::components::{Icon, after_typing, format};
use crate::domain::{ConnectionId, GroupCounts, GroupKind, GroupPlace, GroupQuery};

/// What the page's address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) connection: Option<ConnectionId>,
    pub(super) query: GroupQuery,
    pub(super) after: Option<GroupPlace>,
}

/// What the page's address asks for, as it changes.
pub(super) fn asked() -> Memo<Asked> {
    let address = use_query_map();
    Memo::new(move |_| address.with(Asked::of))
}

impl Asked {
    fn of(address: &ParamsMap) -> Self {
        Self {
            connection: address.get("conexao").and_then(|id| id.parse().ok()),
            query: GroupQuery {
                text: address.get("busca").unwrap_or_default(),
                kind: address
                    .get("tipo")
                    .and_then(|kind| kind.parse().ok())
                    .unwrap_or_default(),
            },
            after: address.get("depois").and_then(|place| place.parse().ok()),
        }
    }

    /// The address that asks for this.
    pub(super) fn address(&self) -> String {
        let mut params = ParamsMap::new();
        if let Some(connection) = self.connection {
            params.insert("conexao", connection.to_string());
        }
        if !self.query.text.is_empty() {
            params.insert("busca", self.query.text.clone());
        }
        if self.query.kind != GroupKind::All {
            params.insert("tipo", self.query.kind.as_str().to_owned());
        }
        if let Some(after) = &self.after {
            params.insert("depois", after.to_string());
        }
        format!("/grupos{}", params.to_query_string())
    }
}

/// The words for a kind.
pub(crate) fn kind_words(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::All => say!(groups.kind_all),
        GroupKind::CanSend => say!(groups.kind_can_send),
        GroupKind::OnlyAdmins => say!(groups.kind_only_admins),
        GroupKind::Left => say!(groups.kind_left),
    }
}

/// The field and the filters. Without WASM Enter looks.
#[component]
pub(super) fn SearchBar(
    /// What is asked for; its connection is the chosen one.
    asked: Signal<Asked>,
    /// How many of each kind the text finds.
    counts: Memo<GroupCounts>,
) -> impl IntoView {
    let navigate = use_navigate();
    let input = NodeRef::<Input>::new();
    let is_typing = RwSignal::new(false);
    // Going back and forth changes what is asked for; what somebody is typing stays.
    Effect::new(move || {
        let text = asked.with(|asked| asked.query.text.clone());
        if let Some(input) = input.get()
            && !is_typing.get_untracked()
        {
            input.set_value(&text);
        }
    });
    let look = after_typing(move |text| {
        let mut wanted = asked.get_untracked();
        wanted.query.text = text;
        wanted.after = None;
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..Default::default()
        };
        navigate(&wanted.address(), options);
    });
    let hidden =
        move |value: fn(&Asked) -> Option<String>| move || asked.with(value).unwrap_or_default();
    view! {
        <div class="toolbar">
            <nav class="tabs" aria-label=say!(groups.kinds)>
                {GroupKind::EVERY
                    .map(|kind| {
                        view! { <KindLink kind asked counts /> }
                    })
                    .collect_view()}
            </nav>
            <search class="with-icon">
                <form method="get" action="/grupos">
                    <input
                        type="hidden"
                        name="conexao"
                        value=hidden(|asked| asked.connection.map(|id| id.to_string()))
                    />
                    <input
                        type="hidden"
                        name="tipo"
                        value=hidden(|asked| Some(asked.query.kind.as_str().to_owned()))
                    />
                    <label class="sr" for="busca">
                        {say!(groups.search)}
                    </label>
                    <Icon name="busca" class="small" />
                    <input
                        class="input"
                        id="busca"
                        name="busca"
                        type="search"
                        autocomplete="off"
                        placeholder=say!(groups.search_placeholder)
                        value=asked.with_untracked(|asked| asked.query.text.clone())
                        node_ref=input
                        on:focus=move |_| is_typing.set(true)
                        on:blur=move |_| is_typing.set(false)
                        on:input=move |event| look(event_target_value(&event))
                    />
                </form>
            </search>
        </div>
    }
}

#[component]
fn KindLink(kind: GroupKind, asked: Signal<Asked>, counts: Memo<GroupCounts>) -> impl IntoView {
    let address = move || {
        let mut asked = asked.get();
        asked.query.kind = kind;
        asked.after = None;
        asked.address()
    };
    let is_chosen = move || asked.with(|asked| asked.query.kind == kind);
    view! {
        // The router's own link would say of each of these that it is the present page.
        <a
            href=address
            class="tab"
            aria-current=move || if is_chosen() { "true" } else { "false" }
        >
            {kind_words(kind)}
            " "
            <small>{move || format::thousands(counts.get().of(kind) as usize)}</small>
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_what_it_was_made_from() {
        let asked = Asked {
            connection: None,
            query: GroupQuery {
                text: "pão & café?".into(),
                kind: GroupKind::OnlyAdmins,
            },
            after: Some("120363@g.us pao & cafe".parse().unwrap()),
        };
        let address = asked.address();
        assert!(address.starts_with("/grupos?"), "{address}");
        assert!(!address.contains("pão & café"), "{address}");
        assert_eq!(Asked::default().address(), "/grupos");
    }
}
