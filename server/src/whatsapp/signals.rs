//! What WhatsApp tells about messages, passed on to whoever keeps the journal.

use arauto_app::domain::{
    ConnectionId, DeliveryEvent, FailureReason, MessageId, Timestamp, WorkspaceId,
};
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
        self.pass_on(message, event);
    }

    /// A member's device received messages, or a member read them.
    pub(super) fn received(&self, messages: &[MessageId], read: bool) {
        let event = if read {
            DeliveryEvent::Read
        } else {
            DeliveryEvent::Received
        };
        for message in messages {
            self.pass_on(message, event);
        }
    }

    fn pass_on(&self, message: &MessageId, event: DeliveryEvent) {
        // Nobody listening (a server without campaigns, the end of the process) is no error.
        let _ = self.to.send(MessageSignal {
            workspace: self.workspace,
            connection: self.connection,
            message: message.clone(),
            event,
            at: self.at,
        });
    }
}
