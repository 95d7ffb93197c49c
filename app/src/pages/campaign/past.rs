//! What a campaign did and missed, the latest first.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::api::{ApiError, CampaignPast, LiveEvent, PastPlace, get_campaign_past};
use crate::components::sentences::{Label, Tone, missed_why, run_status};
use crate::components::time::{date_and_time, lateness, short_date};
use crate::components::{Ago, Badge, Loaded, TallyBar, live_resource, ticking};
use crate::domain::{CampaignId, Missed, Run, RunOrigin, RunTally, Timestamp};

/// A line of the past.
#[derive(Clone)]
enum Line {
    Ran(Box<(Run, RunTally)>),
    Missed(Missed),
}

impl Line {
    fn at(&self) -> Timestamp {
        match self {
            Self::Ran(ran) => ran.0.started_at,
            Self::Missed(missed) => missed.runs.to,
        }
    }
}

/// What a campaign did and missed, and which part of it is shown.
///
/// It is made with its page: what is made within the answer of another resource can get another number
/// on the server than in the browser, and the page does not come alive.
#[derive(Clone, Copy)]
pub(super) struct PastParts {
    past: Resource<Result<CampaignPast, ApiError>>,
    before: RwSignal<Option<PastPlace>>,
}

impl PastParts {
    /// Of one campaign, beginning with the latest part.
    pub(super) fn of(id: CampaignId) -> Self {
        let before = RwSignal::new(None::<PastPlace>);
        let past = live_resource(
            move || before.get(),
            move |before| get_campaign_past(id, before),
            move |event| match event {
                LiveEvent::Campaign(changed) => *changed == id,
                LiveEvent::Run(_) => true,
                _ => false,
            },
        );
        Self { past, before }
    }
}

/// The runs of a campaign and those that never began, a part at a time.
#[component]
pub(super) fn Past(parts: PastParts) -> impl IntoView {
    let PastParts { past, before } = parts;
    view! {
        <section aria-labelledby="execucoes">
            <h2 id="execucoes">{say!(past.title)}</h2>
            <Loaded resource=past view=move |past| view! { <Lines past before /> } />
        </section>
    }
}

#[component]
fn Lines(past: Signal<CampaignPast>, before: RwSignal<Option<PastPlace>>) -> impl IntoView {
    let now = ticking(move || past.with(|past| past.now));
    let lines = move || {
        let mut lines: Vec<Line> = past.with(|past| {
            let runs = past.runs.iter().cloned();
            let missed = past.missed.iter().cloned();
            let runs = runs.map(|ran| Line::Ran(Box::new(ran)));
            runs.chain(missed.map(Line::Missed)).collect()
        });
        lines.sort_by_key(|line| std::cmp::Reverse(line.at()));
        lines
    };
    let rows = move || {
        let lines = lines().into_iter();
        lines
            .map(|line| match line {
                Line::Ran(ran) => view! { <RanRow run=ran.0 tally=ran.1 now /> }.into_any(),
                Line::Missed(missed) => view! { <MissedRow missed now /> }.into_any(),
            })
            .collect_view()
    };
    let is_empty =
        Memo::new(move |_| past.with(|past| past.runs.is_empty() && past.missed.is_empty()));
    let next = Memo::new(move |_| past.with(|past| past.next));
    view! {
        <p class="note" hidden=move || !is_empty.get()>
            {say!(past.none)}
        </p>
        <table class="table" hidden=move || is_empty.get()>
            <tbody>{rows}</tbody>
        </table>
        <div class="actions">
            <button
                class="btn"
                type="button"
                hidden=move || before.with(Option::is_none)
                on:click=move |_| before.set(None)
            >
                {say!(past.latest)}
            </button>
            <button
                class="btn"
                type="button"
                hidden=move || next.with(Option::is_none)
                on:click=move |_| before.set(next.get())
            >
                {say!(past.older)}
            </button>
        </div>
    }
}

#[component]
fn RanRow(run: Run, tally: RunTally, now: Signal<Timestamp>) -> impl IntoView {
    let origin = match run.origin {
        RunOrigin::Person => say!(past.by_person),
        RunOrigin::Schedule => say!(past.by_schedule),
        RunOrigin::Test => say!(past.by_test),
    };
    // What began within a minute of its time is not told as late.
    let late = run.started_at.since(run.due_at);
    let late = (late.as_secs() >= 60).then(|| say!(past.late, span = lateness(late)));
    let done = say!(
        campaigns.acknowledged_of,
        done = tally.acknowledged(),
        total = tally.total()
    );
    view! {
        <tr>
            <td data-at="title">
                <A
                    href=format!("/execucoes/{}", run.id)
                    attr:class="title"
                    attr:title=date_and_time(run.started_at)
                >
                    {say!(past.run, number = run.number)}
                </A>
                <span class="sub">
                    {origin} " · " <Ago at=run.started_at now />
                    {late.map(|late| format!(" · {late}"))}
                </span>
            </td>
            <td data-at="state">
                <Badge label=run_status(tally.status()) />
            </td>
            <td>
                <div class="progress">
                    <div class="progress-nums">
                        <b>{done}</b>
                    </div>
                    <TallyBar tally class="stack thin" />
                </div>
            </td>
        </tr>
    }
}

#[component]
fn MissedRow(missed: Missed, now: Signal<Timestamp>) -> impl IntoView {
    let runs = missed.runs;
    let label = Label {
        tone: Tone::Warn,
        icon: "warn",
        word: say!(missed.title),
    };
    let span = move || {
        let from = short_date(runs.from, now.get());
        if runs.from == runs.to {
            from
        } else {
            let to = say!(missed.until, time = short_date(runs.to, now.get()));
            format!("{from} {to}")
        }
    };
    view! {
        <tr>
            <td data-at="title">
                <span class="title">{say!(missed.count, count = runs.count)}</span>
                <span class="sub">{span}</span>
            </td>
            <td data-at="state">
                <Badge label />
            </td>
            <td>
                <span class="sub">{missed_why(missed.why)}</span>
            </td>
        </tr>
    }
}
