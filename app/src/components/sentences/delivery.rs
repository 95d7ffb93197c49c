//! The words for deliveries.

use super::{Label, Sentence, Tone, label};
use crate::domain::{Delivery, DeliveryState, FailureReason, RepeatObstacle};

/// The badge of a state.
pub(crate) fn delivery_state(state: DeliveryState) -> Label {
    match state {
        DeliveryState::Pending => label(Tone::Idle, "relogio", say!(delivery_state.pending)),
        DeliveryState::Sending => label(Tone::Progress, "progress", say!(delivery_state.sending)),
        DeliveryState::Unconfirmed | DeliveryState::Unanswered => {
            label(Tone::Warn, "duvida", say!(delivery_state.unconfirmed))
        }
        DeliveryState::Sent => label(Tone::Ok, "certo", say!(delivery_state.sent)),
        DeliveryState::Delivered => label(Tone::Ok, "certo-duplo", say!(delivery_state.delivered)),
        DeliveryState::Read => label(Tone::Progress, "certo-duplo", say!(delivery_state.read)),
        DeliveryState::Failed(_) => label(Tone::Error, "error", say!(delivery_state.failed)),
        DeliveryState::Presumed => label(Tone::Idle, "certo", say!(delivery_state.presumed)),
        DeliveryState::Skipped(_) => label(Tone::Idle, "pulado", say!(delivery_state.skipped)),
    }
}

/// Why a message is where it is, and what to do.
pub(crate) fn delivery_why(delivery: &Delivery) -> Option<String> {
    match delivery.state {
        DeliveryState::Failed(reason) | DeliveryState::Skipped(reason) => {
            let sentence = failure_reason(reason);
            Some(format!("{} {}", sentence.title, sentence.text))
        }
        DeliveryState::Unconfirmed => Some(say!(run.unconfirmed_text).to_owned()),
        DeliveryState::Unanswered => Some(say!(run.unanswered_text).to_owned()),
        DeliveryState::Presumed => Some(say!(run.presumed_text).to_owned()),
        _ => None,
    }
}

/// Why nothing of a run can be sent again, and what to do.
pub(crate) fn repeat_obstacle(obstacle: RepeatObstacle) -> Sentence {
    match obstacle {
        RepeatObstacle::ConnectionRemoved => Sentence::new(
            say!(repeat.connection_removed),
            say!(repeat.connection_removed_text),
        ),
        RepeatObstacle::RanSince => {
            Sentence::new(say!(repeat.ran_since), say!(repeat.ran_since_text))
        }
        RepeatObstacle::GroupsRefuse => {
            Sentence::new(say!(repeat.groups_refuse), say!(repeat.groups_refuse_text))
        }
    }
}

/// Why a message did not reach its group, and what to do.
pub(crate) fn failure_reason(reason: FailureReason) -> Sentence {
    match reason {
        FailureReason::AnnounceOnly => Sentence::new(
            say!(failure.announce_only),
            say!(failure.announce_only_action),
        ),
        FailureReason::NotInGroup => Sentence::new(
            say!(failure.not_in_group),
            say!(failure.not_in_group_action),
        ),
        FailureReason::AccountRestricted => Sentence::new(
            say!(failure.account_restricted),
            say!(failure.account_restricted_action),
        ),
        FailureReason::UnknownRecipient => Sentence::new(
            say!(failure.unknown_recipient),
            say!(failure.unknown_recipient_action),
        ),
        FailureReason::InvalidMessage => Sentence::new(
            say!(failure.invalid_message),
            say!(failure.invalid_message_action),
        ),
        FailureReason::Refused { code } => Sentence::new(
            say!(failure.refused, code = code),
            say!(failure.refused_action),
        ),
        FailureReason::MediaUnavailable => Sentence::new(
            say!(failure.media_unavailable),
            say!(failure.media_unavailable_action),
        ),
        FailureReason::MediaRefused => Sentence::new(
            say!(failure.media_refused),
            say!(failure.media_refused_action),
        ),
        FailureReason::Unlinked => {
            Sentence::new(say!(failure.unlinked), say!(failure.unlinked_action))
        }
        FailureReason::ConnectionRemoved => Sentence::new(
            say!(failure.connection_removed),
            say!(failure.connection_removed_action),
        ),
        FailureReason::CampaignEnded => Sentence::new(
            say!(failure.campaign_ended),
            say!(failure.campaign_ended_action),
        ),
        FailureReason::DroppedAfterOutage => Sentence::new(
            say!(failure.dropped_after_outage),
            say!(failure.dropped_after_outage_action),
        ),
    }
}
