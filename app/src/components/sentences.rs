//! The sentence (and what to do) for everything that can go wrong. Each mapping is a complete
//! `match`: a new variant does not compile until it has its words.

use crate::api::{ApiError, NotFound};
use crate::domain::{
    AccountProblem, CONNECTION_NAME_MAX_CHARS, MediaProblem, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS,
};

/// What happened, and why or what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// What happened.
    pub(crate) title: String,
    /// Why, and what to do.
    pub(crate) text: String,
}

impl Sentence {
    pub(crate) fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            text: text.into(),
        }
    }
}

/// The words for a request that was not carried out.
pub(crate) fn api_error(error: &ApiError) -> Sentence {
    match error {
        ApiError::SignedOut => Sentence::new(say!(error.signed_out), say!(error.signed_out_text)),
        ApiError::WrongCredentials => Sentence::new(
            say!(error.wrong_credentials),
            say!(error.wrong_credentials_text),
        ),
        ApiError::TooManyAttempts {
            retry_after_seconds,
        } => Sentence::new(
            say!(error.too_many_attempts),
            say!(error.too_many_attempts_text, count = *retry_after_seconds),
        ),
        ApiError::AlreadySetUp => {
            Sentence::new(say!(error.already_set_up), say!(error.already_set_up_text))
        }
        ApiError::Account(_) => Sentence::new(say!(error.account), say!(error.account_text)),
        ApiError::ConnectionNameMissing => Sentence::new(
            say!(error.connection_name_missing),
            say!(error.connection_name_missing_text),
        ),
        ApiError::ConnectionNameTooLong => Sentence::new(
            say!(error.connection_name_too_long),
            say!(
                error.connection_name_too_long_text,
                max = CONNECTION_NAME_MAX_CHARS
            ),
        ),
        ApiError::ConnectionState => Sentence::new(
            say!(error.connection_state),
            say!(error.connection_state_text),
        ),
        ApiError::ConnectionOffline => Sentence::new(
            say!(error.connection_offline),
            say!(error.connection_offline_text),
        ),
        ApiError::Draft(_) => Sentence::new(say!(error.draft), say!(error.draft_text)),
        ApiError::CampaignState => {
            Sentence::new(say!(error.campaign_state), say!(error.campaign_state_text))
        }
        ApiError::MediaInUse(campaigns) => Sentence::new(
            say!(error.media_in_use),
            say!(error.media_in_use_text, names = campaigns.join(", ")),
        ),
        ApiError::Media(problem) => Sentence::new(say!(error.media), media_problem(*problem)),
        ApiError::NotFound(what) => Sentence::new(not_found(*what), say!(error.not_found_text)),
        ApiError::StoreUnavailable => Sentence::new(
            say!(error.store_unavailable),
            say!(error.store_unavailable_text),
        ),
        ApiError::Internal { incident } => Sentence::new(
            say!(error.internal),
            say!(error.internal_text, incident = incident.clone()),
        ),
        ApiError::ServerUnreachable => Sentence::new(
            say!(error.server_unreachable),
            say!(error.server_unreachable_text),
        ),
    }
}

fn not_found(what: NotFound) -> &'static str {
    match what {
        NotFound::Connection => say!(error.not_found_connection),
        NotFound::Media => say!(error.not_found_media),
        NotFound::Campaign => say!(error.not_found_campaign),
        NotFound::Run => say!(error.not_found_run),
    }
}

/// The words for an answer of the first visit's form, shown at its field.
pub(crate) fn account_problem(problem: AccountProblem) -> String {
    match problem {
        AccountProblem::NameMissing => say!(account_problem.name_missing).into(),
        AccountProblem::NameTooLong => say!(account_problem.name_too_long).into(),
        AccountProblem::EmailInvalid => say!(account_problem.email_invalid).into(),
        AccountProblem::PasswordTooShort => {
            say!(account_problem.password_too_short, min = PASSWORD_MIN_CHARS)
        }
        AccountProblem::PasswordTooLong => {
            say!(account_problem.password_too_long, max = PASSWORD_MAX_CHARS)
        }
    }
}

/// The words for a file that was not taken.
pub(crate) fn media_problem(problem: MediaProblem) -> String {
    match problem {
        MediaProblem::Missing => say!(media_problem.missing).into(),
        MediaProblem::Empty => say!(media_problem.empty).into(),
        MediaProblem::UnsupportedKind => say!(media_problem.unsupported_kind).into(),
        MediaProblem::TooLarge { limit } => {
            say!(media_problem.too_large, limit = super::format::bytes(limit))
        }
        MediaProblem::Broken => say!(media_problem.broken).into(),
        MediaProblem::TooManyPixels => say!(media_problem.too_many_pixels).into(),
        MediaProblem::Interrupted => say!(media_problem.interrupted).into(),
    }
}
