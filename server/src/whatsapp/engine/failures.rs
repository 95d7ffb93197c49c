//! The library's errors in our words.

use arauto_app::domain::{ConnectionCause, FailureReason};
use wa_rs::ErrorChainExt;
use wa_rs::bot::BotBuilderError;
use wa_rs::pair_code::PairCodeRejection;
use wa_rs::send::SendError as EngineSendError;
use wacore::store::error::StoreError;

use crate::whatsapp::SendError;

/// WhatsApp's `rate-overlimit`: asked too often.
const RATE_OVERLIMIT: u16 = 429;

/// Why a session could not even be opened.
pub(super) fn cause_of_refusal(error: &BotBuilderError) -> ConnectionCause {
    match error {
        // A record that does not open or parse: another master key, or damage.
        BotBuilderError::Store(StoreError::Serialization(_)) => ConnectionCause::KeysUnreadable,
        _ => ConnectionCause::Storage,
    }
}

/// Why WhatsApp gives no pairing code. It answers 400 to a number that it does not know as well as
/// to one that was asked for too often.
pub(super) fn cause_of_code_refusal(rejection: PairCodeRejection) -> ConnectionCause {
    match rejection {
        PairCodeRejection::RateOverlimit => ConnectionCause::CodesThrottled,
        PairCodeRejection::FeatureNotAvailable => ConnectionCause::CodesUnavailable,
        PairCodeRejection::InternalServerError => ConnectionCause::ServerTrouble,
        _ => ConnectionCause::CodeRefused,
    }
}

/// Why a question to WhatsApp stayed without a useful answer.
pub(super) fn cause_of_question(error: &(dyn std::error::Error + 'static)) -> ConnectionCause {
    match error.server_rejection().map(|rejection| rejection.code) {
        Some(RATE_OVERLIMIT) => ConnectionCause::RateLimited,
        Some(_) => ConnectionCause::ServerTrouble,
        None if error.is_timeout() => ConnectionCause::Silence,
        None => ConnectionCause::ConnectionLost,
    }
}

/// Why a message could not be handed over.
pub(super) fn send_error(error: &EngineSendError) -> SendError {
    match error {
        EngineSendError::InvalidRequest(_) => SendError::Final(FailureReason::InvalidMessage),
        EngineSendError::NotLoggedIn => SendError::Offline,
        // The engine asks for the group when it does not know it yet.
        error => match error.server_rejection().map(|rejection| rejection.code) {
            Some(401 | 403 | 404) => SendError::Final(FailureReason::NotInGroup),
            _ => SendError::Retry,
        },
    }
}

/// Why a file could not be uploaded. The media hosts' refusals of our login (401, 403) reach
/// here only after a fresh login was refused too.
pub(super) fn upload_error(error: &(dyn std::error::Error + 'static)) -> SendError {
    match error.http_status() {
        Some(408 | 429) => SendError::Retry,
        Some(status) if (400..500).contains(&status) => {
            SendError::Final(FailureReason::MediaRefused)
        }
        _ => SendError::Retry,
    }
}
