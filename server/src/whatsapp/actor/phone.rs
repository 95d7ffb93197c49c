//! What an actor notes of the phone that linked its connection.

use arauto_app::domain::{Timestamp, is_phone_news};

use super::Actor;
use crate::whatsapp::ledger::Fact;

impl Actor {
    /// The phone left a trace. WhatsApp's clock may be ahead of ours.
    pub(super) fn note_phone(&mut self, at: Timestamp) {
        let at = at.min(self.around.clock.now());
        if self.life.linked && is_phone_news(self.phone_seen_at, at) {
            self.phone_seen_at = Some(at);
            self.ledger.enter(Fact::PhoneSeen(at));
        }
    }
}
