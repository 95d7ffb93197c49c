//! What WhatsApp tells about messages, passed on to whoever keeps the journal.

use arauto_app::domain::{
    ConnectionId, DeliveryEvent, FailureReason, MemberMark, MessageId, Timestamp, WorkspaceId,
};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::MessageSignal;

/// The way of one connection's news to the campaigns.
pub(super) struct Signals<'a> {
    pub(super) workspace: WorkspaceId,
    pub(super) connection: ConnectionId,
    pub(super) at: Timestamp,
    pub(super) to: &'a mpsc::UnboundedSender<MessageSignal>,
}

impl Signals<'_> {
    /// WhatsApp's server took a message, or refused it with an error code.
    pub(super) fn acked(&self, message: &MessageId, error: Option<u16>) {
        let event = match error {
            None => DeliveryEvent::Acknowledged,
            Some(code) => match FailureReason::of_ack_error(code) {
                Some(reason) => DeliveryEvent::Refused(reason),
                // "Not now": the deadline of the acknowledgement sends the message again.
                None => return,
            },
        };
        self.pass_on(message, event, None);
    }

    /// A member's device received messages, or a member read them.
    pub(super) fn received(&self, messages: &[MessageId], read: bool, member: &str) {
        let event = if read {
            DeliveryEvent::Read
        } else {
            DeliveryEvent::Received
        };
        for message in messages {
            self.pass_on(message, event, Some(mark(message, member)));
        }
    }

    fn pass_on(&self, message: &MessageId, event: DeliveryEvent, member: Option<MemberMark>) {
        // Nobody listening (a server without campaigns, the end of the process) is no error.
        let _ = self.to.send(MessageSignal {
            workspace: self.workspace,
            connection: self.connection,
            message: message.clone(),
            event,
            member,
            at: self.at,
        });
    }
}

/// Tells the members who got a message apart, and keeps none of their numbers.
fn mark(message: &MessageId, member: &str) -> MemberMark {
    let digest: [u8; 32] = Sha256::digest(format!("{message}\n{member}")).into();
    MemberMark::from_bytes(std::array::from_fn(|place| digest[place]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_told_apart_by_message_only() {
        let (one, two) = (MessageId::new([1; 9]), MessageId::new([2; 9]));
        assert_eq!(mark(&one, "9@lid"), mark(&one, "9@lid"));
        assert_ne!(mark(&one, "9@lid"), mark(&one, "8@lid"));
        assert_ne!(mark(&one, "9@lid"), mark(&two, "9@lid"));
    }
}
