//! The window, and what is seldom needed: the end, and how late a run may begin.

use std::time::Duration;

use leptos::prelude::*;

use super::parts::DayBoxes;
use super::problems::{Problem, invalid};
use crate::api::{TimingForm, timing_field};
use crate::components::time::duration;
use crate::domain::TimingProblem;

type Problems = Signal<Vec<TimingProblem>>;

/// What the form offers as tolerance, in minutes.
const TOLERANCES: [u32; 8] = [0, 15, 30, 60, 120, 360, 1_440, 10_080];

const fn is_about_window(problem: TimingProblem) -> bool {
    matches!(
        problem,
        TimingProblem::WindowDaysMissing
            | TimingProblem::WindowTimesMissing
            | TimingProblem::WindowNeverMet
    )
}

/// Days and hours in which the campaign may send.
#[component]
pub(super) fn WindowFields(first: TimingForm, problems: Problems) -> impl IntoView {
    let time = |id: &'static str, label: &'static str, name: &'static str, value: String| {
        view! {
            <div class="field">
                <label for=id>{label}</label>
                <input
                    class="input"
                    id=id
                    type="time"
                    name=timing_field(name)
                    value=value
                    aria-invalid=invalid(problems, is_about_window)
                    aria-describedby="janela-erro"
                />
            </div>
        }
    };
    view! {
        <label class="check">
            <input
                type="checkbox"
                id="janela"
                name=timing_field("windowed")
                value="on"
                checked=!first.windowed.is_empty()
            />
            <span>{say!(when.window)}</span>
        </label>
        <div class="for-window">
            <DayBoxes
                name="window_days"
                label=say!(when.window_days)
                first=first.window_days
                error_id="janela-erro"
            />
            <div class="fields short">
                {time("janela-de", say!(when.window_from), "from", first.from)}
                {time("janela-ate", say!(when.window_to), "to", first.to)}
            </div>
            <Problem problems id="janela-erro" of=is_about_window />
            <p class="hint">{say!(when.window_hint)}</p>
        </div>
    }
}

/// The last day, the number of runs, the tolerance: folded until one of them says something.
#[component]
pub(super) fn Limits(first: TimingForm, problems: Problems) -> impl IntoView {
    let has_limits = !first.last_day.is_empty() || !first.max_runs.is_empty();
    let about_day: fn(TimingProblem) -> bool = |p| matches!(p, TimingProblem::LastDayPassed);
    let about_runs: fn(TimingProblem) -> bool = |p| matches!(p, TimingProblem::MaxRunsMissing);
    view! {
        <details class="flow tight" open=has_limits>
            <summary>{say!(when.limits)}</summary>
            <div class="fields for-recurring">
                <div class="field">
                    <label for="ultimo-dia">{say!(when.last_day)}</label>
                    <input
                        class="input"
                        id="ultimo-dia"
                        type="date"
                        name=timing_field("last_day")
                        value=first.last_day
                        aria-invalid=invalid(problems, about_day)
                        aria-describedby="ultimo-dia-erro"
                    />
                    <Problem problems id="ultimo-dia-erro" of=about_day />
                </div>
                <div class="field">
                    <label for="maximo">{say!(when.max_runs)}</label>
                    <input
                        class="input"
                        id="maximo"
                        inputmode="numeric"
                        autocomplete="off"
                        placeholder=say!(when.no_limit)
                        name=timing_field("max_runs")
                        value=first.max_runs
                        aria-invalid=invalid(problems, about_runs)
                        aria-describedby="maximo-erro"
                    />
                    <Problem problems id="maximo-erro" of=about_runs />
                </div>
            </div>
            <Tolerance first=first.tolerance problems />
        </details>
    }
}

#[component]
fn Tolerance(first: String, problems: Problems) -> impl IntoView {
    let saved = first.parse::<u32>().ok();
    let mut choices = TOLERANCES.to_vec();
    choices.extend(saved);
    choices.sort_unstable();
    choices.dedup();
    let option = |minutes: u32| {
        let words = match minutes {
            0 => say!(when.no_tolerance).to_owned(),
            minutes => duration(Duration::from_mins(minutes.into())),
        };
        view! {
            <option value=minutes.to_string() selected=saved == Some(minutes)>
                {words}
            </option>
        }
    };
    view! {
        <div class="field">
            <label for="tolerancia">{say!(when.tolerance)}</label>
            <select
                class="input narrow"
                id="tolerancia"
                name=timing_field("tolerance")
                aria-describedby="tolerancia-dica tolerancia-erro"
            >
                {choices.into_iter().map(option).collect_view()}
            </select>
            <p class="hint" id="tolerancia-dica">
                {say!(when.tolerance_hint)}
            </p>
            <Problem
                problems
                id="tolerancia-erro"
                of=|p| matches!(p, TimingProblem::ToleranceTooLong)
            />
        </div>
    }
}
