//! `/grupos?conexao=`: the groups of a connection, and putting them into lists.

use leptos::prelude::*;

use super::choice::{Choice, GROUPS, NoConnections, chosen_among};
use super::gather::Gather;
use super::search::{Asked, SearchBar, asked};
use super::sync::Sync;
use crate::api::{
    ApiError, ConnectionView, GroupsView, LiveEvent, SyncGroups, list_connections, list_groups,
};
use crate::components::{Empty, Loaded, PageTitle, live_resource};

/// What the page shows: all connections, and the groups of the chosen one.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Shown {
    pub(super) connections: Vec<ConnectionView>,
    pub(super) chosen: Option<(ConnectionView, GroupsView)>,
}

async fn read(asked: Asked) -> Result<Shown, ApiError> {
    let connections = list_connections().await?;
    let chosen = match chosen_among(&connections, asked.connection) {
        Some(view) => {
            let groups = list_groups(view.connection.id, asked.query.clone(), asked.after.clone());
            let groups = groups.await?;
            Some((view.clone(), groups))
        }
        None => None,
    };
    Ok(Shown {
        connections,
        chosen,
    })
}

/// The groups of a connection.
#[component]
pub(crate) fn GroupsPage() -> impl IntoView {
    let asked = asked();
    let sync = ServerAction::<SyncGroups>::new();
    let shown = live_resource(
        move || (asked.get(), sync.version().get()),
        |(asked, _)| read(asked),
        |event| {
            matches!(
                event,
                LiveEvent::Groups(_) | LiveEvent::Connection(_) | LiveEvent::Connections
            )
        },
    );
    view! {
        <PageTitle title=say!(groups.title) />
        <Loaded resource=shown view=move |shown| view! { <Groups shown asked sync /> } />
    }
}

#[component]
fn Groups(
    shown: Signal<Shown>,
    asked: Memo<Asked>,
    sync: ServerAction<SyncGroups>,
) -> impl IntoView {
    let has_chosen = Memo::new(move |_| shown.with(|shown| shown.chosen.is_some()));
    move || {
        // The chosen connection is only followed while there is one.
        if has_chosen.get()
            && let Some(first) = shown.with_untracked(|shown| shown.chosen.clone())
        {
            let chosen = Memo::new(move |last: Option<&(ConnectionView, GroupsView)>| {
                shown
                    .with(|shown| shown.chosen.clone())
                    .or_else(|| last.cloned())
                    .unwrap_or_else(|| first.clone())
            });
            view! { <Chosen shown chosen=chosen.into() asked sync /> }.into_any()
        } else {
            view! { <NoConnections title=say!(groups.title) /> }.into_any()
        }
    }
}

#[component]
fn Chosen(
    shown: Signal<Shown>,
    chosen: Signal<(ConnectionView, GroupsView)>,
    asked: Memo<Asked>,
    sync: ServerAction<SyncGroups>,
) -> impl IntoView {
    let id = Memo::new(move |_| chosen.with(|(view, _)| view.connection.id));
    let asked = Signal::derive(move || Asked {
        connection: Some(id.get()),
        ..asked.get()
    });
    let view = Signal::derive(move || chosen.with(|(_, view)| view.clone()));
    let counts = Memo::new(move |_| view.with(|view| view.counts));
    let is_empty = Memo::new(move |_| view.with(|view| view.total == 0));
    let connections = Signal::derive(move || shown.with(|shown| shown.connections.clone()));
    view! {
        <Sync chosen sync />
        <Choice page=GROUPS connections chosen=id.into() />
        {move || {
            if is_empty.get() {
                view! {
                    <Empty
                        icon="grupos"
                        text=say!(groups.empty)
                        children=Box::new(|| ().into_any())
                    />
                }
                    .into_any()
            } else {
                view! {
                    <SearchBar asked counts />
                    <Gather view asked />
                }
                    .into_any()
            }
        }}
    }
}
