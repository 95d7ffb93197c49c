//! Which schedule, and the answers that it needs.

use leptos::prelude::*;

use super::parts::DayBoxes;
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
    let is_wrong = invalid(problems, is_about_moment);
    view! {
        <div class="for-once">
            <div class="fields short">
                <div class="field">
                    <label for="quando-dia">{say!(when.date)}</label>
                    <input
                        class="input"
                        id="quando-dia"
                        type="date"
                        name=timing_field("date")
                        value=first.date
                        aria-invalid=is_wrong
                        aria-describedby="quando-dia-erro"
                    />
                </div>
                <div class="field">
                    <label for="quando-hora">{say!(when.time)}</label>
                    <input
                        class="input"
                        id="quando-hora"
                        type="time"
                        name=timing_field("time")
                        value=first.time
                        aria-invalid=is_wrong
                        aria-describedby="quando-dia-erro"
                    />
                </div>
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
                <div class="field">
                    <label for="intervalo">{say!(when.interval)}</label>
                    <input
                        class="input"
                        id="intervalo"
                        inputmode="numeric"
                        autocomplete="off"
                        name=timing_field("n")
                        value=first.n
                        aria-invalid=invalid(problems, is_about_interval)
                        aria-describedby="intervalo-erro intervalo-dica"
                    />
                </div>
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
            <div class="field">
                <label for="horarios">{say!(when.times)}</label>
                <input
                    class="input narrow"
                    id="horarios"
                    autocomplete="off"
                    name=timing_field("times")
                    value=first.times
                    aria-invalid=invalid(problems, about_times)
                    aria-describedby="horarios-dica horarios-erro"
                />
                <p class="hint" id="horarios-dica">
                    {say!(when.times_hint)}
                </p>
                <Problem problems id="horarios-erro" of=about_times />
            </div>
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
