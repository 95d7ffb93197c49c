//! The page's frame.

use leptos::prelude::*;

use super::actions::Actions;
use super::health::Health;
use super::history::History;
use super::pairing::Pairing;
use super::removal::Removal;
use crate::api::{ActOnConnection, ConnectionView, LiveEvent, get_connection};
use crate::components::sentences::{connection_advice, connection_state};
use crate::components::{
    ActionError, Badge, Crumb, Loaded, Notice, PageTitle, format, live_resource, ticking,
};
use crate::domain::{ConnectionId, ConnectionState};
use crate::pages::{MissingInFrame, use_id};

/// `/conexoes/{id}`.
#[component]
pub(crate) fn ConnectionPage() -> impl IntoView {
    let id = use_id::<ConnectionId>();
    move || match id.get() {
        Some(id) => view! { <OneConnection id /> }.into_any(),
        None => view! { <MissingInFrame /> }.into_any(),
    }
}

#[component]
fn OneConnection(id: ConnectionId) -> impl IntoView {
    let act = ServerAction::<ActOnConnection>::new();
    let connection = live_resource(
        // An answered action changed the state: it is read at once, whatever the live channel does.
        move || act.version().get(),
        move |_| get_connection(id),
        move |event| *event == LiveEvent::Connection(id),
    );
    view! {
        <Loaded
            resource=connection
            view=move |view| view! { <Details id view act /> }
        />
    }
}

#[component]
fn Details(
    id: ConnectionId,
    view: Signal<ConnectionView>,
    act: ServerAction<ActOnConnection>,
) -> impl IntoView {
    let now = ticking(move || view.with(|view| view.now));
    let name = Signal::derive(move || view.with(|view| view.connection.name.clone()));
    let state = Memo::new(move |_| view.with(|view| view.connection.state.clone()));
    let label = Signal::derive(move || state.with(connection_state));
    let is_pairing =
        Memo::new(move |_| state.with(|s| matches!(s, ConnectionState::Pairing { .. })));
    let phone = move || view.with(|view| view.connection.phone.as_deref().map(format::phone));
    view! {
        <PageTitle title=name />
        <div class="page-head">
            <div>
                <Crumb href="/conexoes" name=say!(nav.connections) />
                <h1>{move || name.get()} <Badge label /></h1>
                <p class="note">
                    {move || phone().unwrap_or_else(|| say!(connections.no_phone).to_owned())}
                </p>
            </div>
            <Actions id state act />
        </div>
        <div class="flow">
            <ActionError value=act.value() />
            <Advice state label now />
            <div class=move || if is_pairing.get() { "two" } else { "flow" }>
                {move || is_pairing.get().then(|| view! { <Pairing view now /> })}
                <Health id view now />
            </div>
            <History id />
            <Removal id view />
        </div>
    }
}

/// What the state means and what to do, unless all is well.
#[component]
fn Advice(
    state: Memo<ConnectionState>,
    label: Signal<crate::components::sentences::Label>,
    now: Signal<crate::domain::Timestamp>,
) -> impl IntoView {
    let has_advice = Memo::new(move |_| state.with(|s| connection_advice(s, now.get()).is_some()));
    let sentence = Signal::derive(move || {
        state
            .with(|state| connection_advice(state, now.get()))
            .unwrap_or_default()
    });
    move || {
        has_advice
            .get()
            .then(|| view! { <Notice sentence label /> })
    }
}
