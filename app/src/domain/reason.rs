//! The dictionary of reasons why a message did not reach a target. Each has a sentence and an
//! action in `locales/`.

use serde::{Deserialize, Serialize};

/// Why a delivery failed or was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum FailureReason {
    /// Only administrators may send to the group, and the number is none.
    AnnounceOnly,
    /// The number is no longer in the group, or the group ended.
    NotInGroup,
    /// WhatsApp restricts what the account may send (ack error 463).
    AccountRestricted,
    /// WhatsApp does not know the recipient (ack error 404).
    UnknownRecipient,
    /// WhatsApp found the message malformed or invalid (ack errors 400 and 479).
    InvalidMessage,
    /// WhatsApp refused it with a code that has no entry of its own.
    Refused {
        /// The code of the acknowledgement.
        code: u16,
    },
    /// The media's bytes are not in the store, or are damaged.
    MediaUnavailable,
    /// WhatsApp's media hosts refused the upload.
    MediaRefused,
    /// The connection's link was ended before the message went out.
    Unlinked,
    /// The connection was removed before the message went out.
    ConnectionRemoved,
    /// Its owner chose to skip what waited through a long outage of the connection.
    DroppedAfterOutage,
    /// Its owner ended the campaign before the message went out.
    CampaignEnded,
}

impl FailureReason {
    /// Whether the same message may go through another time, or once its owner did something about it.
    ///
    /// It may not when the number is out of the group or the group is unknown, when what it sends is
    /// gone, when its connection is, and when its owner decided that it stays.
    pub const fn may_be_tried_again(self) -> bool {
        match self {
            Self::AnnounceOnly
            | Self::AccountRestricted
            | Self::InvalidMessage
            | Self::Refused { .. }
            | Self::MediaRefused
            | Self::Unlinked => true,
            Self::NotInGroup
            | Self::UnknownRecipient
            | Self::MediaUnavailable
            | Self::ConnectionRemoved
            | Self::DroppedAfterOutage
            | Self::CampaignEnded => false,
        }
    }

    /// Reads the error code of a server acknowledgement; `None` when the code asks to try again.
    ///
    /// 420 and 401/403 are how WhatsApp refuses senders who may not write to a group; 503 means
    /// "not now".
    pub const fn of_ack_error(code: u16) -> Option<Self> {
        Some(match code {
            503 => return None,
            400 | 479 => Self::InvalidMessage,
            401 | 403 | 420 => Self::AnnounceOnly,
            404 => Self::UnknownRecipient,
            463 => Self::AccountRestricted,
            code => Self::Refused { code },
        })
    }
}
