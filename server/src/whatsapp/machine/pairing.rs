//! Linking a phone: from the first code to the link, to the owner's decision about another number,
//! or to giving up.

use std::time::Duration;

use arauto_app::domain::{ConnectionCause, ConnectionState, PairingStep, PairingWay, Timestamp};

use super::backoff::backoff;
use super::{Effect, Life, Moment, WrongState};

/// How often pairing tries to reach WhatsApp: somebody waits before the page, or has left it.
const ATTEMPTS: u32 = 10;
/// How long after its end a pairing code is kept: the phone it was typed into in its last second is
/// still being answered.
const CODE_GRACE: Duration = Duration::from_secs(5);

impl Life {
    /// Whether it is on its way to a link: a code is shown, or is to come once WhatsApp can be
    /// reached.
    pub(super) fn is_pairing(&self) -> bool {
        use ConnectionState as S;
        !self.linked && matches!(self.state, S::Pairing { .. } | S::Reconnecting { .. })
    }

    /// Whether the session belongs to a number that its owner has not accepted yet.
    pub(super) fn is_other_number(&self) -> bool {
        matches!(self.state, ConnectionState::OtherNumber { .. })
    }

    /// Which way a phone is being linked.
    fn way(&self) -> PairingWay {
        match self.code_for {
            Some(_) => PairingWay::Code,
            None => PairingWay::Qr,
        }
    }

    /// Begins to pair; `code_for` is the number that a pairing code is wanted for.
    pub(super) fn pair(
        &mut self,
        code_for: Option<String>,
        moment: Moment,
    ) -> Result<Vec<Effect>, WrongState> {
        use ConnectionState as S;
        let mut effects = Vec::new();
        match self.state {
            // The series of codes goes on; another pairing code is another session.
            S::Pairing { .. } if code_for.is_none() && self.code_for.is_none() => {
                return Ok(Vec::new());
            }
            S::Pairing { .. } | S::Reconnecting { .. } if !self.linked => {
                effects.push(Effect::Close);
            }
            // Keys that cannot be read link nothing any more.
            S::Failed {
                cause: ConnectionCause::KeysUnreadable,
            } => {
                self.linked = false;
                effects.push(Effect::EraseLink);
            }
            S::OtherNumber { .. } => return Err(WrongState),
            _ if self.linked => return Err(WrongState),
            _ => {}
        }
        self.code_for = code_for;
        self.failures = 0;
        let step = PairingStep::Opening { way: self.way() };
        self.state = S::Pairing { step };
        effects.extend(self.open(moment));
        Ok(effects)
    }

    /// Opens a session to pair. While WhatsApp cannot be reached it stays one and the same
    /// `Reconnecting`, until a code shows.
    pub(super) fn open_to_pair(&mut self, moment: Moment) {
        if let ConnectionState::Reconnecting { cause, .. } = self.state {
            self.try_now(cause, moment);
        } else {
            let step = PairingStep::Opening { way: self.way() };
            self.state = ConnectionState::Pairing { step };
        }
    }

    pub(super) fn show_qr(&mut self, text: String, expires_at: Timestamp) {
        let number = match &self.state {
            // Whoever is told of the passkey is not sent back to the code.
            ConnectionState::Pairing {
                step: PairingStep::PasskeyRequired { .. },
            } => return,
            ConnectionState::Pairing {
                step: PairingStep::Qr { number, .. },
            } => number + 1,
            _ if self.is_pairing() && self.code_for.is_none() => 1,
            _ => return,
        };
        let step = PairingStep::Qr {
            text,
            number,
            expires_at,
        };
        self.state = ConnectionState::Pairing { step };
    }

    pub(super) fn show_code(&mut self, code: String, expires_at: Timestamp) {
        let Some(phone) = self.code_for.clone().filter(|_| self.is_pairing()) else {
            return;
        };
        let step = PairingStep::Code {
            code,
            phone,
            expires_at,
        };
        self.state = ConnectionState::Pairing { step };
        self.wake_at = Some(expires_at.plus(CODE_GRACE));
    }

    pub(super) fn ask_for_passkey(&mut self) {
        if self.is_pairing() {
            let step = PairingStep::PasskeyRequired { way: self.way() };
            self.state = ConnectionState::Pairing { step };
        }
    }

    /// Ends pairing for a reason. Once a passkey was demanded, that is the reason.
    pub(super) fn give_up_pairing(&mut self, cause: ConnectionCause) -> Vec<Effect> {
        if !self.is_pairing() {
            return Vec::new();
        }
        let cause = match self.state {
            ConnectionState::Pairing {
                step: PairingStep::PasskeyRequired { .. },
            } => ConnectionCause::PasskeyDemanded,
            _ => cause,
        };
        self.halt(ConnectionState::Unpaired { cause: Some(cause) })
    }

    /// What the phone or the device signed was not genuine: the keys are worth nothing.
    pub(super) fn refuse_pairing(&mut self) -> Vec<Effect> {
        let mut effects = self.give_up_pairing(ConnectionCause::PairingRefused);
        if !effects.is_empty() {
            effects.push(Effect::EraseLink);
        }
        effects
    }

    /// A phone linked it. One of another number than before waits for the owner's decision.
    pub(super) fn paired(&mut self, phone: String) -> Vec<Effect> {
        self.code_for = None;
        self.failures = 0;
        self.answers = false;
        match &self.known {
            Some(known) if *known != phone => {
                let known = known.clone();
                self.rest(ConnectionState::OtherNumber { phone, known });
                Vec::new()
            }
            _ => {
                self.rest(ConnectionState::Syncing);
                vec![self.record_link(phone)]
            }
        }
    }

    fn record_link(&mut self, phone: String) -> Effect {
        self.linked = true;
        self.groups_unread = true;
        self.known = Some(phone.clone());
        Effect::RecordLink { phone }
    }

    /// The owner wants the other number: its groups are read, and it may send.
    pub(super) fn use_other_number(&mut self, moment: Moment) -> Result<Vec<Effect>, WrongState> {
        let ConnectionState::OtherNumber { phone, .. } = &self.state else {
            return Err(WrongState);
        };
        let phone = phone.clone();
        let waits = self.wake_at.is_some();
        self.rest(ConnectionState::Syncing);
        let mut effects = vec![self.record_link(phone)];
        if waits {
            effects.extend(self.open(moment));
        } else if self.answers {
            // The next answer proves that it is online: it is asked for at once.
            effects.push(Effect::StartPings);
        }
        Ok(effects)
    }

    /// The owner does not want the other number.
    pub(super) fn unlink_other_number(&mut self) -> Result<Vec<Effect>, WrongState> {
        if !self.is_other_number() {
            return Err(WrongState);
        }
        let cause = Some(ConnectionCause::OtherNumber);
        self.rest(ConnectionState::Unpaired { cause });
        Ok(vec![Effect::LogOut, Effect::EraseLink])
    }

    /// The process ended while it was on its way to a link. Nobody looks at the code any more, and a
    /// phone may have linked it without our noting that.
    pub(super) fn restored_unlinked(&mut self, cause: Option<ConnectionCause>) -> Vec<Effect> {
        self.rest(ConnectionState::Unpaired { cause });
        vec![Effect::EraseLink]
    }

    /// Its session ended while no phone is linked. Only an unreachable WhatsApp is worth another
    /// try, and not for ever.
    pub(super) fn ended_unlinked(&mut self, cause: ConnectionCause, moment: Moment) -> Vec<Effect> {
        let passing = matches!(
            cause,
            ConnectionCause::Unreachable | ConnectionCause::Storage
        );
        let passkey = matches!(
            self.state,
            ConnectionState::Pairing {
                step: PairingStep::PasskeyRequired { .. }
            }
        );
        if passkey || !passing || self.failures + 1 >= ATTEMPTS {
            return self.give_up_pairing(cause);
        }
        let pause = backoff(self.failures, moment.draw);
        self.failures += 1;
        self.wait(moment.now.plus(pause), Some(cause));
        Vec::new()
    }

    /// The session of a number that waits for its owner's decision ended: another one is opened, so
    /// that the device can be unlinked when that is what the owner decides.
    pub(super) fn ended_undecided(&mut self, moment: Moment) -> Vec<Effect> {
        let pause = backoff(self.failures, moment.draw);
        self.failures += 1;
        self.missed_pings = 0;
        self.answers = false;
        self.wake_at = Some(moment.now.plus(pause));
        Vec::new()
    }
}
