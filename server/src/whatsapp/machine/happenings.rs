//! What can happen to a connection, what a person can ask of it, and what is to be done then.

use std::time::Duration;

use arauto_app::domain::Timestamp;
use serde::{Deserialize, Serialize};

use crate::whatsapp::session::SessionEvent;

/// Something that happens to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// The server starts, `spread` after the first of its connections.
    Restored {
        /// How long this connection waits for its turn.
        spread: Duration,
    },
    /// The time to try again has come.
    WakeUp,
    /// A person asks for something.
    Asked(Request),
    /// An acknowledgement is overdue: the connection is to be opened anew.
    AckOverdue,
    /// Its session tells something.
    Session(SessionEvent),
}

/// What a person can ask of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Begin pairing by QR code.
    Pair,
    /// Begin pairing by a code that is typed into the phone of this number, or ask for another one.
    PairByCode {
        /// Digits with the country code.
        phone: String,
    },
    /// Give up pairing.
    CancelPairing,
    /// Go on with the other number that linked it.
    UseOtherNumber,
    /// Unlink the other number that linked it.
    UnlinkOtherNumber,
    /// Bring it back now.
    Resume,
    /// Pause it.
    Stop,
    /// Take it apart: it is being removed.
    Remove,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Open a session.
    Open,
    /// Close the session.
    Close,
    /// Unlink the device at WhatsApp and close the session.
    LogOut,
    /// Note that a phone linked it.
    RecordLink {
        /// The phone's number.
        phone: String,
    },
    /// Note that the link ended, and erase the keys.
    EraseLink,
    /// Begin to ping.
    StartPings,
    /// Read the groups.
    SyncGroups,
}

/// The present time and a number drawn evenly from 0 to 1, for waits that must not march in step.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The present time.
    pub now: Timestamp,
    /// The drawn number.
    pub draw: f64,
}

/// The request makes no sense in the present state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongState;
