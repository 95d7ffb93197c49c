//! The card: the choice of the way, and what belongs to it.

use leptos::prelude::*;

use super::code::{AskForCode, ShownCode};
use super::passkey::Passkey;
use super::qr::{BeginQr, ShownQr};
use crate::api::{ActOnConnection, ConnectionView, PairByCode};
use crate::components::Icon;
use crate::domain::{
    ConnectionCause, ConnectionId, ConnectionState, PairingStep, PairingWay, Timestamp,
};
use crate::pages::use_query_value;

/// Where the page's address says which way is looked at.
const WAY: &str = "por";

/// What the card holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The button that asks for QR codes.
    BeginQr,
    /// The QR code to scan, or the wait for the first one.
    Qr,
    /// The form that asks for a code.
    AskForCode,
    /// The code to type, or the wait for it.
    Code,
    /// WhatsApp demands a passkey.
    Passkey,
}

impl Part {
    /// What a state needs; `asked` is the way that the person looks at.
    fn of(state: &ConnectionState, asked: Option<PairingWay>) -> Self {
        let step = match state {
            ConnectionState::Pairing { step } => Some(step),
            _ => None,
        };
        if let Some(PairingStep::PasskeyRequired { .. }) = step {
            return Self::Passkey;
        }
        let under_way = step.map(PairingStep::way);
        let way = asked.or(under_way).unwrap_or_else(|| way_after(state));
        match (way, under_way == Some(way)) {
            (PairingWay::Qr, false) => Self::BeginQr,
            (PairingWay::Qr, true) => Self::Qr,
            (PairingWay::Code, false) => Self::AskForCode,
            (PairingWay::Code, true) => Self::Code,
        }
    }

    const fn way(self) -> Option<PairingWay> {
        match self {
            Self::BeginQr | Self::Qr => Some(PairingWay::Qr),
            Self::AskForCode | Self::Code => Some(PairingWay::Code),
            Self::Passkey => None,
        }
    }
}

/// Which way is suggested: the one that was tried last, unless it cannot work.
const fn way_after(state: &ConnectionState) -> PairingWay {
    match state {
        ConnectionState::Unpaired {
            cause:
                Some(
                    ConnectionCause::CodeExpired
                    | ConnectionCause::CodeRefused
                    | ConnectionCause::CodesThrottled,
                ),
        } => PairingWay::Code,
        _ => PairingWay::Qr,
    }
}

/// Whether a phone can be linked in this state, so that the card has its place.
pub(in crate::pages::connection) const fn is_offered(state: &ConnectionState) -> bool {
    matches!(
        state,
        ConnectionState::Unpaired { .. }
            | ConnectionState::Pairing { .. }
            | ConnectionState::LoggedOut
    )
}

/// How to link a phone.
#[component]
pub(in crate::pages::connection) fn Pairing(
    id: ConnectionId,
    view: Signal<ConnectionView>,
    now: Signal<Timestamp>,
    act: ServerAction<ActOnConnection>,
    ask: ServerAction<PairByCode>,
) -> impl IntoView {
    let asked = use_query_value::<PairingWay>(WAY);
    let part = Memo::new(move |_| view.with(|view| Part::of(&view.connection.state, asked.get())));
    view! {
        <section class="card" aria-labelledby="vincular">
            <div class="card-body pairing">
                <h2 id="vincular">{say!(pairing.title)}</h2>
                <Ways id part />
                {move || match part.get() {
                    Part::BeginQr => view! { <BeginQr id act /> }.into_any(),
                    Part::Qr => view! { <ShownQr view now /> }.into_any(),
                    Part::AskForCode => view! { <AskForCode id view ask /> }.into_any(),
                    Part::Code => view! { <ShownCode id view now ask /> }.into_any(),
                    Part::Passkey => view! { <Passkey /> }.into_any(),
                }}
            </div>
        </section>
    }
}

/// The choice between the two ways: links, so that it works before the page is alive.
#[component]
fn Ways(id: ConnectionId, part: Memo<Part>) -> impl IntoView {
    let current = move |way: PairingWay| move || (part.get().way() == Some(way)).then_some("true");
    let href = move |way: PairingWay| format!("/conexoes/{id}?{WAY}={}", way.name());
    view! {
        <nav
            class="segmented"
            aria-label=say!(pairing.ways)
            hidden=move || part.get().way().is_none()
        >
            <a href=href(PairingWay::Qr) aria-current=current(PairingWay::Qr)>
                <Icon name="qr" class="small" />
                {say!(pairing.by_qr)}
            </a>
            <a href=href(PairingWay::Code) aria-current=current(PairingWay::Code)>
                <Icon name="conexao" class="small" />
                {say!(pairing.by_code)}
            </a>
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairing(step: PairingStep) -> ConnectionState {
        ConnectionState::Pairing { step }
    }

    #[test]
    fn the_way_under_way_is_shown_unless_another_is_looked_at() {
        let (qr, code) = (Some(PairingWay::Qr), Some(PairingWay::Code));
        let opening = |way| pairing(PairingStep::Opening { way });
        assert_eq!(Part::of(&opening(PairingWay::Code), None), Part::Code);
        assert_eq!(Part::of(&opening(PairingWay::Code), qr), Part::BeginQr);
        assert_eq!(Part::of(&opening(PairingWay::Qr), None), Part::Qr);
        assert_eq!(Part::of(&opening(PairingWay::Qr), code), Part::AskForCode);
        let passkey = pairing(PairingStep::PasskeyRequired {
            way: PairingWay::Qr,
        });
        assert_eq!(Part::of(&passkey, code), Part::Passkey);
    }

    #[test]
    fn what_failed_is_offered_again_unless_it_cannot_work() {
        let after = |cause| Part::of(&ConnectionState::Unpaired { cause }, None);
        assert_eq!(after(None), Part::BeginQr);
        assert_eq!(after(Some(ConnectionCause::CodeExpired)), Part::AskForCode);
        assert_eq!(
            after(Some(ConnectionCause::CodesUnavailable)),
            Part::BeginQr
        );
        assert_eq!(Part::of(&ConnectionState::LoggedOut, None), Part::BeginQr);
    }
}
