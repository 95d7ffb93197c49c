//! One row per group.

use leptos::prelude::*;
use leptos_router::components::A;

use super::earlier::Earlier;
use super::search::{path, shown};
use super::way_on::way_on;
use crate::api::RunView;
use crate::components::sentences::{delivery_state, delivery_why};
use crate::components::time::{duration, time_of_day};
use crate::components::{Ago, Asked, Badge, FilterBar, PageLinks};
use crate::domain::{Delivery, DeliveryId, DeliveryKind, DeliveryState, Reached, Timestamp};

/// The rows that are looked for, a page at a time.
#[component]
pub(super) fn Deliveries(
    view: Signal<RunView>,
    asked: Memo<Asked<DeliveryKind>>,
    now: Signal<Timestamp>,
) -> impl IntoView {
    let run = view.with_untracked(|view| view.run.id);
    let found = Memo::new(move |_| view.with(|view| view.found));
    let ids = Memo::new(move |_| {
        view.with(|view| {
            let shown = view.deliveries.iter();
            shown.map(|delivery| delivery.id).collect::<Vec<_>>()
        })
    });
    let is_empty = Memo::new(move |_| ids.with(Vec::is_empty));
    let place = Memo::new(move |_| view.with(|view| (view.page, view.pages)));
    let shown = Signal::derive(move || {
        let kind = asked.with(|asked| asked.kind);
        view.with(|view| shown(view, kind))
    });
    let none = move || {
        let is_search = asked.with(|asked| !asked.text.is_empty());
        is_empty.get().then(|| {
            if is_search {
                say!(run.none_found)
            } else {
                say!(run.none_in_state)
            }
        })
    };
    view! {
        <section aria-labelledby="por-grupo">
            <div class="block-head">
                <h2 id="por-grupo">{say!(run.per_group)}</h2>
                <a href=format!("/execucoes/{run}/envios.csv") class="btn" download rel="external">
                    {say!(run.download)}
                </a>
            </div>
            <FilterBar
                path=path(run)
                asked
                count=move |kind: DeliveryKind| found.with(|found| kind.count(found))
                label=say!(run.filter)
                search=say!(run.search)
                hides_empty=true
            />
            <table class="table" hidden=move || is_empty.get()>
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
            <p class="note" role="status">
                {none}
            </p>
            <PageLinks path=path(run) asked place label=say!(run.pages) shown />
        </section>
    }
}

#[component]
fn Row(id: DeliveryId, view: Signal<RunView>, now: Signal<Timestamp>) -> impl IntoView {
    let row = Memo::new(move |last: Option<&Option<(Delivery, Reached)>>| {
        view.with(|view| {
            let mut rows = view.deliveries.iter().zip(&view.reached);
            let found = rows.find(|(delivery, _)| delivery.id == id);
            found.map(|(delivery, reached)| (delivery.clone(), *reached))
        })
        .or_else(|| last.cloned().flatten())
    });
    let campaign = view.with_untracked(|view| view.run.campaign);
    move || {
        let (delivery, reached) = row.get()?;
        Some(view! {
            <tr>
                <td data-at="title">
                    <span class="title">{delivery.target_name.clone()}</span>
                    {delivery_why(&delivery)
                        .map(|words| {
                            let way = way_on(&delivery, campaign)
                                .map(|(href, words)| {
                                    view! {
                                        " "
                                        <A href=href>{words}</A>
                                    }
                                });
                            view! { <span class="sub">{words} {way}</span> }
                        })}
                    {reached_words(delivery.members, reached)
                        .map(|words| view! { <span class="sub">{words}</span> })}
                    <Earlier delivery=delivery.clone() />
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

/// How many members the message reached, of how many there were.
fn reached_words(members: u32, reached: Reached) -> Option<String> {
    let Reached { delivered, read } = reached;
    if delivered == 0 {
        return None;
    }
    // Nobody counted them, or some came since.
    let arrived = if delivered <= members {
        say!(run.reached_of, delivered = delivered, members = members)
    } else {
        say!(run.reached, delivered = delivered)
    };
    Some(if read == 0 {
        arrived
    } else {
        format!("{arrived} · {}", say!(run.read_by, read = read))
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_tells_how_many_members_a_message_reached() {
        let words = |members, delivered, read| {
            reached_words(members, Reached { delivered, read }).unwrap_or_default()
        };
        assert_eq!(words(40, 12, 3), "Entregue a 12 de 40 · lida por 3");
        assert_eq!(words(40, 12, 0), "Entregue a 12 de 40");
        assert_eq!(words(0, 1, 1), "Entregue a 1 · lida por 1");
        assert_eq!(words(40, 0, 0), "");
    }
}
