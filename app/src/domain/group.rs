//! WhatsApp groups that a connection takes part in.

use serde::{Deserialize, Serialize};

use super::{CampaignId, ConnectionId, GroupTraits, RunId, Timestamp};

/// The address of a group on WhatsApp, such as `120363041234567890@g.us`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupJid(String);

/// This text is not the address of a group.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("parse {0:?} as the JID of a group")]
pub struct InvalidGroupJid(String);

impl GroupJid {
    /// The address as WhatsApp writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for GroupJid {
    type Error = InvalidGroupJid;

    /// Accepts digits, or two runs of digits joined by a hyphen (groups made before 2021), at `g.us`.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let user = text.strip_suffix("@g.us").unwrap_or_default();
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if user.len() <= 64 && user.splitn(2, '-').all(digits) {
            Ok(Self(text))
        } else {
            Err(InvalidGroupJid(text))
        }
    }
}

impl std::str::FromStr for GroupJid {
    type Err = InvalidGroupJid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl From<GroupJid> for String {
    fn from(jid: GroupJid) -> Self {
        jid.0
    }
}

impl std::fmt::Display for GroupJid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a group's stanzas name its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressingMode {
    /// By hidden identifier (`…@lid`).
    Lid,
    /// By phone number (`…@s.whatsapp.net`).
    Pn,
}

/// Whether the connection still belongs to the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupStanding {
    /// It is in it, as far as the latest sync and the changes since then tell.
    Member,
    /// It was in it and no longer is: it left, was removed, or the group ended.
    Gone,
}

/// A group as the latest sync saw it, with the changes that WhatsApp told of since then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The connection that takes part in it.
    pub connection: ConnectionId,
    /// Its address.
    pub jid: GroupJid,
    /// Its name; WhatsApp calls it the subject.
    pub subject: String,
    /// How many people are in it.
    pub participants: u32,
    /// Only administrators may send.
    pub announce_only: bool,
    /// The connection's own number administers it.
    pub is_admin: bool,
    /// How its stanzas name its members.
    pub addressing_mode: AddressingMode,
    /// The name of the community that it belongs to, if it does and WhatsApp told it.
    #[serde(default)]
    pub community: Option<String>,
    /// Whether the connection still belongs to it.
    pub standing: GroupStanding,
    /// When a sync last saw it.
    pub synced_at: Timestamp,
}

impl Group {
    /// Whether WhatsApp would take a message of ours to it, as far as the latest sync tells.
    pub fn accepts_messages(&self) -> bool {
        GroupTraits::from(self).accept_messages()
    }
}

/// The last message of ours that WhatsApp took for a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastSent {
    /// The group.
    pub jid: GroupJid,
    /// When WhatsApp took it.
    pub at: Timestamp,
    /// The run that it belonged to.
    pub run: RunId,
    /// The campaign of that run.
    pub campaign: CampaignId,
}

/// Somebody in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupMember {
    /// The number, digits with the country code; `None` where WhatsApp hides it.
    pub phone: Option<String>,
    /// Whether they administer the group.
    pub is_admin: bool,
    /// Whether it is the connection's own number.
    pub is_us: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_group_addresses_parse() {
        for good in ["120363041234567890@g.us", "5511955500142-1600000000@g.us"] {
            assert_eq!(good.parse::<GroupJid>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "@g.us",
            "12a@g.us",
            "1-@g.us",
            "5511955500142@s.whatsapp.net",
            "1@g.us ",
        ] {
            assert!(bad.parse::<GroupJid>().is_err(), "{bad:?}");
        }
    }
}
