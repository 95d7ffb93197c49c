//! Which schedule, and the answers that it needs.

use leptos::prelude::*;

use super::parts::{Answer, DayBoxes};
use super::problems::{Problem, invalid};
use crate::api::{ScheduleKind, TimingForm, timing_field, unit_word};
use crate::domain::{IntervalUnit, TimingProblem};

type Problems = Signal<Vec<TimingProblem>>;

/// The choice, and the fields of each; the style sheet shows those of the chosen one.
#[component]
pub(super) fn Schedules(first: TimingForm, problems: Problems) -> impl IntoView {
    let chosen = first.schedule;
    let choice = move |kind: ScheduleKind| {
        view! {
            <label>
                <input
                    type="radio"
                    id=format!("quando-{}", kind.as_str())
                    name=timing_field("schedule")
                    value=kind.as_str()
                    checked=kind == chosen
                />
                {kind_words(kind)}
            </label>
        }
    };
    view! {
        <fieldset class="segmented">
            <legend class="sr">{say!(when.kind)}</legend>
            {ScheduleKind::ALL.map(choice).collect_view()}
        </fieldset>
        <p class="hint for-now">{say!(when.now_hint)}</p>
        <OnceFields first=first.clone() problems />
        <EveryFields first=first.clone() problems />
        <WeeklyFields first=first.clone() problems />
        <CronField first problems />
        <Problem problems id="quando-erro" of=|p| matches!(p, TimingProblem::Never) />
    }
}

fn kind_words(kind: ScheduleKind) -> &'static str {
    match kind {
        ScheduleKind::Now => say!(when.now),
        ScheduleKind::Once => say!(when.once),
        ScheduleKind::Every => say!(when.every),
        ScheduleKind::Weekly => say!(when.weekly),
        ScheduleKind::Cron => say!(when.cron),
    }
}

const fn is_about_moment(problem: TimingProblem) -> bool {
    matches!(
        problem,
        TimingProblem::MomentMissing | TimingProblem::MomentPassed
    )
}

#[component]
fn OnceFields(first: TimingForm, problems: Problems) -> impl IntoView {
    let part = |id, name, label, kind, value| {
        view! {
            <Answer
                id
                name
                label
                value
                problems
                about=is_about_moment
                described_by="quando-dia-erro"
                kind
            />
        }
    };
    view! {
        <div class="for-once">
            <div class="fields short">
                {part("quando-dia", "date", say!(when.date), "date", first.date)}
                {part("quando-hora", "time", say!(when.time), "time", first.time)}
            </div>
            <Problem problems id="quando-dia-erro" of=is_about_moment />
        </div>
    }
}

const fn is_about_interval(problem: TimingProblem) -> bool {
    matches!(
        problem,
        TimingProblem::IntervalMissing | TimingProblem::IntervalTooLong
    )
}

#[component]
fn EveryFields(first: TimingForm, problems: Problems) -> impl IntoView {
    let chosen = first.unit;
    let option = |unit: IntervalUnit| {
        view! {
            <option value=unit_word(unit) selected=unit_word(unit) == chosen>
                {unit_name(unit)}
            </option>
        }
    };
    view! {
        <div class="for-every">
            <div class="fields short">
                <Answer
                    id="intervalo"
                    name="n"
                    label=say!(when.interval)
                    value=first.n
                    problems
                    about=is_about_interval
                    described_by="intervalo-erro intervalo-dica"
                    keys="numeric"
                />
                <div class="field">
                    <label for="unidade">{say!(when.unit)}</label>
                    <select class="input" id="unidade" name=timing_field("unit")>
                        {IntervalUnit::EVERY.map(option).collect_view()}
                    </select>
                </div>
            </div>
            <Problem problems id="intervalo-erro" of=is_about_interval />
            <p class="hint" id="intervalo-dica">
                {say!(when.every_hint)}
            </p>
        </div>
    }
}

fn unit_name(unit: IntervalUnit) -> &'static str {
    match unit {
        IntervalUnit::Minutes => say!(when.minutes),
        IntervalUnit::Hours => say!(when.hours),
        IntervalUnit::Days => say!(when.days),
    }
}

#[component]
fn WeeklyFields(first: TimingForm, problems: Problems) -> impl IntoView {
    let about_times: fn(TimingProblem) -> bool = |p| matches!(p, TimingProblem::TimesMissing);
    view! {
        <div class="for-weekly">
            <div class="field">
                <DayBoxes
                    name="days"
                    label=say!(when.week_days)
                    first=first.days
                    error_id="dias-erro"
                />
                <Problem problems id="dias-erro" of=|p| matches!(p, TimingProblem::DaysMissing) />
            </div>
            <Answer
                id="horarios"
                name="times"
                label=say!(when.times)
                value=first.times
                problems
                about=about_times
                described_by="horarios-dica horarios-erro"
                class="input narrow"
            >
                <p class="hint" id="horarios-dica">
                    {say!(when.times_hint)}
                </p>
                <Problem problems id="horarios-erro" of=about_times />
            </Answer>
        </div>
    }
}

#[component]
fn CronField(first: TimingForm, problems: Problems) -> impl IntoView {
    let about_cron: fn(TimingProblem) -> bool = |p| matches!(p, TimingProblem::Cron(_));
    view! {
        <div class="for-cron field">
            <label for="cron">{say!(when.cron_label)}</label>
            <input
                class="input narrow"
                id="cron"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                name=timing_field("cron")
                value=first.cron
                aria-invalid=invalid(problems, about_cron)
                aria-describedby="cron-dica cron-erro"
            />
            <p class="hint" id="cron-dica">
                {say!(when.cron_hint)}
            </p>
            <Problem problems id="cron-erro" of=about_cron />
        </div>
    }
}
