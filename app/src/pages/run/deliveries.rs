//! One row per group, filtered by state.

use leptos::prelude::*;

use crate::api::RunView;
use crate::components::sentences::{delivery_state, failure_reason};
use crate::components::time::{duration, time_of_day};
use crate::components::{Ago, Badge};
use crate::domain::{Delivery, DeliveryId, DeliveryState, RunTally, Timestamp};

/// Which deliveries are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filter {
    All,
    Read,
    Delivered,
    Sent,
    Unconfirmed,
    Failed,
    Skipped,
    Open,
}

impl Filter {
    const EVERY: [Self; 8] = [
        Self::All,
        Self::Read,
        Self::Delivered,
        Self::Sent,
        Self::Unconfirmed,
        Self::Failed,
        Self::Skipped,
        Self::Open,
    ];

    const fn takes(self, state: DeliveryState) -> bool {
        use DeliveryState as S;
        matches!(
            (self, state),
            (Self::All, _)
                | (Self::Read, S::Read)
                | (Self::Delivered, S::Delivered)
                | (Self::Sent, S::Sent)
                | (
                    Self::Unconfirmed,
                    S::Unconfirmed | S::Unanswered | S::Presumed
                )
                | (Self::Failed, S::Failed(_))
                | (Self::Skipped, S::Skipped(_))
                | (Self::Open, S::Pending | S::Sending)
        )
    }

    const fn count(self, tally: &RunTally) -> u32 {
        match self {
            Self::All => tally.total(),
            Self::Read => tally.read,
            Self::Delivered => tally.delivered,
            Self::Sent => tally.sent,
            Self::Unconfirmed => tally.doubtful(),
            Self::Failed => tally.failed,
            Self::Skipped => tally.skipped,
            Self::Open => tally.pending + tally.sending,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::All => say!(run.all),
            Self::Read => say!(run.filter_read),
            Self::Delivered => say!(run.filter_delivered),
            Self::Sent => say!(run.filter_sent),
            Self::Unconfirmed => say!(run.filter_unconfirmed),
            Self::Failed => say!(run.filter_failed),
            Self::Skipped => say!(run.filter_skipped),
            Self::Open => say!(run.filter_open),
        }
    }
}

/// The rows and their filter.
#[component]
pub(super) fn Deliveries(view: Signal<RunView>, now: Signal<Timestamp>) -> impl IntoView {
    let filter = RwSignal::new(Filter::All);
    let tally = Memo::new(move |_| view.with(|view| view.tally));
    let ids = Memo::new(move |_| {
        view.with(|view| {
            let shown = view
                .deliveries
                .iter()
                .filter(|delivery| filter.get().takes(delivery.state));
            shown.map(|delivery| delivery.id).collect::<Vec<_>>()
        })
    });
    view! {
        <section aria-labelledby="por-grupo">
            <div class="block-head">
                <h2 id="por-grupo">{say!(run.per_group)}</h2>
            </div>
            <div class="tabs" role="group" aria-label=say!(run.filter)>
                {Filter::EVERY
                    .map(|choice| {
                        view! { <FilterButton choice filter tally /> }
                    })
                    .collect_view()}
            </div>
            <table class="table">
                <thead>
                    <tr>
                        <th>{say!(run.group)}</th>
                        <th>{say!(run.state)}</th>
                        <th>{say!(run.when)}</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || ids.get() key=|id| *id let:id>
                        <Row id view now />
                    </For>
                </tbody>
            </table>
            <p class="note" hidden=move || !ids.with(Vec::is_empty)>
                {say!(run.none_in_state)}
            </p>
        </section>
    }
}

#[component]
fn FilterButton(choice: Filter, filter: RwSignal<Filter>, tally: Memo<RunTally>) -> impl IntoView {
    let count = Memo::new(move |_| tally.with(|tally| choice.count(tally)));
    let is_chosen = Memo::new(move |_| filter.get() == choice);
    view! {
        <button
            type="button"
            aria-pressed=move || is_chosen.get().to_string()
            hidden=move || count.get() == 0 && choice != Filter::All && !is_chosen.get()
            on:click=move |_| filter.set(choice)
        >
            {choice.words()}
            " "
            <small>{move || count.get()}</small>
        </button>
    }
}

#[component]
fn Row(id: DeliveryId, view: Signal<RunView>, now: Signal<Timestamp>) -> impl IntoView {
    let delivery = Memo::new(move |last: Option<&Option<Delivery>>| {
        view.with(|view| {
            view.deliveries
                .iter()
                .find(|delivery| delivery.id == id)
                .cloned()
        })
        .or_else(|| last.cloned().flatten())
    });
    move || {
        let delivery = delivery.get()?;
        Some(view! {
            <tr>
                <td data-at="title">
                    <span class="title">{delivery.target_name.clone()}</span>
                    {why(&delivery).map(|words| view! { <span class="sub">{words}</span> })}
                </td>
                <td data-at="state">
                    <Badge label=delivery_state(delivery.state) plain=true />
                </td>
                <td class="when" data-label=say!(run.when)>
                    <When delivery now />
                </td>
            </tr>
        })
    }
}

/// Why a message is where it is, and what to do.
fn why(delivery: &Delivery) -> Option<String> {
    match delivery.state {
        DeliveryState::Failed(reason) | DeliveryState::Skipped(reason) => {
            let sentence = failure_reason(reason);
            Some(format!("{} {}", sentence.title, sentence.text))
        }
        DeliveryState::Unconfirmed => Some(say!(run.unconfirmed_text).to_owned()),
        DeliveryState::Unanswered => Some(say!(run.unanswered_text).to_owned()),
        DeliveryState::Presumed => Some(say!(run.presumed_text).to_owned()),
        _ => None,
    }
}

/// When the state became true, and what comes or came besides.
#[component]
fn When(delivery: Delivery, now: Signal<Timestamp>) -> impl IntoView {
    let at = match delivery.state {
        DeliveryState::Pending => None,
        DeliveryState::Sending | DeliveryState::Unconfirmed => delivery.attempted_at,
        DeliveryState::Sent => delivery.sent_at,
        DeliveryState::Delivered => delivery.delivered_at,
        DeliveryState::Read => delivery.read_at,
        DeliveryState::Failed(_)
        | DeliveryState::Skipped(_)
        | DeliveryState::Unanswered
        | DeliveryState::Presumed => delivery.failed_at,
    };
    let is_later = matches!(
        delivery.state,
        DeliveryState::Delivered | DeliveryState::Read
    );
    let sent = delivery.sent_at.filter(|_| is_later);
    let attempts = (delivery.attempts > 1).then(|| say!(run.attempts, count = delivery.attempts));
    let besides = move || {
        let retry = delivery.retry_at.map(|at| {
            let span = duration(at.since(now.get()));
            say!(run.retry_in, span = span)
        });
        let sent = sent.map(|at| say!(run.sent_at, time = time_of_day(at)));
        let parts: Vec<_> = [retry, sent, attempts.clone()]
            .into_iter()
            .flatten()
            .collect();
        parts.join(" · ")
    };
    view! {
        <span>{at.map(|at| view! { <Ago at now /> })} <span class="sub">{besides}</span></span>
    }
}
