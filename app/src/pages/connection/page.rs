//! The page's frame.

use leptos::prelude::*;

use super::actions::Actions;
use super::health::Health;
use super::history::History;
use super::pace::Pace;
use super::pairing::{Pairing, is_offered};
use super::removal::Removal;
use super::settings::Settings;
use crate::api::{
    ActOnConnection, ConfigureConnection, ConnectionView, LiveEvent, PairByCode, RemoveConnection,
    ResumeSending, SettleOutage, get_connection,
};
use crate::components::sentences::{
    Label, Tone, connection_advice, connection_phone, connection_state, phone_absence,
};
use crate::components::{
    ActionError, Badge, Crumb, Icon, Loaded, Notice, OutageNotice, PageTitle, RestrictionNotice,
    ending_action, live_resource, ticking,
};
use crate::domain::{ConnectionId, ConnectionState, PhoneAbsence, Timestamp};
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
    let remove = ending_action::<RemoveConnection>();
    let act = ServerAction::<ActOnConnection>::new();
    let ask = ServerAction::<PairByCode>::new();
    let settle = ServerAction::<SettleOutage>::new();
    let configure = ServerAction::<ConfigureConnection>::new();
    let resume = ServerAction::<ResumeSending>::new();
    let connection = live_resource(
        // An answered action changed the state: it is read at once, whatever the live channel does.
        move || {
            (
                act.version().get(),
                ask.version().get(),
                settle.version().get(),
                configure.version().get(),
                resume.version().get(),
            )
        },
        move |_| get_connection(id),
        move |event| *event == LiveEvent::Connection(id),
    );
    view! {
        <Loaded
            resource=connection
            view=move |view| view! { <Details id view act ask settle configure resume remove /> }
        />
    }
}

#[component]
fn Details(
    id: ConnectionId,
    view: Signal<ConnectionView>,
    act: ServerAction<ActOnConnection>,
    ask: ServerAction<PairByCode>,
    settle: ServerAction<SettleOutage>,
    configure: ServerAction<ConfigureConnection>,
    resume: ServerAction<ResumeSending>,
    remove: ServerAction<RemoveConnection>,
) -> impl IntoView {
    let now = ticking(move || view.with(|view| view.now));
    let name = Signal::derive(move || view.with(|view| view.connection.name.clone()));
    let state = Memo::new(move |_| view.with(|view| view.connection.state.clone()));
    let label = Signal::derive(move || state.with(connection_state));
    let is_linked = Memo::new(move |_| view.with(|view| view.connection.is_linked()));
    let pairs = Memo::new(move |_| state.with(is_offered));
    let question = Memo::new(move |_| view.with(|view| view.question));
    let restriction = Memo::new(move |_| view.with(|view| view.connection.restriction));
    view! {
        <PageTitle title=name />
        <div class="page-head">
            <div>
                <Crumb href="/conexoes" name=say!(nav.connections) />
                <h1>{move || name.get()} <Badge label /></h1>
                <p class="note">
                    {move || view.with(|view| connection_phone(&view.connection))}
                </p>
            </div>
            <Actions id state is_linked act />
        </div>
        <div class="flow">
            <ActionError value=act.value() />
            <ActionError value=settle.value() />
            <ActionError value=resume.value() />
            <Advice state is_linked label now />
            <PhoneUnseen view now />
            <AlsoLinked view />
            <OutageNotice connection=id name question settle />
            <RestrictionNotice connection=id name restriction resume />
            <div class=move || if pairs.get() { "two" } else { "flow" }>
                {move || pairs.get().then(|| view! { <Pairing id view now act ask /> })}
                <Health id view now />
            </div>
            <History id />
            <Pace id />
            <Settings id view configure />
            <Removal id view remove />
        </div>
    }
}

/// What the state means and what to do, unless all is well.
#[component]
fn Advice(
    state: Memo<ConnectionState>,
    is_linked: Memo<bool>,
    label: Signal<Label>,
    now: Signal<Timestamp>,
) -> impl IntoView {
    let advice = move || state.with(|s| connection_advice(s, is_linked.get(), now.get()));
    let has_advice = Memo::new(move |_| advice().is_some());
    let sentence = Signal::derive(move || advice().unwrap_or_default());
    move || {
        has_advice
            .get()
            .then(|| view! { <Notice sentence label /> })
    }
}

/// That nobody saw the phone for long, while that is so.
#[component]
fn PhoneUnseen(view: Signal<ConnectionView>, now: Signal<Timestamp>) -> impl IntoView {
    let absence =
        Memo::new(move |_| view.with(|view| PhoneAbsence::of(&view.connection, now.get())));
    let label = Label {
        tone: Tone::Warn,
        icon: "conexao",
        word: "",
    };
    move || {
        absence.get().map(|absence| {
            let sentence = Signal::stored(phone_absence(absence));
            view! { <Notice sentence label=Signal::stored(label) /> }
        })
    }
}

/// That the same number is linked to other connections too, while it is.
#[component]
fn AlsoLinked(view: Signal<ConnectionView>) -> impl IntoView {
    let names = Memo::new(move |_| view.with(|view| view.also_linked.join(", ")));
    view! {
        <div class="notice" data-state="warn" role="status" hidden=move || names.with(String::is_empty)>
            <Icon name="warn" />
            <div>
                <strong>{move || say!(pairing.also_linked, names = names.get())}</strong>
                {say!(pairing.also_linked_text)}
            </div>
        </div>
    }
}
