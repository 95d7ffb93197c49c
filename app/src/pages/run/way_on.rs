//! Where the owner of a run can do something about a message that did not arrive.

use crate::domain::{CampaignId, Delivery, DeliveryState, FailureReason, Recipient};

/// The address of that page and the words of the link; `None` when nothing is to be done.
pub(super) fn way_on(delivery: &Delivery, campaign: CampaignId) -> Option<(String, &'static str)> {
    let (DeliveryState::Failed(reason) | DeliveryState::Skipped(reason)) = delivery.state else {
        return None;
    };
    let Delivery {
        connection, target, ..
    } = delivery;
    let to_connection = || {
        let href = format!("/conexoes/{connection}");
        (href, say!(failure.open_connection))
    };
    Some(match reason {
        FailureReason::AnnounceOnly
        | FailureReason::NotInGroup
        | FailureReason::UnknownRecipient => match target {
            Recipient::Group(group) => (
                format!("/grupos/{group}?conexao={connection}"),
                say!(failure.open_group),
            ),
            Recipient::Oneself => to_connection(),
        },
        FailureReason::AccountRestricted | FailureReason::Unlinked => to_connection(),
        FailureReason::InvalidMessage
        | FailureReason::MediaUnavailable
        | FailureReason::MediaRefused
        | FailureReason::ConnectionRemoved
        | FailureReason::DroppedAfterOutage
        | FailureReason::CampaignEnded => (
            format!("/campanhas/{campaign}"),
            say!(failure.open_campaign),
        ),
        FailureReason::Refused { .. } => return None,
    })
}
