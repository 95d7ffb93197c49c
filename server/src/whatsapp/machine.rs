//! The life of a connection as a pure function: where it stands and what happens give where it
//! stands next and what is to be done. No I/O, no clock, no randomness: see `actor` for those.

mod backoff;
mod happenings;
mod pairing;

use std::mem::discriminant;
use std::time::Duration;

use arauto_app::domain::{Connection, ConnectionCause, ConnectionState, Restoration, Timestamp};

use self::backoff::backoff;
pub use self::happenings::{Effect, Happening, Moment, Request, WrongState};
use super::session::SessionEvent;

/// Unanswered pings after which traffic is in doubt.
const MISSED_UNTIL_UNSTABLE: u32 = 2;
/// Unanswered pings after which the connection is opened anew.
const MISSED_UNTIL_REOPENED: u32 = 3;
/// How long a connection must have been online for the next loss to count as the first.
const STABLE_AFTER: Duration = Duration::from_secs(30);

/// Where a connection stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// The state that everybody sees.
    pub state: ConnectionState,
    /// Since when; counting on within it (another QR code, another attempt) does not renew it.
    pub since: Timestamp,
    /// Whether a phone has linked it.
    pub linked: bool,
    /// When to try again by itself.
    pub wake_at: Option<Timestamp>,
    /// Whether its groups were never read.
    pub groups_unread: bool,
    /// How far the start of the server is with it, if that brings it back.
    pub restoration: Option<Restoration>,
    /// While no phone is linked: the number that a pairing code is wanted for, instead of QR codes.
    pub code_for: Option<String>,
    /// The number of the phone that linked it last.
    known: Option<String>,
    /// Attempts that failed since it was last online for a while.
    failures: u32,
    /// Pings unanswered in a row.
    missed_pings: u32,
    /// Whether the session of a number that waits for its owner's decision answers pings.
    answers: bool,
}

impl Life {
    /// The life of a connection as the store has it.
    pub fn stored(connection: &Connection) -> Self {
        Self {
            state: connection.state.clone(),
            since: connection.state_since,
            linked: connection.linked_at.is_some(),
            wake_at: None,
            groups_unread: connection.groups_synced_at.is_none(),
            restoration: None,
            code_for: None,
            known: connection.phone.clone(),
            failures: 0,
            missed_pings: 0,
            answers: false,
        }
    }

    /// What `happening` makes of it.
    ///
    /// # Errors
    /// [`WrongState`] when a person asks for something that the state does not allow.
    pub fn after(
        &self,
        happening: Happening,
        moment: Moment,
    ) -> Result<(Self, Vec<Effect>), WrongState> {
        let mut next = self.clone();
        let effects = match happening {
            Happening::Restored { spread } => next.restored(spread, moment),
            Happening::WakeUp => next.woken(moment),
            Happening::Asked(request) => next.asked(request, moment)?,
            Happening::AckOverdue => next.ack_overdue(moment),
            Happening::Session(event) => next.told(event, moment),
        };
        if discriminant(&next.state) != discriminant(&self.state) {
            next.since = moment.now;
        }
        if next.first_attempt_is_through() {
            next.restoration = next.restoration.map(|_| Restoration::Done);
        }
        Ok((next, effects))
    }

    fn first_attempt_is_through(&self) -> bool {
        match self.state {
            ConnectionState::Reconnecting { .. } => self.failures > 0,
            ConnectionState::Syncing => false,
            _ => true,
        }
    }

    fn rest(&mut self, state: ConnectionState) {
        self.state = state;
        self.wake_at = None;
        self.missed_pings = 0;
    }

    fn restored(&mut self, spread: Duration, moment: Moment) -> Vec<Effect> {
        use ConnectionState as S;
        match self.state {
            S::TemporarilyBanned { until } => self.wake_at = until,
            S::OtherNumber { .. } => self.wake_at = Some(moment.now.plus(spread)),
            S::Pairing { .. } if !self.linked => return self.restored_unlinked(None),
            S::Reconnecting { cause, .. } if !self.linked => return self.restored_unlinked(cause),
            _ if self.state.comes_back() || matches!(self.state, S::Pairing { .. }) => {
                if !self.linked {
                    return self.restored_unlinked(None);
                }
                self.wait(moment.now.plus(spread), None);
                self.restoration = Some(Restoration::UnderWay);
            }
            // The link ended, and the process with it before the keys were erased.
            S::Unpaired { .. } | S::LoggedOut if self.linked => {
                self.linked = false;
                return vec![Effect::EraseLink];
            }
            _ => {}
        }
        Vec::new()
    }

    fn woken(&mut self, moment: Moment) -> Vec<Effect> {
        if self.wake_at.take().is_none_or(|at| at > moment.now) {
            return Vec::new();
        }
        if matches!(self.state, ConnectionState::Pairing { .. }) {
            return self.give_up_pairing(ConnectionCause::CodeExpired);
        }
        self.open(moment)
    }

    /// Opens a session: to pair when no phone is linked, else to reconnect.
    fn open(&mut self, moment: Moment) -> Vec<Effect> {
        self.wake_at = None;
        self.missed_pings = 0;
        self.answers = false;
        match self.state {
            ConnectionState::OtherNumber { .. } => {}
            _ if !self.linked => self.open_to_pair(moment),
            ConnectionState::Reconnecting { cause, .. } => self.try_now(cause, moment),
            _ => self.try_now(None, moment),
        }
        vec![Effect::Open]
    }

    fn try_now(&mut self, cause: Option<ConnectionCause>, moment: Moment) {
        self.state = ConnectionState::Reconnecting {
            attempt: self.failures.max(1),
            next_at: moment.now,
            cause,
        };
    }

    /// Waits until `next_at` to open a session.
    fn wait(&mut self, next_at: Timestamp, cause: Option<ConnectionCause>) {
        self.missed_pings = 0;
        self.wake_at = Some(next_at);
        self.state = ConnectionState::Reconnecting {
            attempt: self.failures.max(1),
            next_at,
            cause,
        };
    }

    fn asked(&mut self, request: Request, moment: Moment) -> Result<Vec<Effect>, WrongState> {
        use ConnectionState as S;
        Ok(match request {
            Request::Pair => self.pair(None, moment)?,
            Request::PairByCode { phone } => self.pair(Some(phone), moment)?,
            Request::CancelPairing if self.is_pairing() => {
                self.rest(S::Unpaired { cause: None });
                vec![Effect::Close]
            }
            Request::UseOtherNumber => self.use_other_number(moment)?,
            Request::UnlinkOtherNumber => self.unlink_other_number()?,
            Request::Resume => match self.state {
                S::Online | S::Syncing | S::Unstable => Vec::new(),
                S::Pairing { .. } | S::Unpaired { .. } | S::OtherNumber { .. } | S::LoggedOut => {
                    return Err(WrongState);
                }
                _ => {
                    self.failures = 0;
                    let mut effects = vec![Effect::Close];
                    effects.extend(self.open(moment));
                    effects
                }
            },
            Request::Stop if self.linked => {
                self.rest(S::Stopped);
                vec![Effect::Close]
            }
            Request::CancelPairing | Request::Stop => return Err(WrongState),
            Request::Remove => {
                let unlink = if self.linked || self.is_other_number() {
                    Effect::LogOut
                } else {
                    Effect::Close
                };
                self.linked = false;
                self.rest(S::Unpaired { cause: None });
                vec![unlink, Effect::EraseLink]
            }
        })
    }

    fn ack_overdue(&mut self, moment: Moment) -> Vec<Effect> {
        match self.state {
            ConnectionState::Online | ConnectionState::Unstable => self.reopen(moment),
            // In every other state there is no connection to be renewed, or it is new.
            _ => Vec::new(),
        }
    }

    /// Gives up a silent connection and opens another one at once.
    fn reopen(&mut self, moment: Moment) -> Vec<Effect> {
        if !self.is_other_number() {
            self.wait(moment.now, Some(ConnectionCause::Silence));
        }
        let mut effects = vec![Effect::Close];
        effects.extend(self.open(moment));
        effects
    }

    fn told(&mut self, event: SessionEvent, moment: Moment) -> Vec<Effect> {
        use ConnectionState as S;
        match event {
            SessionEvent::Qr { text, valid_for } => {
                self.show_qr(text, moment.now.plus(valid_for));
                Vec::new()
            }
            SessionEvent::QrExhausted => self.give_up_pairing(ConnectionCause::QrExpired),
            SessionEvent::PairingCode { code, valid_for } => {
                self.show_code(code, moment.now.plus(valid_for));
                Vec::new()
            }
            SessionEvent::PairingCodeOver { cause } => self.give_up_pairing(cause),
            SessionEvent::PasskeyDemanded => {
                self.ask_for_passkey();
                Vec::new()
            }
            SessionEvent::PairingRefused => self.refuse_pairing(),
            SessionEvent::Paired { phone } => self.paired(phone),
            SessionEvent::Connected => {
                if !self.is_other_number() {
                    self.rest(S::Syncing);
                }
                vec![Effect::StartPings]
            }
            SessionEvent::Pong { .. } => self.answered(),
            SessionEvent::PingMissed => self.unanswered(moment),
            SessionEvent::LoggedOut => {
                self.linked = false;
                self.rest(S::LoggedOut);
                vec![Effect::Close, Effect::EraseLink]
            }
            SessionEvent::Replaced => self.halt(S::Replaced),
            SessionEvent::Banned => self.halt(S::Banned),
            SessionEvent::ClientOutdated => self.halt(S::ClientOutdated),
            SessionEvent::Refused => self.halt(S::Failed {
                cause: ConnectionCause::Protocol,
            }),
            SessionEvent::TemporarilyBanned { lasts } => {
                let until = lasts.map(|lasts| moment.now.plus(lasts));
                let effects = self.halt(S::TemporarilyBanned { until });
                self.wake_at = until;
                effects
            }
            SessionEvent::Ended { cause } => self.ended(cause, moment),
            SessionEvent::Acked { .. }
            | SessionEvent::Receipt { .. }
            | SessionEvent::PhoneSeen { .. }
            | SessionEvent::GroupChanged { .. }
            | SessionEvent::Traffic => Vec::new(),
        }
    }

    /// Ends the session for good. A number that its owner had not accepted is not kept for later.
    fn halt(&mut self, state: ConnectionState) -> Vec<Effect> {
        if self.is_other_number() {
            let cause = Some(ConnectionCause::PairingRefused);
            self.rest(ConnectionState::Unpaired { cause });
            return vec![Effect::Close, Effect::EraseLink];
        }
        self.rest(state);
        vec![Effect::Close]
    }

    fn answered(&mut self) -> Vec<Effect> {
        self.missed_pings = 0;
        self.answers = true;
        if !matches!(
            self.state,
            ConnectionState::Syncing | ConnectionState::Unstable
        ) {
            return Vec::new();
        }
        self.state = ConnectionState::Online;
        if std::mem::take(&mut self.groups_unread) {
            return vec![Effect::SyncGroups];
        }
        Vec::new()
    }

    fn unanswered(&mut self, moment: Moment) -> Vec<Effect> {
        self.missed_pings += 1;
        if self.missed_pings >= MISSED_UNTIL_REOPENED {
            return self.reopen(moment);
        }
        if self.missed_pings >= MISSED_UNTIL_UNSTABLE && !self.is_other_number() {
            self.state = ConnectionState::Unstable;
        }
        Vec::new()
    }

    /// Its session is over although nobody asked for that.
    fn ended(&mut self, cause: ConnectionCause, moment: Moment) -> Vec<Effect> {
        use ConnectionState as S;
        if cause == ConnectionCause::KeysUnreadable {
            return self.halt(S::Failed { cause });
        }
        match self.state {
            S::OtherNumber { .. } => return self.ended_undecided(moment),
            _ if self.is_pairing() => return self.ended_unlinked(cause, moment),
            S::Online | S::Unstable if moment.now.since(self.since) >= STABLE_AFTER => {
                self.failures = 0;
            }
            S::Online | S::Unstable | S::Syncing | S::Reconnecting { .. } => {}
            // It rests already, and the state says why.
            _ => return Vec::new(),
        }
        let pause = backoff(self.failures, moment.draw);
        self.failures += 1;
        self.wait(moment.now.plus(pause), Some(cause));
        Vec::new()
    }
}

#[cfg(test)]
mod tests;
