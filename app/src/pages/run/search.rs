//! Looking for deliveries: what the address says, the field, the filters, the pages.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

use crate::api::RunView;
use crate::components::{Icon, SearchField, format};
use crate::domain::{DELIVERIES_SHOWN, DeliveryKind, DeliveryQuery, RunId, RunTally};

/// What the page's address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) query: DeliveryQuery,
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
            query: DeliveryQuery {
                text: address.get("busca").unwrap_or_default(),
                kind: kind.unwrap_or_default(),
            },
            page: page.unwrap_or_default(),
        }
    }

    /// The address of a run's page that asks for this.
    fn address(&self, run: RunId) -> String {
        let mut params = ParamsMap::new();
        if self.query.kind != DeliveryKind::All {
            params.insert("estado", self.query.kind.as_str().to_owned());
        }
        if !self.query.text.is_empty() {
            params.insert("busca", self.query.text.clone());
        }
        if self.page > 1 {
            params.insert("pagina", self.page.to_string());
        }
        format!("{}{}", path(run), params.to_query_string())
    }

    /// The same of another kind, from the first page on.
    fn of_kind(mut self, kind: DeliveryKind) -> Self {
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

fn path(run: RunId) -> String {
    format!("/execucoes/{run}")
}

/// The words for a kind.
fn kind_words(kind: DeliveryKind) -> &'static str {
    match kind {
        DeliveryKind::All => say!(run.all),
        DeliveryKind::Queued => say!(run.filter_open),
        DeliveryKind::Sent => say!(run.filter_sent),
        DeliveryKind::Delivered => say!(run.filter_delivered),
        DeliveryKind::Read => say!(run.filter_read),
        DeliveryKind::Doubtful => say!(run.filter_unconfirmed),
        DeliveryKind::Failed => say!(run.filter_failed),
        DeliveryKind::Skipped => say!(run.filter_skipped),
    }
}

/// The filters with what the text finds of each, and the field. Without WASM Enter looks.
#[component]
pub(super) fn SearchBar(run: RunId, asked: Memo<Asked>, found: Memo<RunTally>) -> impl IntoView {
    let navigate = use_navigate();
    let text = Signal::derive(move || asked.with(|asked| asked.query.text.clone()));
    let look = move |text| {
        let wanted = asked.get_untracked().with_text(text);
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..Default::default()
        };
        navigate(&wanted.address(run), options);
    };
    view! {
        <div class="toolbar">
            <nav class="tabs" aria-label=say!(run.filter)>
                {DeliveryKind::EVERY
                    .map(|kind| {
                        view! { <KindLink run kind asked found /> }
                    })
                    .collect_view()}
            </nav>
            <search class="with-icon">
                <form method="get" action=path(run)>
                    <input
                        type="hidden"
                        name="estado"
                        value=move || asked.with(|asked| asked.query.kind.as_str())
                    />
                    <SearchField id="busca" label=say!(run.search) text look />
                </form>
            </search>
        </div>
    }
}

#[component]
fn KindLink(
    run: RunId,
    kind: DeliveryKind,
    asked: Memo<Asked>,
    found: Memo<RunTally>,
) -> impl IntoView {
    let count = Memo::new(move |_| found.with(|found| kind.count(found)));
    let is_chosen = Memo::new(move |_| asked.with(|asked| asked.query.kind == kind));
    view! {
        // The router's own link would say of each of these that it is the present page.
        <a
            href=move || asked.get().of_kind(kind).address(run)
            class="tab"
            aria-current=move || if is_chosen.get() { "true" } else { "false" }
            hidden=move || count.get() == 0 && kind != DeliveryKind::All && !is_chosen.get()
        >
            {kind_words(kind)}
            " "
            <small>{move || format::thousands(count.get() as usize)}</small>
        </a>
    }
}

/// Which part is shown of how many, and the ways back and on.
#[component]
pub(super) fn Pager(run: RunId, view: Signal<RunView>, asked: Memo<Asked>) -> impl IntoView {
    let place = Memo::new(move |_| view.with(|view| (view.page, view.pages)));
    let shown = move || {
        let kind = asked.with(|asked| asked.query.kind);
        view.with(|view| {
            let first = (view.page - 1) * DELIVERIES_SHOWN + 1;
            let number = |n: u32| format::thousands(n as usize);
            say!(
                run.shown,
                first = number(first),
                last = number(first + crate::components::len_u32(&view.deliveries) - 1),
                found = number(kind.count(&view.found))
            )
        })
    };
    let at = move |page| {
        let mut asked = asked.get();
        asked.page = page;
        asked.address(run)
    };
    move || {
        let (page, pages) = place.get();
        (pages > 1).then(|| {
            let previous = (page > 1).then(|| {
                view! {
                    <a href=move || at(page - 1) class="btn">
                        <Icon name="esq" class="small" />
                        {say!(run.previous_page)}
                    </a>
                }
            });
            let next = (page < pages).then(|| {
                view! {
                    <a href=move || at(page + 1) class="btn">
                        {say!(run.next_page)}
                        <Icon name="dir" class="small" />
                    </a>
                }
            });
            view! {
                <nav class="actions" aria-label=say!(run.pages)>
                    <span class="note">{shown}</span>
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
    use crate::domain::Timestamp;

    #[test]
    fn an_address_asks_for_what_it_was_made_from() {
        let run = RunId::new(Timestamp::default(), [1; 10]);
        let asked = Asked {
            query: DeliveryQuery {
                text: "pão & café?".into(),
                kind: DeliveryKind::Failed,
            },
            page: 3,
        };
        let address = asked.address(run);
        assert!(address.contains("estado=falhas"), "{address}");
        assert!(address.ends_with("pagina=3"), "{address}");
        assert!(!address.contains("pão & café"), "{address}");
        assert_eq!(Asked::default().address(run), path(run));
        assert_eq!(asked.clone().with_text(String::new()).page, 1);
        assert_eq!(asked.of_kind(DeliveryKind::All).page, 1);
    }

    #[test]
    fn what_an_address_says_wrongly_is_left_out() {
        let mut params = ParamsMap::new();
        params.insert("estado", "outro".to_owned());
        params.insert("pagina", "-2".to_owned());
        assert_eq!(Asked::of(&params), Asked::default());
    }
}
