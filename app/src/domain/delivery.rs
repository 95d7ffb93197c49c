//! One message of a run to one target, and how far it got.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::wording::Seed;
use super::{
    ConnectionId, DeliveryEvent, DeliveryId, DeliveryState, PastMessage, Recipient, RunId,
    Timestamp, WorkspaceId,
};

/// The id of a message on WhatsApp. Chosen by us and stored before the first byte is sent; every
/// retry reuses it, so that no phone shows the message twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(String);

impl MessageId {
    /// Makes an id in the form of WhatsApp Web's: `3EB0` and 18 upper-case hexadecimal digits.
    pub fn new(random: [u8; 9]) -> Self {
        let mut id = String::from("3EB0");
        for byte in random {
            // Writing into a text never fails.
            let _ = write!(id, "{byte:02X}");
        }
        Self(id)
    }

    /// Wraps an id that a stanza or the store named.
    pub fn from_wire(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The id as stanzas write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for MessageId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// One message of a run to one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its identifier.
    pub id: DeliveryId,
    /// The workspace that owns it.
    pub workspace: WorkspaceId,
    /// The run that it belongs to.
    pub run: RunId,
    /// The connection that sends it.
    pub connection: ConnectionId,
    /// Its place in the run, from 0.
    pub position: u32,
    /// Whom it goes to.
    pub target: Recipient,
    /// The group's subject when the run began; to oneself, what its text says instead of that.
    pub target_name: String,
    /// How many others were in the group when the run began; 0 when nobody counted them.
    pub members: u32,
    /// Which variant of the run's message it is, from 0.
    pub variant: u32,
    /// What the choice among its text's alternatives follows from.
    pub seed: Seed,
    /// When it was first handed to WhatsApp: the day and the time that its text says, however often it
    /// is sent.
    pub first_at: Option<Timestamp>,
    /// How far it got.
    pub state: DeliveryState,
    /// Its id on WhatsApp; present from the first claim on. It gets another one by its owner's word
    /// only.
    pub message_id: Option<MessageId>,
    /// How often it was handed to WhatsApp, under any id.
    pub attempts: u32,
    /// The messages before this one, the oldest first.
    pub earlier: Vec<PastMessage>,
    /// When it is to be tried again; only while unconfirmed.
    pub retry_at: Option<Timestamp>,
    /// When it was last handed to WhatsApp.
    pub attempted_at: Option<Timestamp>,
    /// When the acknowledgement came.
    pub sent_at: Option<Timestamp>,
    /// When the first delivery receipt came.
    pub delivered_at: Option<Timestamp>,
    /// When the first read receipt came.
    pub read_at: Option<Timestamp>,
    /// When it failed, was skipped or given up.
    pub failed_at: Option<Timestamp>,
}

impl Delivery {
    /// Moves it on and notes the time; tells whether anything changed.
    pub fn apply(&mut self, event: DeliveryEvent, at: Timestamp) -> bool {
        let Some(state) = self.state.after(event) else {
            return false;
        };
        if event == DeliveryEvent::Renewed {
            self.earlier.push(self.as_past());
            self.message_id = None;
        }
        self.state = state;
        self.retry_at = None;
        if state.is_acknowledged() || state.is_open() {
            self.failed_at = None;
        }
        match state {
            DeliveryState::Sending => {
                self.attempts += 1;
                self.first_at.get_or_insert(at);
                self.attempted_at = Some(at);
            }
            DeliveryState::Sent => self.sent_at = Some(at),
            DeliveryState::Delivered => {
                self.sent_at.get_or_insert(at);
                self.delivered_at = Some(at);
            }
            DeliveryState::Read => {
                self.sent_at.get_or_insert(at);
                self.delivered_at.get_or_insert(at);
                self.read_at = Some(at);
            }
            DeliveryState::Failed(_) | DeliveryState::Skipped(_) | DeliveryState::Unanswered => {
                self.failed_at = Some(at);
            }
            DeliveryState::Unconfirmed => self.retry_at = Some(at),
            DeliveryState::Pending | DeliveryState::Presumed => {}
        }
        true
    }

    /// How often the present message was handed to WhatsApp.
    pub fn attempts_with_this_id(&self) -> u32 {
        let before = self.earlier.last().map_or(0, |earlier| earlier.attempts);
        self.attempts.saturating_sub(before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_ids_have_the_form_of_whatsapp_web() {
        assert_eq!(MessageId::new([0xAB; 9]).as_str(), "3EB0ABABABABABABABABAB");
    }
}
