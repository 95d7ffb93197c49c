//! How far a run's messages got, in one bar that never stands without its numbers.

use leptos::prelude::*;

use super::sentences::Tone;
use crate::domain::RunTally;

/// A part of the bar: state colour, shade, how many.
type Part = (Tone, &'static str, u32);

fn parts(tally: &RunTally) -> [Part; 8] {
    [
        (Tone::Ok, "", tally.read),
        (Tone::Ok, "light", tally.delivered),
        (Tone::Ok, "lighter", tally.sent),
        (Tone::Warn, "", tally.unconfirmed + tally.unanswered),
        (Tone::Warn, "light", tally.presumed),
        (Tone::Error, "", tally.failed),
        (Tone::Idle, "", tally.skipped),
        (Tone::Idle, "rest", tally.pending + tally.sending),
    ]
}

/// Solid for read, lighter for delivered, lightest for sent, then what went wrong and the queue.
#[component]
pub(crate) fn TallyBar(
    /// The counts.
    #[prop(into)]
    tally: Signal<RunTally>,
    /// `stack` or `stack thin`.
    #[prop(default = "stack")]
    class: &'static str,
) -> impl IntoView {
    let description = move || {
        let tally = tally.get();
        say!(
            run.bar,
            read = tally.read,
            delivered = tally.delivered,
            sent = tally.sent,
            unconfirmed = tally.unconfirmed + tally.unanswered,
            presumed = tally.presumed,
            failed = tally.failed,
            skipped = tally.skipped,
            open = tally.pending + tally.sending
        )
    };
    view! {
        <div class=class role="img" aria-label=description>
            {move || {
                parts(&tally.get())
                    .map(|(tone, shade, count)| {
                        view! {
                            <i
                                class=shade
                                data-state=tone.name()
                                style=format!("--n:{count}")
                                hidden=count == 0
                            ></i>
                        }
                    })
                    .collect_view()
            }}
        </div>
    }
}

/// What the colours of the bar mean, with their numbers.
#[component]
pub(crate) fn TallyLegend(
    /// The counts.
    #[prop(into)]
    tally: Signal<RunTally>,
) -> impl IntoView {
    let words = |index, n| match index {
        0 => say!(run.legend_read, count = n),
        1 => say!(run.legend_delivered, count = n),
        2 => say!(run.legend_sent, count = n),
        3 => say!(run.legend_unconfirmed, n = n),
        4 => say!(run.legend_presumed, count = n),
        5 => say!(run.legend_failed, count = n),
        6 => say!(run.legend_skipped, count = n),
        _ => say!(run.legend_open, n = n),
    };
    view! {
        <ul class="legend">
            {move || {
                parts(&tally.get())
                    .into_iter()
                    .enumerate()
                    .map(|(index, (tone, shade, count))| {
                        view! {
                            <li data-state=tone.name() hidden=count == 0>
                                <i class=shade></i>
                                {words(index, count)}
                            </li>
                        }
                    })
                    .collect_view()
            }}
        </ul>
    }
}
