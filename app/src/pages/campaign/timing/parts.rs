//! Parts that more than one field is made of.

use leptos::prelude::*;

use crate::api::timing_field;
use crate::components::calendar::{weekday_initial, weekday_words};
use crate::domain::Weekday;

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
