//! Whom a message goes to.

use serde::{Deserialize, Serialize};

use super::{GroupJid, InvalidGroupJid};

/// Whom a message goes to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Recipient {
    /// A group that the connection takes part in.
    Group(GroupJid),
    /// The connection's own number, whichever that is when the message leaves: WhatsApp's chat with
    /// oneself.
    Oneself,
}

/// How [`Recipient::Oneself`] is written. No address on WhatsApp is a word without a server.
const ONESELF: &str = "oneself";

impl Recipient {
    /// The group's address, or a word for oneself.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Group(jid) => jid.as_str(),
            Self::Oneself => ONESELF,
        }
    }

    /// The group, if it is one.
    pub const fn group(&self) -> Option<&GroupJid> {
        match self {
            Self::Group(jid) => Some(jid),
            Self::Oneself => None,
        }
    }
}

impl From<GroupJid> for Recipient {
    fn from(jid: GroupJid) -> Self {
        Self::Group(jid)
    }
}

impl TryFrom<String> for Recipient {
    type Error = InvalidGroupJid;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == ONESELF {
            Ok(Self::Oneself)
        } else {
            GroupJid::try_from(text).map(Self::Group)
        }
    }
}

impl std::str::FromStr for Recipient {
    type Err = InvalidGroupJid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl From<Recipient> for String {
    fn from(recipient: Recipient) -> Self {
        match recipient {
            Recipient::Group(jid) => jid.into(),
            Recipient::Oneself => ONESELF.to_owned(),
        }
    }
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq<GroupJid> for Recipient {
    fn eq(&self, jid: &GroupJid) -> bool {
        self.group() == Some(jid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_is_written_and_read_alike_and_nobody_else_is_one() {
        for text in ["120363041234567890@g.us", ONESELF] {
            let recipient: Recipient = text.parse().unwrap();
            assert_eq!(String::from(recipient.clone()), text);
            assert_eq!(recipient.to_string(), text);
        }
        for text in ["", "eu", "5511955500142@s.whatsapp.net"] {
            assert!(text.parse::<Recipient>().is_err(), "{text:?}");
        }
    }
}
