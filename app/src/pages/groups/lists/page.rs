//! `/grupos/listas?conexao=`: the lists of a connection.

use leptos::prelude::*;
use leptos_router::components::A;

use super::super::choice::{Choice, GROUPS, LISTS, NoConnections, chosen_among};
use super::counts::Counts;
use crate::api::{
    ApiError, ConnectionView, GroupListCard, GroupListsView, LiveEvent, list_connections,
    list_group_lists,
};
use crate::components::{Ago, Empty, Icon, Loaded, PageTitle, live_resource, ticking};
use crate::domain::{ConnectionId, Timestamp};
use crate::pages::use_query_value;

/// What the page shows: all connections, and the lists of the chosen one.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Shown {
    connections: Vec<ConnectionView>,
    chosen: Option<(ConnectionId, GroupListsView)>,
}

async fn read(asked: Option<ConnectionId>) -> Result<Shown, ApiError> {
    let connections = list_connections().await?;
    let chosen = match chosen_among(&connections, asked) {
        Some(view) => {
            let id = view.connection.id;
            Some((id, list_group_lists(id).await?))
        }
        None => None,
    };
    Ok(Shown {
        connections,
        chosen,
    })
}

/// The lists of a connection.
#[component]
pub(crate) fn GroupListsPage() -> impl IntoView {
    let asked = use_query_value::<ConnectionId>("conexao");
    let shown = live_resource(
        move || asked.get(),
        read,
        |event| {
            matches!(
                event,
                LiveEvent::Groups(_) | LiveEvent::Campaign(_) | LiveEvent::Connections
            )
        },
    );
    view! {
        <PageTitle title=say!(group_lists.title) />
        <Loaded resource=shown view=move |shown| view! { <Lists shown /> } />
    }
}

#[component]
fn Lists(shown: Signal<Shown>) -> impl IntoView {
    let chosen = Memo::new(move |_| shown.with(|shown| Some(shown.chosen.as_ref()?.0)));
    let view = Signal::derive(move || {
        shown.with(|shown| shown.chosen.as_ref().map(|(_, view)| view.clone()))
    });
    let connections = Signal::derive(move || shown.with(|shown| shown.connections.clone()));
    move || match chosen.get() {
        None => view! { <NoConnections title=say!(group_lists.title) /> }.into_any(),
        Some(id) => view! {
            <div class="page-head">
                <div>
                    <h1>{say!(group_lists.title)}</h1>
                </div>
                <div class="actions">
                    <A href=format!("{GROUPS}?conexao={id}") attr:class="btn primary">
                        <Icon name="novo" />
                        {say!(group_lists.new)}
                    </A>
                </div>
            </div>
            <Choice page=LISTS connections chosen=Signal::stored(id) />
            <Table view />
        }
        .into_any(),
    }
}

#[component]
fn Table(view: Signal<Option<GroupListsView>>) -> impl IntoView {
    let lists = Memo::new(move |_| {
        view.with(|view| {
            view.as_ref()
                .map(|view| view.lists.clone())
                .unwrap_or_default()
        })
    });
    let is_empty = Memo::new(move |_| lists.with(Vec::is_empty));
    let now = ticking(move || {
        view.with(|view| view.as_ref().map(|view| view.now))
            .unwrap_or_default()
    });
    move || {
        if is_empty.get() {
            return view! {
                <Empty
                    icon="grupos"
                    text=say!(group_lists.empty)
                    children=Box::new(|| ().into_any())
                />
            }
            .into_any();
        }
        view! {
            <table class="table">
                <thead>
                    <tr>
                        <th>{say!(group_lists.name)}</th>
                        <th class="num">{say!(group_lists.size)}</th>
                        <th>{say!(group_lists.reach)}</th>
                        <th>{say!(group_lists.changed)}</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || lists.get() key=|card| format!("{card:?}") let:card>
                        <Row card now />
                    </For>
                </tbody>
            </table>
        }
        .into_any()
    }
}

#[component]
fn Row(card: GroupListCard, now: Signal<Timestamp>) -> impl IntoView {
    let used = if card.used_by.is_empty() {
        say!(group_lists.unused).to_owned()
    } else {
        say!(group_lists.used_by, names = card.used_by.join(", "))
    };
    view! {
        <tr>
            <td data-at="title">
                <A href=format!("{LISTS}/{}", card.id) attr:class="title">
                    {card.name}
                </A>
                <span class="sub">{used}</span>
            </td>
            <td class="num" data-label=say!(group_lists.size)>
                <span>{card.counts.total()}</span>
            </td>
            <td data-label=say!(group_lists.reach)>
                <Counts counts=card.counts />
            </td>
            <td data-label=say!(group_lists.changed)>
                <span class="when">
                    <Ago at=card.updated_at now />
                </span>
            </td>
        </tr>
    }
}
