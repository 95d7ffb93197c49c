//! The page: what is looked for, a page of it, or why there is none.

use leptos::prelude::*;
use leptos_router::components::A;

use super::row::Row;
use super::search::{PATH, query};
use crate::api::{ActOnCampaign, CampaignSummary, CampaignsView, LiveEvent, search_campaigns};
use crate::components::{
    ActionError, Asked, Empty, FilterBar, Icon, Loaded, PageLinks, PageTitle, asked, live_resource,
};
use crate::domain::{CampaignId, CampaignKind};

/// The campaigns with their latest runs and the one right button each.
#[component]
pub(crate) fn CampaignsPage() -> impl IntoView {
    let asked = asked();
    let act = ServerAction::<ActOnCampaign>::new();
    let campaigns = live_resource(
        move || (asked.get(), act.version().get()),
        |(asked, _)| search_campaigns(query(&asked), asked.page),
        |event| {
            matches!(
                event,
                LiveEvent::Campaign(_) | LiveEvent::Run(_) | LiveEvent::Connections
            )
        },
    );
    view! {
        <PageTitle title=say!(campaigns.title) />
        <div class="page-head">
            <div>
                <h1>{say!(campaigns.title)}</h1>
            </div>
            <div class="actions">
                <A href="/campanhas/nova" attr:class="btn primary">
                    <Icon name="novo" />
                    {say!(campaigns.new)}
                </A>
            </div>
        </div>
        <ActionError value=act.value() />
        <Loaded resource=campaigns view=move |view| view! { <Campaigns view asked act /> } />
    }
}

#[component]
fn Campaigns(
    view: Signal<CampaignsView>,
    asked: Memo<Asked<CampaignKind>>,
    act: ServerAction<ActOnCampaign>,
) -> impl IntoView {
    let counts = Memo::new(move |_| view.with(|view| view.counts));
    let is_search = Memo::new(move |_| asked.with(|asked| !asked.text.is_empty()));
    // There is nothing at all to look for.
    let is_new = Memo::new(move |_| {
        let all = [CampaignKind::Present, CampaignKind::Archived];
        let any = counts.with(|counts| all.iter().any(|kind| counts.of(*kind) > 0));
        !any && !is_search.get()
    });
    let place = Memo::new(move |_| view.with(|view| (view.page, view.pages)));
    let shown = Signal::derive(move || {
        let (page, pages) = place.get();
        say!(campaigns.page_of, page = page, pages = pages)
    });
    move || {
        if is_new.get() {
            return view! {
                <Empty icon="campanha" text=say!(campaigns.empty)>
                    <A href="/campanhas/nova" attr:class="btn">
                        {say!(campaigns.new)}
                    </A>
                </Empty>
            }
            .into_any();
        }
        view! {
            <FilterBar
                path=PATH.to_owned()
                asked
                count=move |kind| counts.with(|counts| counts.of(kind))
                label=say!(campaigns.kinds)
                search=say!(campaigns.search)
            />
            <CampaignTable view asked act />
            <PageLinks path=PATH.to_owned() asked place label=say!(campaigns.pages) shown />
        }
        .into_any()
    }
}

#[component]
fn CampaignTable(
    view: Signal<CampaignsView>,
    asked: Memo<Asked<CampaignKind>>,
    act: ServerAction<ActOnCampaign>,
) -> impl IntoView {
    let ids = Memo::new(move |_| {
        view.with(|view| {
            let all = view.campaigns.iter();
            all.map(|summary| summary.campaign.id).collect::<Vec<_>>()
        })
    });
    let is_empty = Memo::new(move |_| ids.with(Vec::is_empty));
    let summary_of = move |id: CampaignId| {
        Memo::new(move |last: Option<&Option<CampaignSummary>>| {
            view.with(|view| {
                let mut all = view.campaigns.iter();
                all.find(|summary| summary.campaign.id == id).cloned()
            })
            .or_else(|| last.cloned().flatten())
        })
    };
    view! {
        <table class="table" hidden=move || is_empty.get()>
            <thead>
                <tr>
                    <th>{say!(campaigns.name)}</th>
                    <th>{say!(campaigns.state)}</th>
                    <th class="latest">{say!(campaigns.latest)}</th>
                    <th>{say!(campaigns.next)}</th>
                    <th>
                        <span class="sr">{say!(campaigns.actions)}</span>
                    </th>
                </tr>
            </thead>
            <tbody>
                <For each=move || ids.get() key=|id| *id let:id>
                    {
                        let summary = summary_of(id);
                        move || summary.get().map(|summary| view! { <Row summary act /> })
                    }
                </For>
            </tbody>
        </table>
        {move || is_empty.get().then(|| view! { <NoneFound asked /> })}
    }
}

/// Nothing was found: why, and the way back to what there is.
#[component]
fn NoneFound(asked: Memo<Asked<CampaignKind>>) -> impl IntoView {
    let has_only_archived = Memo::new(move |_| {
        asked.with(|asked| asked.text.is_empty() && asked.kind == CampaignKind::default())
    });
    let words = move || {
        asked.with(|asked| {
            if asked.text.is_empty() {
                none_of_kind(asked.kind)
            } else {
                say!(campaigns.none_found)
            }
        })
    };
    view! {
        <div class="empty">
            <p class="note" role="status">
                {words}
            </p>
            {move || {
                let (href, words) = if has_only_archived.get() {
                    (format!("{PATH}?estado={}", CampaignKind::Archived.as_str()), say!(campaigns.show_archived))
                } else {
                    (PATH.to_owned(), say!(campaigns.show_all))
                };
                view! {
                    <a href=href class="btn">
                        {words}
                    </a>
                }
            }}
        </div>
    }
}

fn none_of_kind(kind: CampaignKind) -> &'static str {
    match kind {
        CampaignKind::Present => say!(campaigns.none_present),
        CampaignKind::Active => say!(campaigns.none_active),
        CampaignKind::Paused => say!(campaigns.none_paused),
        CampaignKind::Draft => say!(campaigns.none_draft),
        CampaignKind::Completed => say!(campaigns.none_completed),
        CampaignKind::Archived => say!(campaigns.none_archived),
    }
}
