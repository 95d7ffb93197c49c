//! A linked WhatsApp number and what can be said of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    AfterOutage, ConnectionId, Limits, Outage, PairingStep, PhoneAbsence, Restriction, Timestamp,
    WorkspaceId,
};

/// Most characters of a connection's name.
pub const CONNECTION_NAME_MAX_CHARS: usize = 60;

/// A linked WhatsApp number, or the place for one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its identifier.
    pub id: ConnectionId,
    /// The workspace that owns it.
    pub workspace: WorkspaceId,
    /// The name that its owner gave it.
    pub name: String,
    /// The number, digits with the country code, of the phone that linked it last; it stays known
    /// when the link ends.
    pub phone: Option<String>,
    /// The state that was last true. A restart begins from here.
    pub state: ConnectionState,
    /// When the state became true.
    pub state_since: Timestamp,
    /// When a phone linked it; `None` while it is not linked.
    pub linked_at: Option<Timestamp>,
    /// When the phone last left a trace, to the hour; it stays known when the link ends.
    pub phone_seen_at: Option<Timestamp>,
    /// When its groups were last read from WhatsApp, completely.
    pub groups_synced_at: Option<Timestamp>,
    /// What becomes of messages that waited through a long outage.
    pub after_outage: AfterOutage,
    /// When its queue last knew it able to send. Noted once a minute while messages wait, so that a
    /// later process knows for how long they waited.
    pub able_at: Option<Timestamp>,
    /// The long outage whose messages are not settled.
    pub outage: Option<Outage>,
    /// How fast it may send, if its owner set that.
    pub pace: Option<Limits>,
    /// That WhatsApp restricted its number, until that ends or its owner resumes the sending.
    pub restriction: Option<Restriction>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Connection {
    /// Whether a phone has linked it. The number alone does not tell: it stays known.
    pub const fn is_linked(&self) -> bool {
        self.linked_at.is_some()
    }

    /// Whether WhatsApp restricts its number at `now`, as far as it told.
    pub fn is_restricted(&self, now: Timestamp) -> bool {
        (self.restriction).is_some_and(|restriction| restriction.holds_at(now))
    }

    /// Whether its owner has to look after it, and did not leave it like this: it does not send, or
    /// will not for long.
    pub fn needs_owner(&self, now: Timestamp) -> bool {
        if self.is_restricted(now) {
            return true;
        }
        match self.state {
            // Somebody's own wish, or the beginning.
            ConnectionState::Stopped => false,
            ConnectionState::Unpaired { cause } => cause.is_some() && self.phone.is_some(),
            // It ends by itself, and yet campaigns wait.
            ConnectionState::TemporarilyBanned { .. } => true,
            _ => self.state.needs_person() || PhoneAbsence::of(self, now).is_some(),
        }
    }
}

/// What state a connection is in. Whoever reads `Online` may rely on it: traffic proved it within
/// the last minute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ConnectionState {
    /// No phone has linked it, or its link was ended and its keys erased.
    Unpaired {
        /// Why it is so, when something other than "never paired" happened.
        cause: Option<ConnectionCause>,
    },
    /// It waits for a phone.
    Pairing {
        /// What the person has to do.
        step: PairingStep,
    },
    /// A phone of another number than before linked it. Nothing is sent until its owner decides.
    OtherNumber {
        /// The number of the phone that linked it now.
        phone: String,
        /// The number that it had before.
        known: String,
    },
    /// Linked, reading what WhatsApp has for it.
    Syncing,
    /// Traffic flows.
    Online,
    /// Two pings unanswered: it may or may not flow.
    Unstable,
    /// Not connected, trying again.
    Reconnecting {
        /// Which attempt comes next, counted from 1.
        attempt: u32,
        /// When it comes.
        next_at: Timestamp,
        /// Why the last one failed.
        cause: Option<ConnectionCause>,
    },
    /// Its owner paused it.
    Stopped,
    /// The phone (or WhatsApp) ended the link.
    LoggedOut,
    /// Another program uses the same link.
    Replaced,
    /// WhatsApp refuses the number until then.
    TemporarilyBanned {
        /// When WhatsApp says that it ends, if it says.
        until: Option<Timestamp>,
    },
    /// WhatsApp refuses the number.
    Banned,
    /// WhatsApp demands a newer client.
    ClientOutdated,
    /// Something that trying again does not mend.
    Failed {
        /// What.
        cause: ConnectionCause,
    },
}

impl ConnectionState {
    /// Whether messages may be sent now.
    pub const fn can_send(&self) -> bool {
        matches!(self, Self::Online)
    }

    /// Whether a start of the server brings it back by itself: it is linked and nobody stopped it.
    pub const fn comes_back(&self) -> bool {
        matches!(
            self,
            Self::Syncing | Self::Online | Self::Unstable | Self::Reconnecting { .. }
        )
    }

    /// Whether only a person can change it: no waiting helps.
    pub const fn needs_person(&self) -> bool {
        matches!(
            self,
            Self::Unpaired { .. }
                | Self::OtherNumber { .. }
                | Self::Stopped
                | Self::LoggedOut
                | Self::Replaced
                | Self::Banned
                | Self::ClientOutdated
                | Self::Failed { .. }
        )
    }
}

/// Why a connection is in its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionCause {
    /// WhatsApp cannot be reached: no network, no name resolution, refused or timed out.
    Unreachable,
    /// The connection was lost while it flowed.
    ConnectionLost,
    /// Pings stayed unanswered.
    Silence,
    /// The last QR code of the series expired unread.
    QrExpired,
    /// The pairing code expired unused, or the phone that it was typed into did not go on.
    CodeExpired,
    /// WhatsApp gives out no more pairing codes for now: too many were asked for.
    CodesThrottled,
    /// WhatsApp does not offer pairing codes to this number.
    CodesUnavailable,
    /// WhatsApp gave no pairing code for this number, or did not go on with it: it does not say
    /// whether the number is wrong or was asked for too often.
    CodeRefused,
    /// WhatsApp demanded a passkey of the account, which Arauto cannot show.
    PasskeyDemanded,
    /// A phone of another number linked it, and its owner did not want that number.
    OtherNumber,
    /// The phone or WhatsApp refused the pairing.
    PairingRefused,
    /// WhatsApp's server answered with an error of its own and asks to come again.
    ServerTrouble,
    /// WhatsApp was asked too often and wants to be left alone for a while.
    RateLimited,
    /// WhatsApp's answer was not understood.
    Protocol,
    /// Our own store could not keep the session's keys.
    Storage,
    /// The session's keys cannot be read: wrong encryption key or damaged data.
    KeysUnreadable,
    /// The server that ran it is gone; another one takes it as soon as that is certain.
    ServerGone,
}

/// What traffic proves about a connection, as long as this server process has run it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionHealth {
    /// The last ping that WhatsApp answered.
    pub last_pong_at: Option<Timestamp>,
    /// How long that answer took.
    pub round_trip: Option<Duration>,
    /// The last acknowledgement of a message of ours.
    pub last_ack_at: Option<Timestamp>,
    /// The last stanza of any kind from WhatsApp.
    pub last_event_at: Option<Timestamp>,
    /// Since when it has been online without a break.
    pub online_since: Option<Timestamp>,
    /// How often it had to reconnect since this server process started.
    pub reconnections: u32,
}
