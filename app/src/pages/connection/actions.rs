//! The buttons that are valid for a connection's state.

use leptos::prelude::*;

use crate::api::{ActOnConnection, ConnectionAction};
use crate::components::Icon;
use crate::domain::{ConnectionCause, ConnectionId, ConnectionState};

/// What a person can do now: action, icon, words. The first one is what the page suggests. Linking a
/// phone has its own place on the page.
fn valid(
    state: &ConnectionState,
    is_linked: bool,
) -> Vec<(ConnectionAction, &'static str, &'static str)> {
    use ConnectionAction as A;
    use ConnectionState as S;
    let cancel = (A::CancelPairing, "fechar", say!(connection.cancel_pairing));
    let pair_again = (A::Pair, "qr", say!(connection.pair_again));
    let stop = (A::Stop, "pausar", say!(connection.stop));
    let reconnect = (A::Resume, "atualizar", say!(connection.reconnect_now));
    let try_again = (A::Resume, "atualizar", say!(connection.try_again));
    match state {
        S::OtherNumber { .. } => vec![
            (A::UseOtherNumber, "certo", say!(pairing.use_other)),
            (A::UnlinkOtherNumber, "fechar", say!(pairing.unlink_other)),
        ],
        S::Failed {
            cause: ConnectionCause::KeysUnreadable,
        } => vec![pair_again],
        S::Pairing { .. } => vec![cancel],
        S::Reconnecting { .. } if !is_linked => vec![reconnect, cancel],
        S::Syncing | S::Online => vec![stop],
        S::Unstable | S::Reconnecting { .. } => vec![reconnect, stop],
        S::Stopped => vec![(A::Resume, "iniciar", say!(connection.resume))],
        S::Replaced => vec![(A::Resume, "iniciar", say!(connection.use_here))],
        // Whether WhatsApp lifted a block without an end is only to be known by asking.
        S::ClientOutdated | S::Failed { .. } | S::Banned | S::TemporarilyBanned { until: None } => {
            vec![try_again]
        }
        S::Unpaired { .. } | S::LoggedOut | S::TemporarilyBanned { until: Some(_) } => Vec::new(),
    }
}

/// How the form names an action.
const fn form_value(action: ConnectionAction) -> &'static str {
    match action {
        ConnectionAction::Pair => "pair",
        ConnectionAction::CancelPairing => "cancel_pairing",
        ConnectionAction::UseOtherNumber => "use_other_number",
        ConnectionAction::UnlinkOtherNumber => "unlink_other_number",
        ConnectionAction::Resume => "resume",
        ConnectionAction::Stop => "stop",
    }
}

/// Pausing and giving up are never what the page suggests.
const fn is_suggested(action: ConnectionAction) -> bool {
    matches!(
        action,
        ConnectionAction::Pair | ConnectionAction::UseOtherNumber | ConnectionAction::Resume
    )
}

/// The buttons of the page's head.
#[component]
pub(super) fn Actions(
    id: ConnectionId,
    state: Memo<ConnectionState>,
    is_linked: Memo<bool>,
    act: ServerAction<ActOnConnection>,
) -> impl IntoView {
    let buttons = Memo::new(move |_| state.with(|state| valid(state, is_linked.get())));
    let pending = act.pending();
    view! {
        <ActionForm action=act>
            <input type="hidden" name="id" value=id.to_string() />
            <div class="actions">
                {move || {
                    buttons
                        .get()
                        .into_iter()
                        .map(|(action, icon, words)| {
                            view! {
                                <button
                                    class=if is_suggested(action) { "btn primary" } else { "btn" }
                                    name="action"
                                    value=form_value(action)
                                    disabled=move || pending.get()
                                >
                                    <Icon name=icon />
                                    {words}
                                </button>
                            }
                        })
                        .collect_view()
                }}
            </div>
        </ActionForm>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_names_actions_as_the_server_function_reads_them() {
        use ConnectionAction as A;
        for action in [
            A::Pair,
            A::CancelPairing,
            A::UseOtherNumber,
            A::UnlinkOtherNumber,
            A::Resume,
            A::Stop,
        ] {
            let read = serde_json::to_value(action).unwrap();
            assert_eq!(read, form_value(action));
        }
    }

    #[test]
    fn every_block_has_a_way_out_a_time_or_a_button() {
        let until = Some(crate::domain::Timestamp::from_seconds(1));
        let temporary = |until| valid(&ConnectionState::TemporarilyBanned { until }, true);
        assert!(temporary(until).is_empty(), "it ends by itself");
        assert_eq!(temporary(None).len(), 1);
        assert_eq!(valid(&ConnectionState::Banned, true).len(), 1);
    }

    #[test]
    fn pairing_that_cannot_reach_whatsapp_can_be_given_up_and_not_paused() {
        use ConnectionAction as A;
        let state = ConnectionState::Reconnecting {
            attempt: 1,
            next_at: crate::domain::Timestamp::from_millis(0),
            cause: None,
        };
        let offered = |is_linked| {
            let valid = valid(&state, is_linked).into_iter();
            valid.map(|(action, ..)| action).collect::<Vec<_>>()
        };
        assert_eq!(offered(false), [A::Resume, A::CancelPairing]);
        assert_eq!(offered(true), [A::Resume, A::Stop]);
    }
}
