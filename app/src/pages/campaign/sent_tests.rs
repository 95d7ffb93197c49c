//! The tests of a campaign and what became of them, the latest first.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::api::{CampaignTests, LiveEvent, SentTest};
use crate::components::sentences::{delivery_state, delivery_why};
use crate::components::time::date_and_time;
use crate::components::{Ago, Badge, ticking};
use crate::domain::{CampaignId, DeliveryState, Timestamp};

/// Whether a notice can be about a campaign's tests: those of runs do not say whose they are.
pub(super) fn concerns_tests(id: CampaignId, event: &LiveEvent) -> bool {
    match event {
        LiveEvent::Campaign(changed) => *changed == id,
        LiveEvent::Run(_) | LiveEvent::Connections => true,
        _ => false,
    }
}

/// The rows.
#[component]
pub(super) fn SentTests(tests: Signal<CampaignTests>) -> impl IntoView {
    let now = ticking(move || tests.with(|tests| tests.now));
    let is_empty = Memo::new(move |_| tests.with(|tests| tests.tests.is_empty()));
    let rows = move || {
        let tests = tests.with(|tests| tests.tests.clone()).into_iter();
        tests.map(|test| view! { <Row test now /> }).collect_view()
    };
    view! {
        <section aria-labelledby="testes">
            <h2 id="testes">{say!(test_send.sent)}</h2>
            <p class="note" hidden=move || !is_empty.get()>
                {say!(test_send.none)}
            </p>
            <table class="table" hidden=move || is_empty.get()>
                <tbody aria-live="polite">{rows}</tbody>
            </table>
        </section>
    }
}

#[component]
fn Row(test: SentTest, now: Signal<Timestamp>) -> impl IntoView {
    let SentTest { run, delivery } = test;
    let why = match delivery.state {
        DeliveryState::Pending => Some(say!(test_send.waits).to_owned()),
        _ => delivery_why(&delivery),
    };
    let (ordinal, started_at) = (run.ordinal(), run.started_at);
    view! {
        <tr>
            <td data-at="title">
                <A
                    href=format!("/execucoes/{}", run.id)
                    attr:class="title"
                    attr:title=date_and_time(started_at)
                >
                    {say!(test_send.one, number = ordinal)}
                </A>
                <span class="sub">
                    {say!(test_send.to_whom, name = delivery.target_name)} " · "
                    <Ago at=started_at now />
                </span>
                {why.map(|why| view! { <span class="sub">{why}</span> })}
            </td>
            <td data-at="state">
                <Badge label=delivery_state(delivery.state) plain=true />
            </td>
        </tr>
    }
}
