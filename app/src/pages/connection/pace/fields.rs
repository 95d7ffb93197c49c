//! The fields of the form.

use leptos::prelude::*;

use crate::api::PaceForm;
use crate::components::FieldError;
use crate::components::sentences::pace_problem;
use crate::domain::{Limits, PaceProblem};

type Problems = Signal<Vec<PaceProblem>>;
type About = fn(PaceProblem) -> bool;

const ABOUT_INTERVAL: About = |problem| {
    matches!(
        problem,
        PaceProblem::IntervalBackwards | PaceProblem::IntervalOutOfBounds
    )
};
const ABOUT_EVERY: About = |problem| matches!(problem, PaceProblem::PauseEveryOutOfBounds);
const ABOUT_PAUSE: About = |problem| {
    matches!(
        problem,
        PaceProblem::PauseBackwards | PaceProblem::PauseOutOfBounds
    )
};
const ABOUT_HOURLY: About = |problem| matches!(problem, PaceProblem::HourlyOutOfBounds);
const ABOUT_DAILY: About = |problem| matches!(problem, PaceProblem::DailyOutOfBounds);

/// Every limit, as it is in force.
#[component]
pub(super) fn Fields(limits: Limits, problems: Problems) -> impl IntoView {
    let form = PaceForm::of(&limits);
    let number = move |name: &'static str, label: &'static str, value: String, about: About| {
        view! { <Number name label value problems about /> }
    };
    view! {
        <fieldset class="field">
            <legend class="label">{say!(pace.interval)}</legend>
            <div class="fields">
                {number("shortest", say!(pace.shortest_seconds), form.shortest, ABOUT_INTERVAL)}
                {number("longest", say!(pace.longest_seconds), form.longest, ABOUT_INTERVAL)}
            </div>
            <Problem problems about=ABOUT_INTERVAL />
        </fieldset>
        <fieldset class="field">
            <legend class="label">{say!(pace.pause)}</legend>
            <div class="fields">
                {number("every", say!(pace.every), form.every, ABOUT_EVERY)}
                {number(
                    "pause_shortest",
                    say!(pace.shortest_minutes),
                    form.pause_shortest,
                    ABOUT_PAUSE,
                )}
                {number("pause_longest", say!(pace.longest_minutes), form.pause_longest, ABOUT_PAUSE)}
            </div>
            <Problem problems about=ABOUT_EVERY />
            <Problem problems about=ABOUT_PAUSE />
            <p class="hint">{say!(pace.pause_hint)}</p>
        </fieldset>
        <fieldset class="field">
            <legend class="label">{say!(pace.caps)}</legend>
            <div class="fields">
                {number("hourly", say!(pace.hourly), form.hourly, ABOUT_HOURLY)}
                {number("daily", say!(pace.daily), form.daily, ABOUT_DAILY)}
            </div>
            <Problem problems about=ABOUT_HOURLY />
            <Problem problems about=ABOUT_DAILY />
            <p class="hint">{say!(pace.caps_hint)}</p>
        </fieldset>
        <label class="check">
            <input
                type="checkbox"
                name="pace[warm_up]"
                value="on"
                checked=!form.warm_up.is_empty()
            />
            <span>{say!(pace.warm)} <span class="hint">" · " {say!(pace.warm_hint)}</span></span>
        </label>
    }
}

#[component]
fn Number(
    /// The answer that the form posts it as.
    name: &'static str,
    label: &'static str,
    value: String,
    problems: Problems,
    about: About,
) -> impl IntoView {
    let id = format!("ritmo-{name}");
    let is_wrong = move || problems.with(|problems| problems.iter().any(|problem| about(*problem)));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                class="input"
                id=id
                name=format!("pace[{name}]")
                inputmode="numeric"
                autocomplete="off"
                value=value
                aria-invalid=move || is_wrong().then_some("true")
                aria-describedby=move || {
                    let first = problems.with(|problems| problems.iter().copied().find(|p| about(*p)));
                    first.map(error_id)
                }
            />
        </div>
    }
}

fn error_id(problem: PaceProblem) -> String {
    format!("ritmo-erro-{problem:?}")
}

/// What is wrong with some of the fields.
#[component]
fn Problem(problems: Problems, about: About) -> impl IntoView {
    let found = Memo::new(move |_| {
        problems.with(|problems| problems.iter().copied().find(|problem| about(*problem)))
    });
    let error = Signal::derive(move || found.get().map(pace_problem));
    move || {
        let id = found.get().map(error_id).unwrap_or_default();
        view! { <FieldError id error /> }
    }
}
