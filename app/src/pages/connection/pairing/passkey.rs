//! WhatsApp demands a passkey: what that is, and what can be done.

use leptos::prelude::*;

use crate::components::Icon;

/// The explanation. There is nothing to press: a passkey answers to WhatsApp's own pages only.
#[component]
pub(super) fn Passkey() -> impl IntoView {
    view! {
        <div class="notice" data-state="warn" role="status">
            <Icon name="cadeado" />
            <div>
                <strong>{say!(pairing.passkey)}</strong>
                {say!(pairing.passkey_text)}
            </div>
        </div>
        <ol class="steps">
            <li>{say!(pairing.passkey_wait)}</li>
            <li>{say!(pairing.passkey_remove)}</li>
            <li>{say!(pairing.passkey_other)}</li>
        </ol>
    }
}
