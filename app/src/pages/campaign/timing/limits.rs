//! The window, and what is seldom needed: the end, and how late a run may begin.

use std::time::Duration;

use leptos::prelude::*;

use super::parts::{Answer, DayBoxes};
use super::problems::Problem;
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
            <Answer
                id
                name
                label
                value
                problems
                about=is_about_window
                described_by="janela-erro"
                kind="time"
            />
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
                <Answer
                    id="ultimo-dia"
                    name="last_day"
                    label=say!(when.last_day)
                    value=first.last_day
                    problems
                    about=about_day
                    described_by="ultimo-dia-erro"
                    kind="date"
                >
                    <Problem problems id="ultimo-dia-erro" of=about_day />
                </Answer>
                <Answer
                    id="maximo"
                    name="max_runs"
                    label=say!(when.max_runs)
                    value=first.max_runs
                    problems
                    about=about_runs
                    described_by="maximo-erro"
                    keys="numeric"
                    placeholder=say!(when.no_limit)
                >
                    <Problem problems id="maximo-erro" of=about_runs />
                </Answer>
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
