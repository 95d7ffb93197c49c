//! The port to the engine: what a connection's actor needs of it, in our own words.

use std::sync::Arc;
use std::time::Duration;

use arauto_app::domain::{
    AddressingMode, ConnectionCause, ConnectionId, GroupJid, GroupMember, MessageId, Timestamp,
};
use async_trait::async_trait;
use futures::future::BoxFuture;
use tokio::sync::mpsc;

use super::{OutgoingMessage, SendError};
use crate::store::Lease;

/// Opens sessions.
pub trait Engine: Send + Sync {
    /// Begins a session of a connection, under its lease, once `ready` is done (what an earlier session had to store
    /// is stored), and returns at once. Everything that happens to it, from the first QR code to
    /// its end, arrives in order at `events`; [`SessionEvent::Ended`] is the last.
    ///
    /// A session is one connection to WhatsApp, from its opening to its loss: it never opens
    /// another one by itself, so whoever hosts it knows when the next attempt comes.
    ///
    /// Where no phone is linked it shows QR codes; with `code_for` it asks for a pairing code for
    /// that number (digits with the country code) instead, once.
    fn open(
        &self,
        lease: &Lease,
        code_for: Option<String>,
        ready: BoxFuture<'static, ()>,
        events: mpsc::UnboundedSender<SessionEvent>,
    ) -> Arc<dyn Session>;
    /// Forgets what it keeps in memory for a connection that was removed.
    fn forget(&self, connection: ConnectionId);
}

/// A session under way. Dropping the last reference ends it at once, as a crash would: what it
/// has not stored yet is lost.
#[async_trait]
pub trait Session: Send + Sync {
    /// Hands a message over; `Ok` means that the frame was written.
    async fn send(&self, message: &OutgoingMessage) -> Result<(), SendError>;
    /// Asks WhatsApp for an answer; how long it took, or `None` when none came within `deadline`.
    async fn ping(&self, deadline: Duration) -> Option<Duration>;
    /// The groups that the number takes part in.
    async fn groups(&self) -> Result<Vec<SeenGroup>, ConnectionCause>;
    /// One group; `None` when the number does not take part in it.
    async fn group(&self, jid: &GroupJid) -> Result<Option<SeenGroup>, ConnectionCause>;
    /// Who is in a group; `None` when the number does not take part in it.
    async fn members(&self, jid: &GroupJid) -> Result<Option<Vec<GroupMember>>, ConnectionCause>;
    /// Unlinks the device at WhatsApp, as far as WhatsApp can be reached, and ends the session. One
    /// that is still logging in is given a moment for that.
    async fn log_out(&self);
    /// Ends the session: stores what it has to store, closes the connection, and returns when
    /// nothing of it runs any more.
    async fn close(&self);
}

/// A group as WhatsApp described it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenGroup {
    /// Its address.
    pub jid: GroupJid,
    /// Its name.
    pub subject: String,
    /// How many people are in it.
    pub participants: u32,
    /// Only administrators may send.
    pub announce_only: bool,
    /// Our own number administers it.
    pub is_admin: bool,
    /// How its stanzas name its members.
    pub addressing_mode: AddressingMode,
    /// The name of the community that it belongs to, as far as WhatsApp told it.
    pub community: Option<String>,
}

/// Something that happened to a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    /// A QR code to scan, good for so long.
    Qr {
        /// The text that it carries.
        text: String,
        /// How long WhatsApp accepts it.
        valid_for: Duration,
    },
    /// No more QR codes come.
    QrExhausted,
    /// A pairing code to type into the phone, good for so long.
    PairingCode {
        /// Eight letters and digits.
        code: String,
        /// How long WhatsApp accepts it.
        valid_for: Duration,
    },
    /// There is no pairing code, or the one that was shown is worth nothing any more.
    PairingCodeOver {
        /// Why.
        cause: ConnectionCause,
    },
    /// WhatsApp demands a passkey of the account before it links the device.
    PasskeyDemanded,
    /// WhatsApp's answer to the scan was not genuine, or could not be used.
    PairingRefused,
    /// A phone linked the device.
    Paired {
        /// The phone's number: digits with the country code.
        phone: String,
    },
    /// Logged in and ready.
    Connected,
    /// WhatsApp answered a ping.
    Pong {
        /// How long that took.
        round_trip: Duration,
    },
    /// A ping stayed unanswered for as long as we wait.
    PingMissed,
    /// WhatsApp's server took a message of ours, or refused it with an error code.
    Acked {
        /// Which message.
        message: MessageId,
        /// The code of the refusal.
        error: Option<u16>,
    },
    /// A member's device received messages of ours, or a member read them.
    Receipt {
        /// Which messages.
        messages: Vec<MessageId>,
        /// Read, and not only received.
        read: bool,
        /// The member's address, without the device.
        member: String,
    },
    /// The phone that linked the device left a trace.
    PhoneSeen {
        /// When, by WhatsApp's clock: it may have waited for us.
        at: Timestamp,
        /// The messages that it received in the chat with ourselves.
        took: Vec<MessageId>,
    },
    /// A group changed.
    GroupChanged {
        /// Which group.
        jid: GroupJid,
        /// How.
        change: GroupChange,
        /// When, by WhatsApp's clock, which counts in seconds here.
        at: Timestamp,
    },
    /// Something else arrived: traffic flows.
    Traffic,
    /// The phone or WhatsApp ended the link.
    LoggedOut,
    /// Another program took over the same link.
    Replaced,
    /// WhatsApp refuses the number for a time, if it says for how long.
    TemporarilyBanned {
        /// For how long.
        lasts: Option<Duration>,
    },
    /// WhatsApp refuses the number.
    Banned,
    /// WhatsApp demands a newer client.
    ClientOutdated,
    /// WhatsApp refused the login for a reason that trying again does not mend.
    Refused,
    /// The session is over; nothing comes after this.
    Ended {
        /// Why.
        cause: ConnectionCause,
    },
}

/// How a group changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupChange {
    /// It has another name.
    Subject(String),
    /// Whether only administrators may send.
    AnnounceOnly(bool),
    /// People came (positive) or went (negative).
    Participants(i32),
    /// Whether our own number administers it.
    Admin(bool),
    /// Our own number is no longer in it, or it ended.
    Gone,
    /// Our own number came into it, or it changed in a way that takes asking.
    Unknown,
}
