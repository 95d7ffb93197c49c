//! What holds the run now.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::api::{ResumeSending, RunView, SenderView, SettleOutage};
use crate::components::sentences::{Label, Sentence, Tone, connection_state, pace_hold};
use crate::components::{Notice, OutageNotice, RestrictionNotice};
use crate::domain::{ConnectionId, Restriction, Timestamp};

/// What a connection's part of a run waits for.
#[derive(Clone, Debug, PartialEq)]
struct Holding {
    sentence: Sentence,
    label: Label,
    /// The connection to look at, when that is where the way on is.
    connection: Option<ConnectionId>,
}

/// Reads what holds a connection's part of a run; `None` once nothing is left to do, and while it waits
/// for its owner, which has a notice of its own.
fn holding(view: &SenderView, now: Timestamp) -> Option<Holding> {
    if view.tally.open() == 0 || view.question.is_some() {
        return None;
    }
    let waits_for_owner = lasting(view).is_some();
    let waits = |tone, icon, sentence| Holding {
        sentence,
        label: Label {
            tone,
            icon,
            word: "",
        },
        connection: None,
    };
    let Some(state) = &view.state else {
        let sentence = Sentence::new(say!(run.waits_gone), say!(run.waits_gone_text));
        return Some(waits(Tone::Error, "error", sentence));
    };
    if !state.can_send() {
        let label = connection_state(state);
        let name = view.name.clone().unwrap_or_default();
        let text = if state.needs_person() {
            say!(run.waits_person, state = label.word)
        } else {
            say!(run.waits_text, state = label.word)
        };
        return Some(Holding {
            sentence: Sentence::new(say!(run.waits, name = name), text),
            label,
            connection: Some(view.connection),
        });
    }
    if waits_for_owner {
        return None;
    }
    if view.tally.pending == 0 {
        let sentence = Sentence::new(say!(run.waits_ack), say!(run.waits_ack_text));
        return Some(waits(Tone::Progress, "progress", sentence));
    }
    let sentence = view.hold.map_or_else(
        || Sentence::new(say!(run.next_now), say!(run.next_text)),
        |hold| pace_hold(hold, now),
    );
    Some(waits(Tone::Progress, "relogio", sentence))
}

/// The restriction that only its owner ends, while the run has something left to do.
fn lasting(view: &SenderView) -> Option<Restriction> {
    view.restriction
        .filter(|restriction| view.tally.open() > 0 && restriction.until.is_none())
}

/// What holds each of the run's connections.
#[component]
pub(super) fn Holds(
    view: Signal<RunView>,
    now: Signal<Timestamp>,
    settle: ServerAction<SettleOutage>,
    resume: ServerAction<ResumeSending>,
) -> impl IntoView {
    // A run's connections are fixed when it begins.
    let senders = view.with_untracked(|view| view.senders.clone());
    let has_several = senders.len() > 1;
    let of = |(place, first): (usize, SenderView)| {
        let sender = Signal::derive(move || {
            view.with(|view| view.senders.get(place).unwrap_or(&first).clone())
        });
        view! { <Hold view=sender has_several now settle resume /> }
    };
    senders.into_iter().enumerate().map(of).collect_view()
}

/// The notice of it, with the way to the connection where that helps.
#[component]
fn Hold(
    view: Signal<SenderView>,
    /// Whether the run has others, so that it has to be said which is meant.
    has_several: bool,
    now: Signal<Timestamp>,
    settle: ServerAction<SettleOutage>,
    resume: ServerAction<ResumeSending>,
) -> impl IntoView {
    let question = Memo::new(move |_| view.with(|view| view.question));
    let restriction = Memo::new(move |_| view.with(lasting));
    let name = Signal::derive(move || view.with(|view| view.name.clone().unwrap_or_default()));
    let of = view.with_untracked(|view| view.connection);
    let holding = Memo::new(move |_| view.with(|view| holding(view, now.get())));
    let is_held = Memo::new(move |_| holding.with(Option::is_some));
    let connection =
        Memo::new(move |_| holding.with(|holding| holding.as_ref().and_then(|h| h.connection)));
    let sentence = Signal::derive(move || {
        let found = holding.with(|holding| holding.as_ref().map(|h| h.sentence.clone()));
        let mut sentence = found.unwrap_or_default();
        if has_several {
            sentence.title = say!(run.of_sender, name = name.get(), title = sentence.title);
        }
        sentence
    });
    let label = Signal::derive(move || {
        holding.with(|holding| {
            holding.as_ref().map_or(
                Label {
                    tone: Tone::Idle,
                    icon: "idle",
                    word: "",
                },
                |h| h.label,
            )
        })
    });
    let notice = move || {
        is_held.get().then(|| match connection.get() {
            Some(id) => view! {
                <Notice sentence label>
                    <A href=format!("/conexoes/{id}") attr:class="btn">
                        {say!(run.open_connection)}
                    </A>
                </Notice>
            }
            .into_any(),
            None => view! { <Notice sentence label /> }.into_any(),
        })
    };
    view! {
        <OutageNotice connection=of name question settle />
        <RestrictionNotice connection=of name restriction resume />
        {notice}
    }
}
