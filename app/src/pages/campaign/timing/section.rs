//! The section: schedule, time zone, window, limits, and what follows from them.

use leptos::html;
use leptos::prelude::*;

use super::answers::answers_in;
use super::limits::{Limits, WindowFields};
use super::next_runs::NextRuns;
use super::problems::{Problem, told};
use super::schedules::Schedules;
use crate::api::{ApiError, TimingForm, ZoneRules, timing_field};
use crate::components::Loaded;
use crate::components::calendar::zone_words;
use crate::domain::{PastRuns, Timestamp, TimingProblem, ZoneName};

/// What the section needs besides the answers that it begins with.
#[derive(Clone, Copy)]
pub(crate) struct WhenMaterial {
    /// The names of all zones.
    pub(crate) zones: Resource<Result<Vec<ZoneName>, ApiError>>,
    /// The one whose rules are read; `None` for the saved campaign's.
    pub(crate) chosen: RwSignal<Option<ZoneName>>,
    /// Its rules.
    pub(crate) zone: Resource<Result<ZoneRules, ApiError>>,
    /// What the campaign has behind it.
    pub(crate) past: Signal<PastRuns>,
    /// The present, to the minute.
    pub(crate) minute: Memo<Timestamp>,
    /// What is wrong with what is written now.
    pub(crate) written: Memo<Vec<TimingProblem>>,
}

/// Fields that keep what is written in them; `timing` follows them. Which of them show is a matter of
/// the style sheet, so that they do before the page is alive, too.
#[component]
pub(crate) fn When(
    timing: RwSignal<TimingForm>,
    material: WhenMaterial,
    /// What the server found wrong with the last save.
    found: Signal<Vec<TimingProblem>>,
    is_alive: Signal<bool>,
) -> impl IntoView {
    let first = timing.get_untracked();
    let section = NodeRef::<html::Section>::new();
    let follow = move || {
        let Some(answers) = section
            .get_untracked()
            .and_then(|section| answers_in(&section))
        else {
            return;
        };
        let is_new = timing.with_untracked(|before| before.zone != answers.zone);
        if is_new && let Ok(name) = answers.read_zone() {
            material.chosen.set(Some(name));
        }
        timing.set(answers);
    };
    // What was written before the page came alive counts.
    Effect::new(move || {
        if section.get().is_some() {
            follow();
        }
    });
    let problems = told(material.written, found, is_alive);
    let zone_name = first.zone.clone();
    view! {
        <section
            class="when"
            aria-labelledby="quando"
            node_ref=section
            on:input=move |_| follow()
        >
            <h2 id="quando">{say!(when.title)}</h2>
            <Schedules first=first.clone() problems />
            <Loaded
                resource=material.zones
                view=move |names| {
                    view! { <ZoneField names first=zone_name.clone() problems /> }
                }
            />
            <WindowFields first=first.clone() problems />
            <Limits first problems />
            <Loaded
                resource=material.zone
                view=move |rules| {
                    view! {
                        <NextRuns timing rules past=material.past minute=material.minute />
                    }
                }
            />
        </section>
    }
}

/// The time zone: Brazil's first.
#[component]
fn ZoneField(
    names: Signal<Vec<ZoneName>>,
    first: String,
    problems: Signal<Vec<TimingProblem>>,
) -> impl IntoView {
    let names = names.get_untracked();
    let is_brazilian = |name: &&ZoneName| zone_words(name).is_some();
    let option = |name: &ZoneName| {
        let words =
            zone_words(name).map_or_else(|| name.as_str().replace('_', " "), ToOwned::to_owned);
        let is_chosen = name.as_str() == first;
        view! {
            <option value=name.to_string() selected=is_chosen>
                {words}
            </option>
        }
    };
    let brazilian = names.iter().filter(is_brazilian).map(option).collect_view();
    let others = names
        .iter()
        .filter(|name| !is_brazilian(name))
        .map(option)
        .collect_view();
    view! {
        <div class="field">
            <label for="fuso">{say!(when.zone)}</label>
            <select
                class="input narrow"
                id="fuso"
                name=timing_field("zone")
                aria-describedby="fuso-erro"
            >
                <optgroup label=say!(when.zones_brazil)>{brazilian}</optgroup>
                <optgroup label=say!(when.zones_others)>{others}</optgroup>
            </select>
            <Problem problems id="fuso-erro" of=|p| matches!(p, TimingProblem::ZoneUnknown) />
        </div>
    }
}
