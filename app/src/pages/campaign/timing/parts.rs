//! Parts that more than one field is made of.

use leptos::prelude::*;

use super::problems::invalid;
use crate::api::timing_field;
use crate::components::calendar::{weekday_initial, weekday_words};
use crate::domain::{TimingProblem, Weekday};

/// A field that keeps what is written in it, with its label.
#[component]
pub(super) fn Answer(
    id: &'static str,
    /// The answer that the form posts it as.
    name: &'static str,
    label: &'static str,
    /// What is written at first.
    value: String,
    problems: Signal<Vec<TimingProblem>>,
    /// Which of them are about it.
    about: fn(TimingProblem) -> bool,
    /// Identifies what is wrong with it, and what helps.
    described_by: &'static str,
    /// `text`, `date`, `time`.
    #[prop(default = "text")]
    kind: &'static str,
    /// `input` and more.
    #[prop(default = "input")]
    class: &'static str,
    /// Which keys a phone offers: `numeric` for a number.
    #[prop(optional)]
    keys: Option<&'static str>,
    #[prop(optional)] placeholder: Option<&'static str>,
    /// What stands below it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                class=class
                id=id
                type=kind
                autocomplete="off"
                inputmode=keys
                placeholder=placeholder
                name=timing_field(name)
                value=value
                aria-invalid=invalid(problems, about)
                aria-describedby=described_by
            />
            {children.map(|children| children())}
        </div>
    }
}

/// A box for each day of the week.
#[component]
pub(super) fn DayBoxes(
    /// The answer that the form posts them as.
    name: &'static str,
    /// Says what they are.
    label: &'static str,
    /// The days that are ticked at first.
    first: Vec<String>,
    /// Identifies what is wrong with them.
    error_id: &'static str,
) -> impl IntoView {
    let name = format!("{}[]", timing_field(name));
    let boxes = Weekday::EVERY.map(|day| {
        let is_ticked = first.iter().any(|word| word == day.as_str());
        view! {
            <label title=weekday_words(day)>
                <input
                    type="checkbox"
                    name=name.clone()
                    value=day.as_str()
                    checked=is_ticked
                    aria-label=weekday_words(day)
                />
                {weekday_initial(day)}
            </label>
        }
    });
    view! {
        <fieldset class="days" aria-describedby=error_id>
            <legend class="label">{label}</legend>
            {boxes.collect_view()}
        </fieldset>
    }
}
