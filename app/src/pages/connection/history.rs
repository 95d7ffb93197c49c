//! The last day at a glance, and what the connection went through.

use leptos::prelude::*;

use crate::api::{HistoryView, LiveEvent, get_connection_history};
use crate::components::sentences::{connection_state, connection_story};
use crate::components::time::{date_and_time, short_date};
use crate::components::{Icon, Loaded, live_resource};
use crate::domain::{ConnectionId, Course, LastDay, Timestamp, Told};

/// How many entries are shown without asking for more.
const SHOWN_AT_ONCE: usize = 6;

/// The last 24 hours as a bar, and the changes of state.
#[component]
pub(super) fn History(id: ConnectionId) -> impl IntoView {
    let history = live_resource(
        || (),
        move |()| get_connection_history(id),
        move |event| *event == LiveEvent::Connection(id),
    );
    view! {
        <Loaded
            resource=history
            view=|history| {
                let last_day = Memo::new(move |_| history.with(|view| view.last_day.clone()));
                view! {
                    <section class="flow tight" aria-labelledby="historico">
                        <Day last_day />
                        <h2 id="historico">{say!(connection.history)}</h2>
                        <Changes history />
                    </section>
                }
            }
        />
    }
}

const fn tone(course: Course) -> &'static str {
    match course {
        Course::Idle => "idle",
        Course::Online => "ok",
        Course::Troubled => "warn",
        Course::Down => "error",
    }
}

/// Online time and reconnections in words.
fn summary(day: &LastDay) -> String {
    let reconnections = say!(connection.reconnections, count = day.reconnections);
    match day.online_per_mille {
        None => say!(connection.day_idle).to_owned(),
        Some(share) => say!(
            connection.day_summary,
            share = format!("{},{}", share / 10, share % 10),
            reconnections = reconnections
        ),
    }
}

/// One small bar for each half hour, with its numbers above.
#[component]
fn Day(last_day: Memo<LastDay>) -> impl IntoView {
    let words = move || last_day.with(summary);
    view! {
        <div class="progress">
            <div class="progress-nums">
                <b>{say!(connection.day)}</b>
                <span>{words}</span>
            </div>
            <div
                class="uptime"
                role="img"
                aria-label=move || format!("{}: {}", say!(connection.day), words())
            >
                {move || {
                    last_day
                        .with(|day| day.slots.clone())
                        .into_iter()
                        .map(|course| view! { <i data-state=tone(course)></i> })
                        .collect_view()
                }}
            </div>
        </div>
    }
}

/// The timeline; what is older is folded away.
#[component]
fn Changes(history: Signal<HistoryView>) -> impl IntoView {
    let now = Memo::new(move |_| history.with(|view| view.now));
    let told = Memo::new(move |_| history.with(|view| view.told.clone()));
    let is_empty = Memo::new(move |_| told.with(Vec::is_empty));
    let has_more = Memo::new(move |_| told.with(|told| told.len() > SHOWN_AT_ONCE));
    let rows = move |skip: usize, take: usize| {
        let now = now.get_untracked();
        let part = told.with(|told| {
            told.iter()
                .skip(skip)
                .take(take)
                .cloned()
                .collect::<Vec<_>>()
        });
        part.into_iter()
            .map(|told| view! { <Change told now /> })
            .collect_view()
    };
    view! {
        <p class="note" hidden=move || !is_empty.get()>
            {say!(connection.history_empty)}
        </p>
        <ol class="timeline">{move || rows(0, SHOWN_AT_ONCE)}</ol>
        <details hidden=move || !has_more.get()>
            <summary>{say!(connection.history_more)}</summary>
            <ol class="timeline">{move || rows(SHOWN_AT_ONCE, usize::MAX)}</ol>
        </details>
    }
}

#[component]
fn Change(told: Told, now: Timestamp) -> impl IntoView {
    let label = connection_state(&told.state);
    let absolute = say!(time.brasilia, time = date_and_time(told.at));
    view! {
        <li data-state=label.tone.name()>
            <Icon name=label.icon />
            <b>{label.word}</b>
            <time title=absolute>{short_date(told.at, now)}</time>
            <p>{connection_story(&told)}</p>
        </li>
    }
}
