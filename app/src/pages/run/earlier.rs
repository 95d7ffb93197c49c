//! The messages of a delivery before the present one.

use leptos::prelude::*;

use crate::components::sentences::{delivery_state, failure_reason};
use crate::components::time::date_and_time;
use crate::domain::{Delivery, DeliveryState, PastMessage};

/// What became of the messages that were sent again, the latest first.
#[component]
pub(super) fn Earlier(delivery: Delivery) -> impl IntoView {
    let lines: Vec<String> = delivery.earlier.iter().rev().map(line).collect();
    (!lines.is_empty()).then(|| {
        view! {
            <details class="sub">
                <summary>{say!(run.earlier, count = lines.len())}</summary>
                <ul>
                    {lines
                        .into_iter()
                        .map(|line| {
                            view! { <li>{line}</li> }
                        })
                        .collect_view()}
                </ul>
            </details>
        }
    })
}

fn line(earlier: &PastMessage) -> String {
    let what = match earlier.state {
        DeliveryState::Failed(why) | DeliveryState::Skipped(why) => failure_reason(why).title,
        state => delivery_state(state).word.to_owned(),
    };
    match earlier.ended_at {
        Some(at) => format!("{}: {what}", date_and_time(at)),
        None => what,
    }
}
