//! The pace that a campaign has of its own.

use leptos::prelude::*;

use super::form::Problems;
use crate::api::OwnPaceForm;
use crate::components::FieldError;
use crate::components::sentences::pace_problem;
use crate::domain::DraftProblem;

/// The time between two messages; without an answer that of the connection.
#[component]
pub(super) fn OwnPace(pace: RwSignal<OwnPaceForm>, problems: Problems) -> impl IntoView {
    let begun = pace.get_untracked();
    let shortest = move |text| pace.update(|pace| pace.shortest = text);
    let longest = move |text| pace.update(|pace| pace.longest = text);
    let refused = move || {
        problems.with(|problems| {
            problems.iter().find_map(|problem| match problem {
                DraftProblem::Pace { pace } => Some(*pace),
                _ => None,
            })
        })
    };
    let error = Signal::derive(move || {
        let written = pace.with(|pace| pace.read().err());
        written.or_else(refused).map(pace_problem)
    });
    view! {
        <section aria-labelledby="ritmo">
            <h2 id="ritmo">{say!(editor.pace)}</h2>
            <div class="fields">
                <Seconds
                    name="shortest"
                    label=say!(pace.shortest_seconds)
                    value=begun.shortest
                    write=shortest
                />
                <Seconds
                    name="longest"
                    label=say!(pace.longest_seconds)
                    value=begun.longest
                    write=longest
                />
            </div>
            <FieldError id="ritmo-erro".to_owned() error />
            <p class="hint" id="ritmo-dica">
                {say!(editor.pace_hint)}
            </p>
        </section>
    }
}

#[component]
fn Seconds<Write>(
    /// The answer that the form posts it as.
    name: &'static str,
    label: &'static str,
    value: String,
    /// Notes what was written.
    write: Write,
) -> impl IntoView
where
    Write: Fn(String) + Copy + 'static,
{
    let id = format!("ritmo-{name}");
    let input = NodeRef::<leptos::html::Input>::new();
    // What was typed before the page came alive counts.
    Effect::new(move || {
        if let Some(input) = input.get() {
            write(input.value());
        }
    });
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                class="input"
                id=id
                name=format!("form[pace][{name}]")
                inputmode="numeric"
                autocomplete="off"
                value=value
                aria-describedby="ritmo-dica ritmo-erro"
                node_ref=input
                on:input=move |event| write(event_target_value(&event))
            />
        </div>
    }
}
