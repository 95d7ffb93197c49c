//! The code of eight letters and digits that links a phone by its number.

use leptos::prelude::*;

use super::qr::Countdown;
use crate::api::{ApiError, ConnectionView, PairByCode};
use crate::components::sentences::phone_problem;
use crate::components::time::duration;
use crate::components::{ActionError, Field, SubmitButton, format};
use crate::domain::{ConnectionId, ConnectionState, PHONE_MAX_CHARS, PairingStep, Timestamp};

/// How long WhatsApp accepts a code; the bar is full at that much.
const LIFE_OF_A_CODE_SECONDS: u64 = 180;

/// The form that asks for a code for a number.
#[component]
pub(super) fn AskForCode(
    id: ConnectionId,
    view: Signal<ConnectionView>,
    ask: ServerAction<PairByCode>,
) -> impl IntoView {
    let value = ask.value();
    let problem = Signal::derive(move || match value.get() {
        Some(Err(ApiError::Phone(problem))) => Some(phone_problem(problem).to_owned()),
        _ => None,
    });
    // What was asked for before, else the number that it had: one step to another code.
    let number = view.with_untracked(|view| {
        let number = view.code_for.as_ref().or(view.connection.phone.as_ref());
        number
            .map(|number| format!("+{number}"))
            .unwrap_or_default()
    });
    let asked_before = view.with_untracked(|view| view.code_for.is_some());
    view! {
        <ActionError value />
        <ActionForm action=ask>
            <input type="hidden" name="id" value=id.to_string() />
            <div class="flow tight">
                <Field
                    id="celular"
                    name="phone"
                    label=say!(pairing.phone)
                    kind="tel"
                    autocomplete="tel"
                    value=number
                    hint=say!(pairing.phone_hint).to_owned()
                    max_chars=PHONE_MAX_CHARS
                    error=problem
                />
                <div class="actions">
                    <SubmitButton
                        label=if asked_before {
                            say!(pairing.ask_again)
                        } else {
                            say!(pairing.ask)
                        }
                        pending_label=say!(pairing.asking)
                        pending=ask.pending()
                    />
                </div>
            </div>
        </ActionForm>
        <p class="hint">{say!(connection.once)}</p>
    }
}

/// The code to type, and how; the wait for it before.
#[component]
pub(super) fn ShownCode(
    id: ConnectionId,
    view: Signal<ConnectionView>,
    now: Signal<Timestamp>,
    ask: ServerAction<PairByCode>,
) -> impl IntoView {
    let code = Memo::new(move |_| view.with(|view| view.code().map(|(code, _)| dashed(code))));
    let phone = move || {
        view.with(|view| match &view.connection.state {
            ConnectionState::Pairing {
                step: PairingStep::Code { phone, .. },
            } => say!(pairing.code_for, phone = format::phone(phone)),
            _ => String::new(),
        })
    };
    let is_shown = Memo::new(move |_| code.with(Option::is_some));
    view! {
        {move || {
            if is_shown.get() {
                view! {
                    <div class="pairing-code">
                        <p class="note" id="codigo-de">
                            {phone}
                        </p>
                        <output class="code" aria-labelledby="codigo-de">
                            {move || code.get()}
                        </output>
                    </div>
                    <TimeLeft view now />
                    <ol class="steps">
                        <li>{say!(connection.step_open)}</li>
                        <li>{say!(connection.step_menu)}</li>
                        <li>{say!(pairing.step_phone)}</li>
                        <li>{say!(pairing.step_type)}</li>
                    </ol>
                    <p class="hint">{say!(pairing.secret)}</p>
                }
                    .into_any()
            } else {
                view! {
                    <p class="note" role="status">
                        {say!(connection.qr_opening)}
                    </p>
                }
                    .into_any()
            }
        }}
        <details>
            <summary>{say!(pairing.another)}</summary>
            <AskForCode id view ask />
        </details>
    }
}

#[component]
fn TimeLeft(view: Signal<ConnectionView>, now: Signal<Timestamp>) -> impl IntoView {
    let left = Signal::derive(move || {
        view.with(|view| {
            view.code()
                .map(|(_, expires_at)| expires_at.since(now.get()))
        })
    });
    let words = Signal::derive(move || match left.get() {
        Some(left) if left.as_secs() > 0 => say!(pairing.expires, span = duration(left)),
        _ => say!(pairing.last_moment).to_owned(),
    });
    view! {
        <Countdown left words most=LIFE_OF_A_CODE_SECONDS label=say!(pairing.progress) />
    }
}

/// As the phone shows it: `ABCD-EFGH`.
fn dashed(code: &str) -> String {
    match code.split_at_checked(4) {
        Some((first, second)) if !second.is_empty() => format!("{first}-{second}"),
        _ => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_written_in_two_halves() {
        assert_eq!(dashed("ABCD1234"), "ABCD-1234");
        assert_eq!(dashed("ABC"), "ABC");
        assert_eq!(dashed("abcé"), "abcé", "no letter is cut in two");
    }
}
