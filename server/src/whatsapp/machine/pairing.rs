//! Linking a phone: from the first code to the link, or to giving up.

use arauto_app::domain::{ConnectionCause, ConnectionState, PairingStep, Timestamp};

use super::{Effect, Life};

/// How often pairing tries to reach WhatsApp: somebody waits before the page, or has left it.
pub(super) const PAIRING_ATTEMPTS: u32 = 10;

impl Life {
    pub(super) fn show_qr(&mut self, text: String, expires_at: Timestamp) {
        let ConnectionState::Pairing { step } = &self.state else {
            return;
        };
        let number = match step {
            PairingStep::Opening => 1,
            PairingStep::Qr { number, .. } => number + 1,
        };
        let step = PairingStep::Qr {
            text,
            number,
            expires_at,
        };
        self.state = ConnectionState::Pairing { step };
    }

    pub(super) fn give_up_pairing(&mut self, cause: ConnectionCause) -> Vec<Effect> {
        if !matches!(self.state, ConnectionState::Pairing { .. }) {
            return Vec::new();
        }
        self.halt(ConnectionState::Unpaired { cause: Some(cause) })
    }
}
