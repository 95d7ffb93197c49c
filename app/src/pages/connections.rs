//! The list of connections, and the form for a new one.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::api::{ApiError, ConnectionView, CreateConnection, LiveEvent, list_connections};
use crate::components::sentences::{
    connection_advice, connection_phone, connection_state, phone_absence,
};
use crate::components::{
    ActionError, Ago, Badge, Field, Icon, Loaded, PageTitle, SubmitButton, groups_count,
    live_resource, ticking, time,
};
use crate::domain::{CONNECTION_NAME_MAX_CHARS, ConnectionState, PhoneAbsence, RestoreProgress};

/// Cards of connections; the form for a new one.
#[component]
pub(crate) fn ConnectionsPage() -> impl IntoView {
    let connections = live_resource(
        || (),
        |()| list_connections(),
        |event| matches!(event, LiveEvent::Connection(_) | LiveEvent::Connections),
    );
    view! {
        <PageTitle title=say!(connections.title) />
        <div class="page-head">
            <div>
                <h1>{say!(connections.title)}</h1>
            </div>
        </div>
        <div class="flow">
            <NewConnection />
            <Loaded
                resource=connections
                view=|connections| {
                    view! {
                        <Restoring connections />
                        <Cards connections />
                    }
                }
            />
        </div>
    }
}

/// The form for a new connection.
#[component]
fn NewConnection() -> impl IntoView {
    let create = ServerAction::<CreateConnection>::new();
    let value = create.value();
    let name_problem = Signal::derive(move || match value.get() {
        Some(Err(error @ (ApiError::ConnectionNameMissing | ApiError::ConnectionNameTooLong))) => {
            Some(crate::components::sentences::api_error(&error).text)
        }
        _ => None,
    });
    view! {
        <section class="new-connection" aria-labelledby="nova-conexao">
            <h2 id="nova-conexao">{say!(connections.new)}</h2>
            <ActionError value />
            <ActionForm action=create>
                <div class="fields">
                    <Field
                        id="nome"
                        name="name"
                        label=say!(connections.new_name)
                        hint=say!(connections.new_hint).to_owned()
                        max_chars=CONNECTION_NAME_MAX_CHARS
                        error=name_problem
                    />
                    <SubmitButton
                        label=say!(connections.create)
                        pending_label=say!(connections.creating)
                        pending=create.pending()
                    />
                </div>
            </ActionForm>
        </section>
    }
}

/// How far the server's start is with bringing the connections back, while it is.
#[component]
pub(crate) fn Restoring(#[prop(into)] connections: Signal<Vec<ConnectionView>>) -> impl IntoView {
    let progress = Memo::new(move |_| {
        connections.with(|all| RestoreProgress::of(all.iter().map(|view| view.restoration)))
    });
    move || {
        progress.get().map(|RestoreProgress { done, total }| {
            view! {
                <div class="progress" role="status">
                    <div class="progress-nums">
                        <b>{say!(connections.restoring, done = done, total = total)}</b>
                    </div>
                    <progress
                        max=total.to_string()
                        value=done.to_string()
                        aria-label=say!(connections.restoring, done = done, total = total)
                    ></progress>
                    <p class="note">{say!(connections.restoring_text)}</p>
                </div>
            }
        })
    }
}

#[component]
fn Cards(connections: Signal<Vec<ConnectionView>>) -> impl IntoView {
    let is_empty = Memo::new(move |_| connections.with(Vec::is_empty));
    let ids = move || {
        connections.with(|all| {
            all.iter()
                .map(|view| view.connection.id)
                .collect::<Vec<_>>()
        })
    };
    view! {
        <p class="note" hidden=move || !is_empty.get()>
            {say!(connections.empty)}
        </p>
        <ul class="cards" hidden=move || is_empty.get()>
            <For each=ids key=|id| *id let:id>
                {
                    let view = Memo::new(move |last: Option<&Option<ConnectionView>>| {
                        connections
                            .with(|all| all.iter().find(|view| view.connection.id == id).cloned())
                            .or_else(|| last.cloned().flatten())
                    });
                    move || {
                        view.get()
                            .map(|view| {
                                view! {
                                    <li>
                                        <ConnectionCard view />
                                    </li>
                                }
                            })
                    }
                }
            </For>
        </ul>
    }
}

/// A connection at a glance: state, number, health, or what is wrong.
#[component]
pub(crate) fn ConnectionCard(view: ConnectionView) -> impl IntoView {
    let made_at = view.now;
    let now = ticking(move || made_at);
    let connection = view.connection.clone();
    let state = connection.state.clone();
    let is_linked = connection.is_linked();
    let advice = move || connection_advice(&state, is_linked, now.get());
    let row = connection.clone();
    let absence = Memo::new(move |_| PhoneAbsence::of(&row, now.get()));
    let phone = connection_phone(&connection);
    let online = matches!(connection.state, ConnectionState::Online);
    let opens = say!(connections.open, name = connection.name.clone());
    view! {
        <article class="card connection">
            <header class="card-head">
                <h3>
                    <A
                        href=format!("/conexoes/{}", connection.id)
                        attr:class="title"
                        attr:aria-label=opens
                    >
                        {connection.name}
                    </A>
                    <span class="sub">{phone}</span>
                </h3>
                <Badge label=connection_state(&connection.state) />
            </header>
            <div class="card-body">
                {online.then(|| view! { <HealthFacts view=view.clone() now /> })}
                {move || {
                    advice()
                        .map(|sentence| {
                            view! {
                                <p class="note">
                                    <b>{sentence.title}". "</b>
                                    {sentence.text}
                                </p>
                            }
                        })
                }}
                {move || {
                    absence
                        .get()
                        .map(phone_absence)
                        .map(|sentence| {
                            view! {
                                <p class="note" data-state="warn">
                                    <Icon name="warn" class="small" />
                                    <b>{sentence.title}". "</b>
                                    {sentence.text}
                                </p>
                            }
                        })
                }}
                <p class="note">
                    <Icon name="grupos" class="small" />
                    {groups_count(view.groups)}
                </p>
            </div>
        </article>
    }
}

/// What traffic proves: last ping, last acknowledgement, uptime.
#[component]
fn HealthFacts(view: ConnectionView, now: Signal<crate::domain::Timestamp>) -> impl IntoView {
    let health = view.health;
    view! {
        <dl class="facts">
            <dt>{say!(connections.last_ping)}</dt>
            <dd>
                {health
                    .last_pong_at
                    .map_or_else(
                        || say!(connections.none_yet).into_any(),
                        |at| view! { <Ago at now /> }.into_any(),
                    )}
                {health.round_trip.map(|trip| format!(" · {} ms", trip.as_millis()))}
            </dd>
            <dt>{say!(connections.last_ack)}</dt>
            <dd>
                {health
                    .last_ack_at
                    .map_or_else(
                        || say!(connections.none_yet_f).into_any(),
                        |at| view! { <Ago at now /> }.into_any(),
                    )}
            </dd>
            <dt>{say!(connections.uptime)}</dt>
            <dd>
                {move || {
                    health
                        .online_since
                        .map_or_else(
                            || say!(connections.not_online).to_owned(),
                            |since| time::duration(now.get().since(since)),
                        )
                }}
            </dd>
        </dl>
    }
}
