//! `/grupos?conexao=`: choosing the connection, and what belongs to it.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

use super::search::{Asked, SearchBar, asked};
use super::sync::Sync;
use super::table::GroupsTable;
use crate::api::{
    ApiError, ConnectionView, GroupsView, LiveEvent, SyncGroups, list_connections, list_groups,
};
use crate::components::{Empty, Loaded, PageTitle, format, live_resource};

/// What the page shows: all connections, and the groups of the chosen one.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Shown {
    pub(super) connections: Vec<ConnectionView>,
    pub(super) chosen: Option<(ConnectionView, GroupsView)>,
}

/// Reads the chosen connection's groups; without a choice those of the first that is linked.
async fn read(asked: Asked) -> Result<Shown, ApiError> {
    let connections = list_connections().await?;
    let is_asked = |view: &&ConnectionView| asked.connection == Some(view.connection.id);
    let is_linked = |view: &&ConnectionView| view.connection.is_linked();
    let chosen = connections
        .iter()
        .find(is_asked)
        .or_else(|| connections.iter().find(is_linked))
        .or_else(|| connections.first())
        .cloned();
    let chosen = match chosen {
        Some(view) => {
            let groups = list_groups(view.connection.id, asked.query.clone(), asked.after.clone());
            let groups = groups.await?;
            Some((view, groups))
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
            view! { <NoConnections /> }.into_any()
        }
    }
}

#[component]
fn NoConnections() -> impl IntoView {
    view! {
        <div class="page-head">
            <h1>{say!(groups.title)}</h1>
        </div>
        <Empty icon="conexao" text=say!(groups.no_connections)>
            <A href="/conexoes" attr:class="btn primary">
                {say!(groups.connect)}
            </A>
        </Empty>
    }
}

#[component]
fn Chosen(
    shown: Signal<Shown>,
    chosen: Signal<(ConnectionView, GroupsView)>,
    asked: Memo<Asked>,
    sync: ServerAction<SyncGroups>,
) -> impl IntoView {
    let asked = Signal::derive(move || Asked {
        connection: chosen.with(|(view, _)| Some(view.connection.id)),
        ..asked.get()
    });
    let view = Signal::derive(move || chosen.with(|(_, view)| view.clone()));
    let counts = Memo::new(move |_| view.with(|view| view.counts));
    let is_empty = Memo::new(move |_| view.with(|view| view.total == 0));
    view! {
        <Sync chosen sync />
        <ConnectionChoice shown chosen />
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
                    <GroupsTable view asked />
                }
                    .into_any()
            }
        }}
    }
}

/// Which connection's groups are shown. Without WASM the button loads the page anew.
#[component]
fn ConnectionChoice(
    shown: Signal<Shown>,
    chosen: Signal<(ConnectionView, GroupsView)>,
) -> impl IntoView {
    let navigate = use_navigate();
    let options = Memo::new(move |_| {
        shown.with(|shown| {
            shown
                .connections
                .iter()
                .map(|view| (view.connection.id, option_name(view)))
                .collect::<Vec<_>>()
        })
    });
    let chosen_id = Memo::new(move |_| chosen.with(|(view, _)| view.connection.id));
    view! {
        <form
            class="toolbar"
            method="get"
            action="/grupos"
            hidden=move || options.with(Vec::len) < 2
        >
            <div class="field inline">
                <label for="conexao">{say!(groups.connection)}</label>
                <select
                    class="input"
                    id="conexao"
                    name="conexao"
                    on:change=move |event| {
                        let to = format!("/grupos?conexao={}", event_target_value(&event));
                        navigate(&to, NavigateOptions::default());
                    }
                >
                    {move || {
                        options
                            .get()
                            .into_iter()
                            .map(|(id, name)| {
                                view! {
                                    <option value=id.to_string() selected=move || chosen_id.get() == id>
                                        {name}
                                    </option>
                                }
                            })
                            .collect_view()
                    }}
                </select>
            </div>
            <noscript>
                <button class="btn">{say!(groups.show)}</button>
            </noscript>
        </form>
    }
}

/// `Loja · (11) 95550-0142`.
pub(crate) fn option_name(view: &ConnectionView) -> String {
    match &view.connection.phone {
        Some(phone) => format!("{} · {}", view.connection.name, format::phone(phone)),
        None => view.connection.name.clone(),
    }
}
