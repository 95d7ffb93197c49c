//! The section of the connection's page.

use leptos::prelude::*;

use super::fields::Fields;
use crate::api::{ApiError, LiveEvent, PaceView, SetPace, UseUsualPace, get_pace};
use crate::components::{ActionError, Icon, Loaded, SubmitButton, live_resource};
use crate::domain::{ConnectionId, PaceProblem};

/// How fast the connection sends.
#[component]
pub(in super::super) fn Pace(id: ConnectionId) -> impl IntoView {
    let set = ServerAction::<SetPace>::new();
    let reset = ServerAction::<UseUsualPace>::new();
    let pace = live_resource(
        move || (set.version().get(), reset.version().get()),
        move |_| get_pace(id),
        // Whatever is handed over is told with its run.
        move |event| match event {
            LiveEvent::Connection(changed) => *changed == id,
            LiveEvent::Run(_) => true,
            _ => false,
        },
    );
    view! {
        <section class="flow tight" aria-labelledby="ritmo">
            <h2 id="ritmo">{say!(pace.title)}</h2>
            <p class="note">{say!(pace.intro)}</p>
            <Loaded resource=pace view=move |view| view! { <Details id view set reset /> } />
        </section>
    }
}

#[component]
fn Details(
    id: ConnectionId,
    view: Signal<PaceView>,
    set: ServerAction<SetPace>,
    reset: ServerAction<UseUsualPace>,
) -> impl IntoView {
    let value = set.value();
    let problems = Signal::derive(move || match value.get() {
        Some(Err(ApiError::Pace(problems))) => problems,
        _ => Vec::<PaceProblem>::new(),
    });
    // The fields are drawn anew when other limits are in force, and not while somebody writes.
    let limits = Memo::new(move |_| view.with(|view| view.limits));
    let is_usual = Memo::new(move |_| view.with(|view| view.is_usual));
    view! {
        <Lately view />
        <ActionError value />
        <ActionError value=reset.value() />
        <ActionForm action=set>
            <div class="flow tight">
                <input type="hidden" name="id" value=id.to_string() />
                {move || view! { <Fields limits=limits.get() problems /> }}
                <div class="actions">
                    <SubmitButton
                        label=say!(pace.save)
                        pending_label=say!(pace.saving)
                        pending=set.pending()
                        class="btn"
                    />
                    <Saved set />
                </div>
            </div>
        </ActionForm>
        <ActionForm action=reset>
            <input type="hidden" name="id" value=id.to_string() />
            <p class="note" hidden=move || !is_usual.get()>
                {say!(pace.usual)}
            </p>
            <button class="btn" hidden=move || is_usual.get() disabled=move || reset.pending().get()>
                {say!(pace.use_usual)}
            </button>
        </ActionForm>
    }
}

/// What it handed over lately, and how much of its caps that is.
#[component]
fn Lately(view: Signal<PaceView>) -> impl IntoView {
    let of = |count: u32, most: Option<u32>| match most {
        Some(most) => say!(pace.count_of, count = count, most = most),
        None => count.to_string(),
    };
    let warming_up = Memo::new(move |_| view.with(|view| view.warming_up));
    let daily = move |view: &PaceView| view.limits.daily.into_iter().chain(view.warming_up).min();
    view! {
        <dl class="facts" aria-live="polite">
            <dt>{say!(pace.last_hour)}</dt>
            <dd>{move || view.with(|view| of(view.last_hour, view.limits.hourly))}</dd>
            <dt>{say!(pace.last_day)}</dt>
            <dd>{move || view.with(|view| of(view.last_day, daily(view)))}</dd>
            {move || {
                warming_up
                    .get()
                    .map(|most| {
                        view! {
                            <dt>{say!(pace.new_number)}</dt>
                            <dd>{say!(pace.new_number_most, count = most)}</dd>
                        }
                    })
            }}
        </dl>
    }
}

/// Says that the last answer was stored.
#[component]
fn Saved(set: ServerAction<SetPace>) -> impl IntoView {
    let is_saved = move || {
        let value = set.value();
        !set.pending().get() && value.with(|value| matches!(value, Some(Ok(()))))
    };
    view! {
        <span class="note" role="status">
            {move || {
                is_saved().then(|| view! { <Icon name="certo" class="small" /> {say!(pace.saved)} })
            }}
        </span>
    }
}
