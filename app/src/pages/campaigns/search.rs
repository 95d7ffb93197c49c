//! Looking for campaigns: what the address says, the field, the filters, the pages.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

use crate::components::{Icon, SearchField, format};
use crate::domain::{CampaignCounts, CampaignKind, CampaignQuery};

/// The page's address without what it asks for.
pub(super) const PATH: &str = "/campanhas";

/// What the page's address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) query: CampaignQuery,
    /// From 1; 0 is the first as well.
    pub(super) page: u32,
}

/// What the page's address asks for, as it changes.
pub(super) fn asked() -> Memo<Asked> {
    let address = use_query_map();
    Memo::new(move |_| address.with(Asked::of))
}

impl Asked {
    fn of(address: &ParamsMap) -> Self {
        let kind = address.get("estado").and_then(|kind| kind.parse().ok());
        let page = address.get("pagina").and_then(|page| page.parse().ok());
        Self {
            query: CampaignQuery {
                text: address.get("busca").unwrap_or_default(),
                kind: kind.unwrap_or_default(),
            },
            page: page.unwrap_or_default(),
        }
    }

    fn address(&self) -> String {
        let mut params = ParamsMap::new();
        if self.query.kind != CampaignKind::Present {
            params.insert("estado", self.query.kind.as_str().to_owned());
        }
        if !self.query.text.is_empty() {
            params.insert("busca", self.query.text.clone());
        }
        if self.page > 1 {
            params.insert("pagina", self.page.to_string());
        }
        format!("{PATH}{}", params.to_query_string())
    }

    /// The same of another kind, from the first page on.
    fn of_kind(mut self, kind: CampaignKind) -> Self {
        self.query.kind = kind;
        self.page = 1;
        self
    }

    /// The same with another text, from the first page on.
    fn with_text(mut self, text: String) -> Self {
        self.query.text = text;
        self.page = 1;
        self
    }
}

/// The words for a kind.
fn kind_words(kind: CampaignKind) -> &'static str {
    match kind {
        CampaignKind::Present => say!(campaigns.kind_present),
        CampaignKind::Active => say!(campaigns.kind_active),
        CampaignKind::Paused => say!(campaigns.kind_paused),
        CampaignKind::Draft => say!(campaigns.kind_draft),
        CampaignKind::Completed => say!(campaigns.kind_completed),
        CampaignKind::Archived => say!(campaigns.kind_archived),
    }
}

/// The filters with what the text finds of each, and the field. Without WASM Enter looks.
#[component]
pub(super) fn SearchBar(asked: Memo<Asked>, counts: Memo<CampaignCounts>) -> impl IntoView {
    let navigate = use_navigate();
    let text = Signal::derive(move || asked.with(|asked| asked.query.text.clone()));
    let look = move |text| {
        let wanted = asked.get_untracked().with_text(text);
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..Default::default()
        };
        navigate(&wanted.address(), options);
    };
    view! {
        <div class="toolbar">
            <nav class="tabs" aria-label=say!(campaigns.kinds)>
                {CampaignKind::EVERY
                    .map(|kind| {
                        view! { <KindLink kind asked counts /> }
                    })
                    .collect_view()}
            </nav>
            <search class="with-icon">
                <form method="get" action=PATH>
                    <input
                        type="hidden"
                        name="estado"
                        value=move || asked.with(|asked| asked.query.kind.as_str())
                    />
                    <SearchField id="busca" label=say!(campaigns.search) text look />
                </form>
            </search>
        </div>
    }
}

#[component]
fn KindLink(kind: CampaignKind, asked: Memo<Asked>, counts: Memo<CampaignCounts>) -> impl IntoView {
    let count = Memo::new(move |_| counts.with(|counts| counts.of(kind)));
    let is_chosen = Memo::new(move |_| asked.with(|asked| asked.query.kind == kind));
    view! {
        // The router's own link would say of each of these that it is the present page.
        <a
            href=move || asked.get().of_kind(kind).address()
            class="tab"
            aria-current=move || if is_chosen.get() { "true" } else { "false" }
        >
            {kind_words(kind)}
            " "
            <small>{move || format::thousands(count.get() as usize)}</small>
        </a>
    }
}

/// Which page is shown of how many, and the ways back and on.
#[component]
pub(super) fn Pager(place: Memo<(u32, u32)>, asked: Memo<Asked>) -> impl IntoView {
    let at = move |page| {
        let mut asked = asked.get();
        asked.page = page;
        asked.address()
    };
    move || {
        let (page, pages) = place.get();
        (pages > 1).then(|| {
            let previous = (page > 1).then(|| {
                view! {
                    <a href=move || at(page - 1) class="btn">
                        <Icon name="esq" class="small" />
                        {say!(campaigns.previous_page)}
                    </a>
                }
            });
            let next = (page < pages).then(|| {
                view! {
                    <a href=move || at(page + 1) class="btn">
                        {say!(campaigns.next_page)}
                        <Icon name="dir" class="small" />
                    </a>
                }
            });
            view! {
                <nav class="actions" aria-label=say!(campaigns.pages)>
                    <span class="note">
                        {say!(campaigns.page_of, page = page, pages = pages)}
                    </span>
                    {previous}
                    {next}
                </nav>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_what_it_was_made_from() {
        let asked = Asked {
            query: CampaignQuery {
                text: "pão & café?".into(),
                kind: CampaignKind::Archived,
            },
            page: 2,
        };
        let address = asked.address();
        assert!(
            address.starts_with("/campanhas?estado=arquivadas"),
            "{address}"
        );
        assert!(address.ends_with("pagina=2"), "{address}");
        assert!(!address.contains("pão & café"), "{address}");
        assert_eq!(Asked::default().address(), PATH);
        assert_eq!(asked.of_kind(CampaignKind::Draft).page, 1);
    }
}
