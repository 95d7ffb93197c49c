//! The QR code to scan, and how.

use std::time::Duration;

use leptos::prelude::*;

use crate::api::ConnectionView;
use crate::components::time::duration;
use crate::domain::{ConnectionState, PairingStep, Timestamp};

/// How long WhatsApp accepts a code after the first one; the bar is full at that much.
const LIFE_OF_A_CODE: Duration = Duration::from_secs(20);

/// The code with its countdown, and the three steps.
#[component]
pub(super) fn Pairing(view: Signal<ConnectionView>, now: Signal<Timestamp>) -> impl IntoView {
    let svg = Memo::new(move |_| view.with(|view| view.qr_svg.clone()));
    let name = move || view.with(|view| view.connection.name.clone());
    view! {
        <section class="card">
            <div class="card-body pairing">
                {move || match svg.get() {
                    Some(svg) => {
                        view! {
                            <div
                                class="qr"
                                role="img"
                                aria-label=say!(connection.qr_label, name = name())
                                inner_html=svg
                            ></div>
                            <Countdown view now />
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
                }} <ol class="steps">
                    <li>{say!(connection.step_open)}</li>
                    <li>{say!(connection.step_menu)}</li>
                    <li>{say!(connection.step_scan)}</li>
                </ol> <p class="hint">{say!(connection.once)}</p>
            </div>
        </section>
    }
}

#[component]
fn Countdown(view: Signal<ConnectionView>, now: Signal<Timestamp>) -> impl IntoView {
    let qr = Memo::new(move |_| view.with(ConnectionView::qr));
    let left = move || qr.get().map(|(_, expires_at)| expires_at.since(now.get()));
    let words = move || match left() {
        Some(left) if !left.is_zero() => say!(
            connection.qr_next,
            span = duration(Duration::from_secs(left.as_secs().max(1)))
        ),
        _ => say!(connection.qr_renewing).to_owned(),
    };
    view! {
        <div class="progress" data-state="progress">
            <div class="progress-nums" role="timer">
                <b>{words}</b>
                <span>
                    {move || {
                        qr.get().map(|(number, _)| say!(connection.qr_number, number = number))
                    }}
                </span>
            </div>
            <progress
                max=LIFE_OF_A_CODE.as_secs().to_string()
                value=move || left().unwrap_or_default().as_secs().to_string()
                aria-label=say!(connection.qr_progress)
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
