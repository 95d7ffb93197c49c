//! WhatsApp restricts a number: its sending pauses by itself.

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;

/// That WhatsApp restricted the number of a connection. While it lasts nothing is sent: what gets a
/// restricted number blocked for good is going on as if nothing had happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restriction {
    /// When WhatsApp said so.
    pub since: Timestamp,
    /// How it said so.
    pub cause: RestrictionCause,
    /// When it ends by itself; `None` until its owner resumes the sending.
    pub until: Option<Timestamp>,
}

/// How WhatsApp told of a restriction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestrictionCause {
    /// It refused a message because the account is restricted (ack error 463).
    MessageRefused,
    /// It blocked the number for a while (connect failure 402).
    TemporaryBan,
}

impl Restriction {
    /// Whether it is in force at `now`.
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}
