//! What is wrong with the answers, beside their fields.

use leptos::prelude::*;

use crate::api::{ApiError, TimingForm, ZoneRules};
use crate::components::FieldError;
use crate::components::sentences::timing_problem;
use crate::domain::{Timestamp, TimingProblem, Zone};

/// What is wrong with what is written, once the rules of its zone are known.
pub(in crate::pages::campaign) fn written(
    timing: RwSignal<TimingForm>,
    rules: Resource<Result<ZoneRules, ApiError>>,
    minute: Memo<Timestamp>,
) -> Memo<Vec<TimingProblem>> {
    let zone = RwSignal::new(None::<Result<Zone, TimingProblem>>);
    Effect::new(move || {
        if let Some(Ok(rules)) = rules.get() {
            zone.set(Some(rules.zone().ok_or(TimingProblem::ZoneUnknown)));
        }
    });
    Memo::new(move |_| match timing.with(TimingForm::timing) {
        Err(problems) => problems,
        Ok(timing) => zone.with(|zone| match zone {
            Some(Ok(zone)) => timing.problems(zone, minute.get()),
            Some(Err(problem)) => vec![*problem],
            None => Vec::new(),
        }),
    })
}

/// What to tell: before the page is alive what the server found, then what is wrong as it is written.
/// What is only missing is told once somebody tried to save.
pub(super) fn told(
    written: Memo<Vec<TimingProblem>>,
    found: Signal<Vec<TimingProblem>>,
    is_alive: Signal<bool>,
) -> Signal<Vec<TimingProblem>> {
    Signal::derive(move || {
        let found = found.get();
        if !is_alive.get() {
            return found;
        }
        let is_told = |problem: &TimingProblem| !is_missing(*problem) || found.contains(problem);
        written.get().into_iter().filter(is_told).collect()
    })
}

const fn is_missing(problem: TimingProblem) -> bool {
    matches!(
        problem,
        TimingProblem::MomentMissing
            | TimingProblem::IntervalMissing
            | TimingProblem::DaysMissing
            | TimingProblem::TimesMissing
            | TimingProblem::WindowDaysMissing
            | TimingProblem::WindowTimesMissing
    )
}

/// The words for the first problem of a kind.
#[component]
pub(super) fn Problem(
    problems: Signal<Vec<TimingProblem>>,
    id: &'static str,
    of: fn(TimingProblem) -> bool,
) -> impl IntoView {
    let error = Signal::derive(move || {
        problems.with(|problems| {
            problems
                .iter()
                .copied()
                .find(|problem| of(*problem))
                .map(timing_problem)
        })
    });
    view! { <FieldError id=id.to_owned() error /> }
}

/// `aria-invalid` of the field that such problems are about.
pub(super) fn invalid(
    problems: Signal<Vec<TimingProblem>>,
    of: fn(TimingProblem) -> bool,
) -> impl Fn() -> Option<&'static str> + Copy + Send + Sync + 'static {
    move || {
        problems
            .with(|problems| problems.iter().copied().any(of))
            .then_some("true")
    }
}
