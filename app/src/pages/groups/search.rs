//! Looking for groups: what the address says, the field, the filters.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

use crate::components::{SearchField, format};
use crate::domain::{ConnectionId, GroupCounts, GroupKind, GroupPlace, GroupQuery};

/// What a page's address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) connection: Option<ConnectionId>,
    pub(crate) query: GroupQuery,
    pub(crate) after: Option<GroupPlace>,
}

/// What the page's address asks for, as it changes.
pub(super) fn asked() -> Memo<Asked> {
    let address = use_query_map();
    Memo::new(move |_| address.with(Asked::of))
}

impl Asked {
    /// Reads an address.
    pub(crate) fn of(address: &ParamsMap) -> Self {
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

    /// The address below `path` that asks for this.
    pub(super) fn address(&self, path: &str) -> String {
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
        format!("{path}{}", params.to_query_string())
    }

    /// The same with another text, from the first page on.
    fn with_text(mut self, text: String) -> Self {
        self.query.text = text;
        self.after = None;
        self
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

/// The field and the filters of the groups' page.
#[component]
pub(super) fn SearchBar(
    /// What is asked for; its connection is the chosen one.
    asked: Signal<Asked>,
    /// How many of each kind the text finds.
    counts: Memo<GroupCounts>,
) -> impl IntoView {
    view! {
        <div class="toolbar">
            <nav class="tabs" aria-label=say!(groups.kinds)>
                {GroupKind::EVERY
                    .map(|kind| {
                        view! { <KindLink kind asked counts /> }
                    })
                    .collect_view()}
            </nav>
            <Search asked path=Signal::stored("/grupos".to_owned()) />
        </div>
    }
}

/// The field. Without WASM Enter looks.
#[component]
pub(super) fn Search(
    /// What is asked for.
    asked: Signal<Asked>,
    /// The page's address without what it asks for.
    path: Signal<String>,
) -> impl IntoView {
    let navigate = use_navigate();
    let text = Signal::derive(move || asked.with(|asked| asked.query.text.clone()));
    let look = move |text| {
        let wanted = asked.get_untracked().with_text(text);
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..Default::default()
        };
        navigate(&wanted.address(&path.get_untracked()), options);
    };
    let hidden =
        move |value: fn(&Asked) -> Option<String>| move || asked.with(value).unwrap_or_default();
    view! {
        <search class="with-icon">
            <form method="get" action=move || path.get()>
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
                <SearchField id="busca" label=say!(groups.search) text look />
            </form>
        </search>
    }
}

#[component]
fn KindLink(kind: GroupKind, asked: Signal<Asked>, counts: Memo<GroupCounts>) -> impl IntoView {
    let address = move || {
        let mut asked = asked.get();
        asked.query.kind = kind;
        asked.after = None;
        asked.address("/grupos")
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
        let address = asked.address("/grupos");
        assert!(address.starts_with("/grupos?"), "{address}");
        assert!(!address.contains("pão & café"), "{address}");
        assert_eq!(Asked::default().address("/grupos"), "/grupos");
    }

    #[test]
    fn another_text_begins_at_the_first_page() {
        let asked = Asked {
            after: Some("120363@g.us pao".parse().unwrap()),
            ..Asked::default()
        };
        let asked = asked.with_text("café".into());
        assert_eq!((asked.query.text.as_str(), asked.after), ("café", None));
    }
}
