//! What is our own among what WhatsApp names.

use wa_rs::{Client, GroupParticipant, Jid};
use wacore::stanza::groups::GroupParticipantInfo;

/// Our own number, by both of its names.
#[derive(Default)]
pub(super) struct Own {
    pub(super) phone: Option<Jid>,
    pub(super) lid: Option<Jid>,
}

impl Own {
    pub(super) fn of(client: &Client) -> Self {
        Self {
            phone: client.pn(),
            lid: client.lid(),
        }
    }

    /// Whether this is a device of our own number.
    pub(super) fn is(&self, jid: &Jid) -> bool {
        [&self.phone, &self.lid]
            .into_iter()
            .flatten()
            .any(|own| own.user == jid.user && own.server == jid.server)
    }

    pub(super) fn is_one(&self, participant: &GroupParticipant) -> bool {
        let names = [&participant.phone_number, &participant.lid];
        self.is(&participant.jid) || names.into_iter().flatten().any(|jid| self.is(jid))
    }

    pub(super) fn is_among(&self, participants: &[GroupParticipantInfo]) -> bool {
        participants.iter().any(|participant| {
            let names = [&participant.phone_number, &participant.lid];
            self.is(&participant.jid) || names.into_iter().flatten().any(|jid| self.is(jid))
        })
    }
}
