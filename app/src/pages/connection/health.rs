//! What traffic proves about a connection.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::api::ConnectionView;
use crate::components::time::{date_and_time, duration, short_date};
use crate::components::{Ago, Icon, groups_count};
use crate::domain::{ConnectionId, Timestamp};

/// Last ping, last acknowledgement, uptime, and the facts beside them.
#[component]
pub(super) fn Health(
    id: ConnectionId,
    view: Signal<ConnectionView>,
    now: Signal<Timestamp>,
) -> impl IntoView {
    let health = Memo::new(move |_| view.with(|view| view.health));
    let uptime = move || {
        health.get().online_since.map_or_else(
            || say!(connections.not_online).to_owned(),
            |since| duration(now.get().since(since)),
        )
    };
    let since = move || {
        let since = health.get().online_since?;
        Some(say!(connection.since, time = short_date(since, now.get())))
    };
    view! {
        <section class="flow tight" aria-labelledby="saude">
            <h2 id="saude">{say!(connection.health)}</h2>
            <dl class="stats">
                <div class="stat">
                    <dt>
                        <Icon name="pulso" class="small" />
                        {say!(connections.last_ping)}
                    </dt>
                    <dd>{move || moment(health.get().last_pong_at, say!(connections.none_yet), now)}</dd>
                    <dd class="note">
                        {move || {
                            let trip = health.get().round_trip?;
                            Some(say!(connection.round_trip, millis = trip.as_millis()))
                        }}
                    </dd>
                </div>
                <div class="stat">
                    <dt>
                        <Icon name="certo" class="small" />
                        {say!(connections.last_ack)}
                    </dt>
                    <dd>{move || moment(health.get().last_ack_at, say!(connections.none_yet_f), now)}</dd>
                </div>
                <div class="stat">
                    <dt>
                        <Icon name="relogio" class="small" />
                        {say!(connections.uptime)}
                    </dt>
                    <dd>{uptime}</dd>
                    <dd class="note">{since}</dd>
                </div>
            </dl>
            <Facts id view health now />
        </section>
    }
}

/// When something last happened, or that it has not.
fn moment(at: Option<Timestamp>, never: &'static str, now: Signal<Timestamp>) -> AnyView {
    match at {
        Some(at) => view! { <Ago at now /> }.into_any(),
        None => view! { <small>{never}</small> }.into_any(),
    }
}

#[component]
fn Facts(
    id: ConnectionId,
    view: Signal<ConnectionView>,
    health: Memo<crate::domain::ConnectionHealth>,
    now: Signal<Timestamp>,
) -> impl IntoView {
    let linked_at = move || view.with(|view| view.connection.linked_at);
    let phone_seen_at = Memo::new(move |_| view.with(|view| view.connection.phone_last_seen()));
    let used_by = move || {
        view.with(|view| {
            if view.used_by.is_empty() {
                say!(connection.used_by_none).to_owned()
            } else {
                view.used_by.join(", ")
            }
        })
    };
    view! {
        <dl class="facts">
            <dt>{say!(connection.last_event)}</dt>
            <dd>{move || moment(health.get().last_event_at, say!(connections.none_yet), now)}</dd>
            {move || {
                linked_at()
                    .map(|at| {
                        view! {
                            <dt>{say!(connection.linked)}</dt>
                            <dd>{date_and_time(at)}</dd>
                        }
                    })
            }}
            {move || {
                phone_seen_at
                    .get()
                    .map(|at| {
                        view! {
                            <dt>{say!(connection.phone_seen)}</dt>
                            <dd>
                                <Ago at now />
                            </dd>
                        }
                    })
            }}
            <dt>{say!(connection.groups)}</dt>
            <dd>
                <A href=format!("/grupos?conexao={id}")>
                    {move || groups_count(view.with(|view| view.groups))}
                </A>
            </dd>
            <dt>{say!(connection.used_by)}</dt>
            <dd>{used_by}</dd>
        </dl>
    }
}
