//! Which connection's groups are shown, and whether those or their lists.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::api::ConnectionView;
use crate::components::{Empty, format};
use crate::domain::ConnectionId;
use leptos_router::components::A;

/// The address of the groups' page.
pub(super) const GROUPS: &str = "/grupos";
/// The address of the page of lists.
pub(super) const LISTS: &str = "/grupos/listas";

/// The connection that an address asks for; without one the first that is linked.
pub(super) fn chosen_among(
    connections: &[ConnectionView],
    asked: Option<ConnectionId>,
) -> Option<&ConnectionView> {
    let is_asked = |view: &&ConnectionView| asked == Some(view.connection.id);
    let is_linked = |view: &&ConnectionView| view.connection.is_linked();
    connections
        .iter()
        .find(is_asked)
        .or_else(|| connections.iter().find(is_linked))
        .or_else(|| connections.first())
}

/// `Loja · (11) 95550-0142`.
pub(crate) fn option_name(view: &ConnectionView) -> String {
    match &view.connection.phone {
        Some(phone) => format!("{} · {}", view.connection.name, format::phone(phone)),
        None => view.connection.name.clone(),
    }
}

/// Groups or lists, and of which connection. Without WASM the button loads the page anew.
#[component]
pub(super) fn Choice(
    /// The page: [`GROUPS`] or [`LISTS`].
    page: &'static str,
    connections: Signal<Vec<ConnectionView>>,
    chosen: Signal<ConnectionId>,
) -> impl IntoView {
    let section = move |path: &'static str, words: &'static str| {
        let href = move || format!("{path}?conexao={}", chosen.get());
        view! {
            <a href=href aria-current=(path == page).then_some("page")>
                {words}
            </a>
        }
    };
    view! {
        <div class="toolbar">
            <nav class="segmented" aria-label=say!(group_lists.sections)>
                {section(GROUPS, say!(groups.title))}
                {section(LISTS, say!(group_lists.lists))}
            </nav>
            <ConnectionChoice page connections chosen />
        </div>
    }
}

#[component]
fn ConnectionChoice(
    page: &'static str,
    connections: Signal<Vec<ConnectionView>>,
    chosen: Signal<ConnectionId>,
) -> impl IntoView {
    let navigate = use_navigate();
    let options = Memo::new(move |_| {
        connections.with(|connections| {
            let option = |view: &ConnectionView| (view.connection.id, option_name(view));
            connections.iter().map(option).collect::<Vec<_>>()
        })
    });
    view! {
        <form
            class="actions push"
            method="get"
            action=page
            hidden=move || options.with(Vec::len) < 2
        >
            <div class="field inline">
                <label for="conexao">{say!(groups.connection)}</label>
                <select
                    class="input"
                    id="conexao"
                    name="conexao"
                    on:change=move |event| {
                        let to = format!("{page}?conexao={}", event_target_value(&event));
                        navigate(&to, NavigateOptions::default());
                    }
                >
                    {move || {
                        options
                            .get()
                            .into_iter()
                            .map(|(id, name)| {
                                view! {
                                    <option value=id.to_string() selected=move || chosen.get() == id>
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

/// Before there is a connection there is nothing to choose from.
#[component]
pub(super) fn NoConnections(title: &'static str) -> impl IntoView {
    view! {
        <div class="page-head">
            <h1>{title}</h1>
        </div>
        <Empty icon="conexao" text=say!(groups.no_connections)>
            <A href="/conexoes" attr:class="btn primary">
                {say!(groups.connect)}
            </A>
        </Empty>
    }
}
