//! `/agenda`.

use leptos::prelude::*;
use leptos_router::components::A;

use super::address::{DAY, PATH, SPAN, of_span};
use super::day::OneDay;
use super::entry::label;
use super::grid::Grid;
use crate::api::{AgendaView, AgendaWhat, LiveEvent, get_agenda};
use crate::components::calendar::{month_words, week_words, zone_words};
use crate::components::sentences::{Label, run_status};
use crate::components::{Icon, Loaded, PageTitle, live_resource};
use crate::domain::{AgendaSpan, CivilDate, MissedWhy, RunStatus};
use crate::pages::use_query_value;

/// A month or a week of runs, and one day of it.
#[component]
pub(crate) fn AgendaPage() -> impl IntoView {
    let span = use_query_value::<AgendaSpan>(SPAN);
    let agenda = live_resource(
        move || span.get(),
        get_agenda,
        |event| {
            matches!(
                event,
                LiveEvent::Campaign(_) | LiveEvent::Run(_) | LiveEvent::Connections
            )
        },
    );
    view! {
        <PageTitle title=say!(agenda.title) />
        <Loaded resource=agenda view=move |view| view! { <Shown view /> } />
    }
}

#[component]
fn Shown(view: Signal<AgendaView>) -> impl IntoView {
    let asked = use_query_value::<CivilDate>(DAY);
    let looked_at = Signal::derive(move || {
        view.with(|view| {
            let is_drawn = |day: &CivilDate| view.days.iter().any(|drawn| drawn.date == *day);
            let asked = asked.get().filter(is_drawn);
            let today = Some(view.today).filter(|day| view.span.has(*day));
            asked.or(today).unwrap_or_else(|| view.span.first())
        })
    });
    let entries = Signal::derive(move || {
        let date = looked_at.get();
        view.with(|view| {
            let day = view.days.iter().find(|day| day.date == date);
            day.map(|day| day.entries.clone()).unwrap_or_default()
        })
    });
    let zone = Memo::new(move |_| view.with(|view| view.zone.clone()));
    let zone = move || {
        zone.with(|zone| {
            let words = zone_words(zone).map_or_else(|| zone.to_string(), str::to_owned);
            say!(agenda.zone, zone = words)
        })
    };
    let is_cut = move || view.with(|view| view.is_cut);
    view! {
        <div class="page-head">
            <div>
                <h1>{say!(agenda.title)}</h1>
                <p class="note">{zone}</p>
            </div>
            <div class="actions">
                <A href="/campanhas/nova" attr:class="btn primary">
                    <Icon name="novo" />
                    {say!(campaigns.new)}
                </A>
            </div>
        </div>
        <div class="split agenda">
            <section aria-label=say!(agenda.title)>
                <Toolbar view looked_at />
                <p class="note" hidden=move || !is_cut()>
                    {say!(agenda.cut)}
                </p>
                <Grid view looked_at />
                <Legend />
            </section>
            <OneDay date=looked_at entries />
        </div>
    }
}

/// Which span is shown, and the ways to the others.
#[component]
fn Toolbar(view: Signal<AgendaView>, looked_at: Signal<CivilDate>) -> impl IntoView {
    let span = Memo::new(move |_| view.with(|view| view.span));
    let title = move || {
        let span = span.get();
        if span.is_month() {
            month_words(span.first())
        } else {
            week_words(&span.days())
        }
    };
    let step = move |to: fn(AgendaSpan) -> Option<AgendaSpan>, words: &'static str, icon| {
        move || {
            to(span.get()).map(|other| {
                view! {
                    <A href=of_span(other) attr:class="btn quiet square" attr:aria-label=words>
                        <Icon name=icon />
                    </A>
                }
            })
        }
    };
    let way = move |to: fn(CivilDate) -> AgendaSpan, words: &'static str, is_month: bool| {
        move || {
            let is_current = span.get().is_month() == is_month;
            view! {
                // The router's own link would say of both that it is the present page.
                <a
                    href=of_span(to(looked_at.get()))
                    aria-current=is_current.then_some("true")
                >
                    {words}
                </a>
            }
        }
    };
    view! {
        <div class="toolbar">
            <span class="actions">
                {step(AgendaSpan::before, say!(agenda.before), "esq")} <h2>{title}</h2>
                {step(AgendaSpan::after, say!(agenda.after), "dir")}
            </span>
            <A href=PATH attr:class="btn">
                {say!(agenda.today)}
            </A>
            <nav class="segmented push" aria-label=say!(agenda.span)>
                {way(AgendaSpan::month_of, say!(agenda.month), true)}
                {way(AgendaSpan::week_of, say!(agenda.week), false)}
            </nav>
        </div>
    }
}

/// What the marks mean.
#[component]
fn Legend() -> impl IntoView {
    let missed = AgendaWhat::Missed {
        count: 1,
        why: MissedWhy::TooLate,
    };
    let conflict = Label {
        tone: crate::components::sentences::Tone::Error,
        icon: "conflito",
        word: say!(agenda.in_conflict),
    };
    let labels = [
        run_status(RunStatus::Completed),
        run_status(RunStatus::Running),
        run_status(RunStatus::CompletedWithFailures),
        label(&AgendaWhat::PlannedOften { groups: 0 }),
        label(&missed),
        conflict,
    ];
    let labels = labels.map(|label| {
        view! {
            <li data-state=label.tone.name()>
                <Icon name=label.icon class="small state" />
                {label.word}
            </li>
        }
    });
    view! { <ul class="legend">{labels.into_iter().collect_view()}</ul> }
}
