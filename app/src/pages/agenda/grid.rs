//! The days, week below week.

use leptos::prelude::*;

use super::address::of_day;
use super::entry::{hour, label};
use crate::api::{AgendaDay, AgendaEntry, AgendaView};
use crate::components::Icon;
use crate::components::calendar::{day_words, weekday_short};
use crate::domain::{AgendaSpan, CivilDate, Weekday};

/// How many entries a day of a month has room for.
const ROOM: usize = 3;

/// A month or a week of days.
#[component]
pub(super) fn Grid(view: Signal<AgendaView>, looked_at: Signal<CivilDate>) -> impl IntoView {
    let heads = Weekday::EVERY.map(|day| view! { <b>{weekday_short(day)}</b> });
    let days = move || {
        let (today, looked_at) = (view.with(|view| view.today), looked_at.get());
        view.with(|view| {
            let days = view.days.iter().cloned();
            days.map(|day| {
                view! {
                    <Day
                        is_today=day.date == today
                        is_looked_at=day.date == looked_at
                        span=view.span
                        day
                    />
                }
            })
            .collect_view()
        })
    };
    let class = move || {
        if view.with(|view| view.span.is_month()) {
            "month"
        } else {
            "month week"
        }
    };
    view! {
        <div class=class>
            {heads} {days}
        </div>
    }
}

#[component]
fn Day(day: AgendaDay, span: AgendaSpan, is_today: bool, is_looked_at: bool) -> impl IntoView {
    let AgendaDay { date, entries } = day;
    let words = told(date, &entries);
    let room = if span.is_month() { ROOM } else { usize::MAX };
    let more = entries.len().saturating_sub(room);
    let shown = entries.into_iter().take(room);
    let lines = shown.map(|entry| view! { <Line entry /> }).collect_view();
    let class = if span.has(date) { "day" } else { "day out" };
    view! {
        // The router's own link would say of every day that it is the present page.
        <a
            href=of_day(span, date)
            data-noscroll
            class=class
            aria-label=words
            aria-current=is_today.then_some("date")
            data-selected=is_looked_at.then_some("")
        >
            <span class="n">{date.day()}</span>
            <span class="day-runs">
                {lines}
                {(more > 0)
                    .then(|| {
                        let more = u32::try_from(more).unwrap_or(u32::MAX);
                        view! { <span class="more">{say!(agenda.more, count = more)}</span> }
                    })}
            </span>
        </a>
    }
}

#[component]
fn Line(entry: AgendaEntry) -> impl IntoView {
    let label = label(&entry.what);
    let time = match entry.until {
        Some(until) => format!("{}–{}", hour(entry.at), hour(until)),
        None => hour(entry.at),
    };
    view! {
        <span class="day-run" data-state=label.tone.name()>
            <Icon name=label.icon class="small" />
            <span>{time} " " {entry.name}</span>
        </span>
    }
}

/// A day as a screen reader says it.
fn told(date: CivilDate, entries: &[AgendaEntry]) -> String {
    if entries.is_empty() {
        return say!(agenda.day_free, day = day_words(date));
    }
    let entries: Vec<String> = entries
        .iter()
        .map(|entry| {
            let word = label(&entry.what).word;
            format!("{} {}, {word}", hour(entry.at), entry.name)
        })
        .collect();
    format!("{}: {}", day_words(date), entries.join("; "))
}
