//! The funnel: each step keeps a part of the one before.

use leptos::prelude::*;

use crate::api::RunView;
use crate::components::format::percent;
use crate::components::{Icon, TallyBar, TallyLegend, groups_count};
use crate::domain::RunTally;

/// Tentadas, Enviadas, Entregues, Lidas, Falhas, and the bar.
#[component]
pub(super) fn Progress(view: Signal<RunView>) -> impl IntoView {
    let tally = Memo::new(move |_| view.with(|view| view.tally));
    let tried_of = move || {
        let tally = tally.get();
        say!(
            run.tried_of,
            tried = tally.tried(),
            total = tally.total(),
            share = percent(tally.tried(), tally.total())
        )
    };
    view! {
        <section aria-label=say!(run.progress)>
            <dl class="funnel" aria-live="polite">
                <Step
                    icon="relogio"
                    name=say!(run.tried)
                    tally
                    count=RunTally::tried
                    under=|tally| say!(run.of_groups, groups = groups_count(tally.total()))
                />
                <Step
                    icon="certo"
                    name=say!(run.sent)
                    tally
                    count=RunTally::acknowledged
                    under=|_| say!(run.confirmed).to_owned()
                />
                <Step
                    icon="certo-duplo"
                    name=say!(run.delivered)
                    tally
                    count=RunTally::arrived
                    under=|tally| {
                        share(tally.arrived(), tally.acknowledged(), |share| {
                            say!(run.share_of_sent, share = share)
                        })
                    }
                />
                <Step
                    icon="certo-duplo"
                    state="progress"
                    name=say!(run.read)
                    tally
                    count=|tally| tally.read
                    under=|tally| {
                        share(tally.read, tally.arrived(), |share| {
                            say!(run.share_of_delivered, share = share)
                        })
                    }
                />
                <Step
                    icon="error"
                    state="error"
                    name=say!(run.failed)
                    tally
                    count=|tally| tally.failed + tally.skipped
                    under=|tally| {
                        if tally.failed + tally.skipped == 0 {
                            say!(run.failed_none).to_owned()
                        } else {
                            say!(run.failed_hint).to_owned()
                        }
                    }
                />
            </dl>
            <div class="progress">
                <div class="progress-nums">
                    <b>{tried_of}</b>
                </div>
                <TallyBar tally=tally />
                <TallyLegend tally=tally />
            </div>
        </section>
    }
}

fn share(part: u32, whole: u32, words: impl Fn(u32) -> String) -> String {
    if part == 0 {
        say!(run.share_none).to_owned()
    } else {
        words(percent(part, whole))
    }
}

#[component]
fn Step(
    icon: &'static str,
    #[prop(optional)] state: &'static str,
    name: &'static str,
    tally: Memo<RunTally>,
    count: fn(&RunTally) -> u32,
    under: fn(&RunTally) -> String,
) -> impl IntoView {
    view! {
        <div>
            <dt data-state=state>
                <Icon name=icon class=if state.is_empty() { "small" } else { "small state" } />
                {name}
            </dt>
            <dd>
                {move || tally.with(count)} <small>{move || tally.with(under)}</small>
            </dd>
        </div>
    }
}
