//! The QR code to scan, and how.

use std::time::Duration;

use leptos::prelude::*;

use crate::api::{ActOnConnection, ConnectionView};
use crate::components::Icon;
use crate::components::time::duration;
use crate::domain::{ConnectionId, ConnectionState, PairingStep, Timestamp};

/// How long WhatsApp accepts a code after the first one; the bar is full at that much.
const LIFE_OF_A_CODE: Duration = Duration::from_secs(20);

/// The button that asks for the codes, and what comes then.
#[component]
pub(super) fn BeginQr(id: ConnectionId, act: ServerAction<ActOnConnection>) -> impl IntoView {
    let pending = act.pending();
    view! {
        <Steps />
        <ActionForm action=act>
            <input type="hidden" name="id" value=id.to_string() />
            <div class="actions">
                <button
                    class="btn primary"
                    name="action"
                    value="pair"
                    disabled=move || pending.get()
                >
                    <Icon name="qr" />
                    {say!(pairing.begin_qr)}
                </button>
            </div>
        </ActionForm>
        <p class="hint">{say!(connection.once)}</p>
    }
}

/// The code with its countdown, and the three steps.
#[component]
pub(super) fn ShownQr(view: Signal<ConnectionView>, now: Signal<Timestamp>) -> impl IntoView {
    let svg = Memo::new(move |_| view.with(|view| view.qr_svg.clone()));
    let name = move || view.with(|view| view.connection.name.clone());
    view! {
        {move || match svg.get() {
            Some(svg) => {
                view! {
                    <div
                        class="qr"
                        role="img"
                        aria-label=say!(connection.qr_label, name = name())
                        inner_html=svg
                    ></div>
                    <TimeLeft view now />
                    <CodeAsText view />
                }
                    .into_any()
            }
            None => {
                view! {
                    <p class="note" role="status">
                        {say!(connection.qr_opening)}
                    </p>
                }
                    .into_any()
            }
        }}
        <Steps />
        <p class="hint">{say!(connection.once)}</p>
    }
}

#[component]
fn Steps() -> impl IntoView {
    view! {
        <ol class="steps">
            <li>{say!(connection.step_open)}</li>
            <li>{say!(connection.step_menu)}</li>
            <li>{say!(connection.step_scan)}</li>
        </ol>
    }
}

#[component]
fn TimeLeft(view: Signal<ConnectionView>, now: Signal<Timestamp>) -> impl IntoView {
    let qr = Memo::new(move |_| view.with(ConnectionView::qr));
    let left = Signal::derive(move || qr.get().map(|(_, expires_at)| expires_at.since(now.get())));
    let words = Signal::derive(move || match left.get() {
        Some(left) if !left.is_zero() => say!(
            connection.qr_next,
            span = duration(Duration::from_secs(left.as_secs().max(1)))
        ),
        _ => say!(connection.qr_renewing).to_owned(),
    });
    let number = move || {
        qr.get()
            .map(|(number, _)| say!(connection.qr_number, number = number))
    };
    view! {
        <Countdown left words most=LIFE_OF_A_CODE.as_secs() label=say!(connection.qr_progress)>
            <span>{number}</span>
        </Countdown>
    }
}

/// How long a code is still good for.
#[component]
pub(super) fn Countdown(
    /// The time that is left.
    left: Signal<Option<Duration>>,
    /// The same in words.
    words: Signal<String>,
    /// Seconds at which the bar is full.
    most: u64,
    /// What the bar means.
    label: &'static str,
    /// What stands beside the words.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="progress" data-state="progress">
            <div class="progress-nums" role="timer">
                <b>{move || words.get()}</b>
                {children.map(|children| children())}
            </div>
            <progress
                max=most.to_string()
                value=move || left.get().unwrap_or_default().as_secs().to_string()
                aria-label=label
            ></progress>
        </div>
    }
}

/// The code as text, for whoever cannot point a camera at this screen.
#[component]
fn CodeAsText(view: Signal<ConnectionView>) -> impl IntoView {
    let text = move || {
        view.with(|view| match &view.connection.state {
            ConnectionState::Pairing {
                step: PairingStep::Qr { text, .. },
            } => text.clone(),
            _ => String::new(),
        })
    };
    view! {
        <details class="code-text">
            <summary>{say!(connection.qr_text)}</summary>
            <label class="field">
                <span class="label">{say!(connection.qr_text_label)}</span>
                <textarea class="input mono" rows="4" readonly prop:value=text>
                    {untrack(text)}
                </textarea>
            </label>
            <p class="hint">{say!(connection.qr_text_hint)}</p>
        </details>
    }
}
