//! The words for connections.

use super::{Label, Sentence, Tone, label};
use crate::components::format;
use crate::components::time::{date_and_time, duration};
use crate::domain::{
    Connection, ConnectionCause, ConnectionState, PairingStep, PairingWay, PhoneAbsence, Timestamp,
    Told,
};

/// The number of a connection, or that it has none, or had one.
pub(crate) fn connection_phone(connection: &Connection) -> String {
    match connection.phone.as_deref().map(format::phone) {
        None => say!(connections.no_phone).to_owned(),
        Some(phone) if connection.is_linked() => phone,
        Some(phone) => say!(pairing.last_phone, phone = phone),
    }
}

/// The badge of a state.
pub(crate) fn connection_state(state: &ConnectionState) -> Label {
    use ConnectionState as S;
    match state {
        S::Unpaired { cause: None } => label(Tone::Idle, "idle", say!(connection_state.unpaired)),
        S::Unpaired { cause: Some(_) } => {
            label(Tone::Warn, "warn", say!(connection_state.unpaired))
        }
        S::Pairing {
            step: PairingStep::Opening { .. },
        } => label(Tone::Progress, "progress", say!(connection_state.opening)),
        S::Pairing {
            step: PairingStep::Qr { .. },
        } => label(Tone::Progress, "qr", say!(connection_state.pairing)),
        S::Pairing {
            step: PairingStep::Code { .. },
        } => label(
            Tone::Progress,
            "conexao",
            say!(connection_state.pairing_code),
        ),
        S::Pairing {
            step: PairingStep::PasskeyRequired { .. },
        } => label(Tone::Warn, "cadeado", say!(connection_state.passkey)),
        S::OtherNumber { .. } => label(Tone::Warn, "duvida", say!(connection_state.other_number)),
        S::Syncing => label(Tone::Progress, "progress", say!(connection_state.syncing)),
        S::Online => label(Tone::Ok, "ok", say!(connection_state.online)),
        S::Unstable => label(Tone::Warn, "warn", say!(connection_state.unstable)),
        S::Reconnecting { .. } => label(
            Tone::Progress,
            "atualizar",
            say!(connection_state.reconnecting),
        ),
        S::Stopped => label(Tone::Idle, "pausar", say!(connection_state.stopped)),
        S::LoggedOut => label(Tone::Error, "error", say!(connection_state.logged_out)),
        S::Replaced => label(Tone::Warn, "warn", say!(connection_state.replaced)),
        S::TemporarilyBanned { .. } => label(
            Tone::Error,
            "cadeado",
            say!(connection_state.temporarily_banned),
        ),
        S::Banned => label(Tone::Error, "cadeado", say!(connection_state.banned)),
        S::ClientOutdated => label(Tone::Error, "error", say!(connection_state.client_outdated)),
        S::Failed { .. } => label(Tone::Error, "error", say!(connection_state.failed)),
    }
}

/// That nobody saw the phone for long, and what to do before WhatsApp ends the link.
pub(crate) fn phone_absence(absence: PhoneAbsence) -> Sentence {
    let due = match absence.days_left {
        0 => say!(connection.phone_unseen_due).to_owned(),
        left => say!(connection.phone_unseen_left, count = left),
    };
    Sentence::new(
        say!(connection.phone_unseen, days = absence.days),
        format!("{due} {}", say!(connection.phone_unseen_remedy)),
    )
}

/// What the state means for the person, and what they can do about it; `None` while everything is
/// as it should be.
pub(crate) fn connection_advice(
    state: &ConnectionState,
    is_linked: bool,
    now: Timestamp,
) -> Option<Sentence> {
    use ConnectionState as S;
    Some(match state {
        S::Online | S::Pairing { .. } => return None,
        S::Unpaired { cause: None } => Sentence::new(
            say!(connection_advice.unpaired),
            say!(connection_advice.unpaired_text),
        ),
        S::Unpaired { cause: Some(cause) } => {
            Sentence::new(connection_cause(*cause), pairing_remedy(*cause))
        }
        S::OtherNumber { phone, known } => Sentence::new(
            say!(pairing.other_number, phone = format::phone(phone)),
            say!(pairing.other_number_text, known = format::phone(known)),
        ),
        S::Syncing => Sentence::new(
            say!(connection_advice.syncing),
            say!(connection_advice.syncing_text),
        ),
        S::Unstable => Sentence::new(
            say!(connection_advice.unstable),
            say!(connection_advice.unstable_text),
        ),
        S::Reconnecting {
            attempt,
            next_at,
            cause,
        } => reconnecting(*attempt, *cause, next_at.since(now), is_linked),
        S::Stopped => Sentence::new(
            say!(connection_advice.stopped),
            say!(connection_advice.stopped_text),
        ),
        S::LoggedOut => Sentence::new(
            say!(connection_advice.logged_out),
            say!(connection_advice.logged_out_text),
        ),
        S::Replaced => Sentence::new(
            say!(connection_advice.replaced),
            say!(connection_advice.replaced_text),
        ),
        S::TemporarilyBanned { until: Some(until) } => Sentence::new(
            say!(
                connection_advice.temporarily_banned_until,
                time = date_and_time(*until)
            ),
            say!(connection_advice.temporarily_banned_text),
        ),
        S::TemporarilyBanned { until: None } => Sentence::new(
            say!(connection_advice.temporarily_banned),
            say!(connection_advice.temporarily_banned_text),
        ),
        S::Banned => Sentence::new(
            say!(connection_advice.banned),
            say!(connection_advice.banned_text),
        ),
        S::ClientOutdated => Sentence::new(
            say!(connection_advice.client_outdated),
            say!(connection_advice.client_outdated_text),
        ),
        S::Failed { cause } => Sentence::new(
            connection_cause(*cause),
            say!(connection_advice.failed_text),
        ),
    })
}

/// What a connection's page says of a state in one line: the badge's word, then what it means and
/// what to do. For whoever reads states outside of a page.
#[cfg(feature = "ssr")]
pub fn connection_words(state: &ConnectionState, now: Timestamp) -> String {
    let word = connection_state(state).word;
    match connection_advice(state, true, now) {
        Some(Sentence { title, text }) => format!("{word}: {title}. {text}"),
        None => word.to_owned(),
    }
}

/// What to do after pairing ended without a link.
fn pairing_remedy(cause: ConnectionCause) -> &'static str {
    match cause {
        ConnectionCause::CodeExpired => say!(pairing.remedy_expired),
        ConnectionCause::CodesThrottled => say!(pairing.remedy_throttled),
        ConnectionCause::CodesUnavailable => say!(pairing.remedy_unavailable),
        ConnectionCause::CodeRefused => say!(pairing.remedy_refused),
        ConnectionCause::PasskeyDemanded => say!(pairing.remedy_passkey),
        ConnectionCause::OtherNumber => say!(pairing.remedy_other_number),
        ConnectionCause::PairingRefused => say!(pairing.remedy_pairing_refused),
        _ => say!(connection_advice.unpaired_text),
    }
}

fn reconnecting(
    attempt: u32,
    cause: Option<ConnectionCause>,
    wait: std::time::Duration,
    is_linked: bool,
) -> Sentence {
    let Some(cause) = cause else {
        return Sentence::new(
            say!(connection_advice.coming_back),
            say!(connection_advice.coming_back_text),
        );
    };
    let text = match (is_linked, wait.as_secs() == 0) {
        (true, true) => say!(connection_advice.reconnecting_now, attempt = attempt),
        (true, false) => say!(
            connection_advice.reconnecting_in,
            attempt = attempt,
            span = duration(wait)
        ),
        // Before there is a link there are no messages to speak of.
        (false, true) => say!(pairing.retry_now, attempt = attempt),
        (false, false) => say!(pairing.retry_in, attempt = attempt, span = duration(wait)),
    };
    Sentence::new(connection_cause(cause), text)
}

/// How a state of the past came about.
pub(crate) fn connection_story(told: &Told) -> String {
    use ConnectionState as S;
    match (&told.state, told.back_after) {
        (S::Online, Some(span)) => say!(connection_story.back, span = duration(span)),
        (S::Online, None) => say!(connection_story.online).to_owned(),
        (S::Pairing { step }, _) => match (step, step.way()) {
            (PairingStep::PasskeyRequired { .. }, _) => say!(connection_story.passkey).to_owned(),
            (_, PairingWay::Qr) => say!(connection_story.pairing).to_owned(),
            (_, PairingWay::Code) => say!(connection_story.pairing_code).to_owned(),
        },
        (S::Unpaired { cause: None }, _) => say!(connection_story.given_up).to_owned(),
        (S::Reconnecting { cause: None, .. }, _) => say!(connection_story.restarted).to_owned(),
        (
            S::Unpaired { cause: Some(cause) }
            | S::Reconnecting {
                cause: Some(cause), ..
            },
            _,
        ) => format!("{}.", connection_cause(*cause)),
        (S::Unstable, _) => say!(connection_story.unstable).to_owned(),
        (state, _) => {
            let sentence = connection_advice(state, true, told.at).unwrap_or_default();
            format!("{}.", sentence.title)
        }
    }
}

/// Why a connection is in its state.
pub(crate) fn connection_cause(cause: ConnectionCause) -> &'static str {
    match cause {
        ConnectionCause::Unreachable => say!(connection_cause.unreachable),
        ConnectionCause::ConnectionLost => say!(connection_cause.connection_lost),
        ConnectionCause::Silence => say!(connection_cause.silence),
        ConnectionCause::QrExpired => say!(connection_cause.qr_expired),
        ConnectionCause::CodeExpired => say!(connection_cause.code_expired),
        ConnectionCause::CodesThrottled => say!(connection_cause.codes_throttled),
        ConnectionCause::CodesUnavailable => say!(connection_cause.codes_unavailable),
        ConnectionCause::CodeRefused => say!(connection_cause.code_refused),
        ConnectionCause::PasskeyDemanded => say!(connection_cause.passkey_demanded),
        ConnectionCause::OtherNumber => say!(connection_cause.other_number),
        ConnectionCause::PairingRefused => say!(connection_cause.pairing_refused),
        ConnectionCause::ServerTrouble => say!(connection_cause.server_trouble),
        ConnectionCause::RateLimited => say!(connection_cause.rate_limited),
        ConnectionCause::Protocol => say!(connection_cause.protocol),
        ConnectionCause::Storage => say!(connection_cause.storage),
        ConnectionCause::KeysUnreadable => say!(connection_cause.keys_unreadable),
        ConnectionCause::ServerGone => say!(connection_cause.server_gone),
    }
}
