//! The words for requests and forms that were not accepted.

use super::{Sentence, changed_by, connection_cause, repeat_obstacle};
use crate::api::{ApiError, NotFound};
use crate::components::format::{bytes, thousands};
use crate::domain::{
    AccountProblem, CAMPAIGN_NAME_MAX_CHARS, CONNECTION_NAME_MAX_CHARS, DraftProblem,
    ForeignFormat, GROUP_LIST_NAME_MAX_CHARS, GroupListProblem, MediaKind, MediaProblem,
    PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS, PhoneProblem, SENDERS_MAX, VARIANTS_MAX,
};

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
        ApiError::Phone(problem) => Sentence::new(say!(error.phone), phone_problem(*problem)),
        ApiError::ConnectionState => Sentence::new(
            say!(error.connection_state),
            say!(error.connection_state_text),
        ),
        ApiError::ConnectionOffline => Sentence::new(
            say!(error.connection_offline),
            say!(error.connection_offline_text),
        ),
        ApiError::OutageSettled => Sentence::new(say!(outage.settled), say!(outage.settled_text)),
        ApiError::Pace(_) => Sentence::new(say!(pace.refused), say!(pace.refused_text)),
        ApiError::RestrictionLifted => Sentence::new(say!(pace.lifted), say!(pace.lifted_text)),
        ApiError::Unanswered(cause) => {
            Sentence::new(connection_cause(*cause), say!(error.unanswered_text))
        }
        ApiError::ConnectionAdrift => Sentence::new(
            say!(error.connection_adrift),
            say!(error.connection_adrift_text),
        ),
        ApiError::GroupList(problem) => {
            Sentence::new(say!(group_lists.not_changed), group_list_problem(*problem))
        }
        ApiError::GroupListInUse(campaigns) => Sentence::new(
            say!(group_lists.in_use),
            say!(group_lists.in_use_text, names = campaigns.join(", ")),
        ),
        ApiError::Draft(_) => Sentence::new(say!(error.draft), say!(error.draft_text)),
        ApiError::CampaignState => {
            Sentence::new(say!(error.campaign_state), say!(error.campaign_state_text))
        }
        ApiError::CampaignChanged { by, .. } => {
            Sentence::new(changed_by(by), say!(error.campaign_changed_text))
        }
        ApiError::NotRepeatable(obstacle) => repeat_obstacle(*obstacle),
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
        NotFound::Group => say!(error.not_found_group),
        NotFound::GroupList => say!(error.not_found_group_list),
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

/// The words for a phone number that cannot be one, shown at its field.
pub(crate) fn phone_problem(problem: PhoneProblem) -> &'static str {
    match problem {
        PhoneProblem::Missing => say!(phone_problem.missing),
        PhoneProblem::Characters => say!(phone_problem.characters),
        PhoneProblem::AreaCodeMissing => say!(phone_problem.area_code_missing),
        PhoneProblem::AreaCodeUnknown => say!(phone_problem.area_code_unknown),
        PhoneProblem::Length => say!(phone_problem.length),
        PhoneProblem::InternationalLength => say!(phone_problem.international_length),
    }
}

/// The words for a list of groups that is not made or changed.
pub(crate) fn group_list_problem(problem: GroupListProblem) -> String {
    match problem {
        GroupListProblem::NameMissing => say!(group_lists.name_missing).into(),
        GroupListProblem::NameTooLong => {
            say!(group_lists.name_too_long, max = GROUP_LIST_NAME_MAX_CHARS)
        }
        GroupListProblem::NameTaken => say!(group_lists.name_taken).into(),
        GroupListProblem::GroupsMissing => say!(group_lists.groups_missing).into(),
    }
}

/// The words for a file that was not taken.
pub(crate) fn media_problem(problem: MediaProblem) -> String {
    match problem {
        MediaProblem::Missing => say!(media_problem.missing).into(),
        MediaProblem::Empty => say!(media_problem.empty).into(),
        MediaProblem::UnsupportedKind => say!(media_problem.unsupported_kind).into(),
        MediaProblem::Unplayable { format } => unplayable(format),
        MediaProblem::TooLarge { limit } => {
            say!(media_problem.too_large, limit = bytes(limit))
        }
        MediaProblem::QuotaReached { limit } => {
            say!(media_problem.quota_reached, limit = bytes(limit))
        }
        MediaProblem::Broken => say!(media_problem.broken).into(),
        MediaProblem::TooManyPixels { limit } => {
            say!(media_problem.too_many_pixels, limit = limit / 1_000_000)
        }
        MediaProblem::ConversionTooLong => say!(media_problem.conversion_too_long).into(),
        MediaProblem::Interrupted => say!(media_problem.interrupted).into(),
    }
}

/// What to turn a format into that WhatsApp does not play.
fn unplayable(format: ForeignFormat) -> String {
    let name = format.name();
    let name = name.unwrap_or(say!(media_problem.other_format));
    match format.kind() {
        MediaKind::Video => say!(media_problem.unplayable_video, format = name),
        MediaKind::Audio => say!(media_problem.unplayable_audio, format = name),
        MediaKind::Image | MediaKind::Document => {
            say!(media_problem.unplayable_image, format = name)
        }
    }
}

/// The words for what a campaign lacks.
pub(crate) fn draft_problem(problem: DraftProblem) -> String {
    match problem {
        DraftProblem::NameMissing => say!(draft_problem.name_missing).into(),
        DraftProblem::NameTooLong => {
            say!(draft_problem.name_too_long, max = CAMPAIGN_NAME_MAX_CHARS)
        }
        DraftProblem::ConnectionMissing => say!(draft_problem.connection_missing).into(),
        DraftProblem::ConnectionGone => say!(draft_problem.connection_gone).into(),
        DraftProblem::TargetsMissing => say!(draft_problem.targets_missing).into(),
        DraftProblem::ListsEmpty => say!(draft_problem.lists_empty).into(),
        DraftProblem::ContentMissing { variant } => {
            of_variant(variant, say!(draft_problem.content_missing).into())
        }
        DraftProblem::MayBeBlank { variant } => {
            of_variant(variant, say!(draft_problem.may_be_blank).into())
        }
        DraftProblem::Wording { variant, wording } => {
            of_variant(variant, super::wording_problem(wording))
        }
        DraftProblem::TooManyConnections => {
            say!(draft_problem.too_many_connections, max = SENDERS_MAX)
        }
        DraftProblem::Pace { pace } => super::pace_problem(pace),
        DraftProblem::TooManyVariants => say!(draft_problem.too_many_variants, max = VARIANTS_MAX),
        DraftProblem::TextTooLong {
            variant,
            chars,
            limit,
        } => of_variant(
            variant,
            say!(
                draft_problem.text_too_long,
                chars = thousands(chars),
                limit = thousands(limit)
            ),
        ),
        DraftProblem::MediaGone { variant } => {
            of_variant(variant, say!(draft_problem.media_gone).into())
        }
        DraftProblem::CaptionUnderAudio { variant } => {
            of_variant(variant, say!(media.caption_under_audio).into())
        }
        DraftProblem::Timing { timing } => super::timing_problem(timing),
    }
}

/// Says which variant is meant; the first one is the message itself.
fn of_variant(variant: u32, sentence: String) -> String {
    if variant == 0 {
        sentence
    } else {
        say!(
            draft_problem.of_variant,
            number = variant + 1,
            problem = sentence
        )
    }
}
