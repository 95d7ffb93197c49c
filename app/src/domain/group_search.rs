//! Looking for groups: what a person asks for, where a page of the answer begins, and what the
//! answer adds up to.

use serde::{Deserialize, Serialize};

use super::group::{Group, GroupJid, GroupStanding};

/// What a person looks for among the groups of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GroupQuery {
    /// Part of the subject, empty for any. Neither case nor accents matter.
    #[serde(default)]
    pub text: String,
    /// Which of those.
    #[serde(default)]
    pub kind: GroupKind,
}

/// A kind of group that a person may ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// Every group, also one that is gone.
    #[default]
    All,
    /// Those that take our messages.
    CanSend,
    /// Those where only administrators send, whether or not we are one.
    OnlyAdmins,
    /// Those that the connection is no longer in.
    Left,
}

impl GroupKind {
    /// Every kind, in the order in which people choose.
    pub const EVERY: [Self; 4] = [Self::All, Self::CanSend, Self::OnlyAdmins, Self::Left];

    /// The word for it in a page's address; a person may read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "todos",
            Self::CanSend => "recebem",
            Self::OnlyAdmins => "admins",
            Self::Left => "fora",
        }
    }
}

/// This word names no kind of group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("parse the kind of group")]
pub struct InvalidGroupKind;

impl std::str::FromStr for GroupKind {
    type Err = InvalidGroupKind;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let mut kinds = Self::EVERY.into_iter();
        kinds
            .find(|kind| kind.as_str() == word)
            .ok_or(InvalidGroupKind)
    }
}

/// Where a group stands in the order in which people see groups: by its subject as searches read
/// it (see [`GroupQuery::text`]), then by its address. The next page begins after such a place, so
/// that groups which come, go or change their names in between never repeat or skip others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GroupPlace {
    /// The subject without case and accents.
    #[serde(default)]
    pub subject: String,
    /// The address.
    pub jid: GroupJid,
}

impl std::fmt::Display for GroupPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.jid, self.subject)
    }
}

impl std::str::FromStr for GroupPlace {
    type Err = super::group::InvalidGroupJid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (jid, subject) = text.split_once(' ').unwrap_or((text, ""));
        Ok(Self {
            subject: subject.to_owned(),
            jid: jid.parse()?,
        })
    }
}

/// What decides of which kinds a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupTraits {
    /// [`Group::standing`]
    pub standing: GroupStanding,
    /// [`Group::announce_only`]
    pub announce_only: bool,
    /// [`Group::is_admin`]
    pub is_admin: bool,
}

impl GroupTraits {
    /// Whether the connection is in it.
    pub const fn is_member(self) -> bool {
        matches!(self.standing, GroupStanding::Member)
    }

    /// Whether WhatsApp would take a message of ours.
    pub const fn accept_messages(self) -> bool {
        self.is_member() && (!self.announce_only || self.is_admin)
    }

    /// Whether a group like this is of a kind.
    pub const fn are(self, kind: GroupKind) -> bool {
        match kind {
            GroupKind::All => true,
            GroupKind::CanSend => self.accept_messages(),
            GroupKind::OnlyAdmins => self.is_member() && self.announce_only,
            GroupKind::Left => !self.is_member(),
        }
    }
}

impl From<&Group> for GroupTraits {
    fn from(group: &Group) -> Self {
        Self {
            standing: group.standing,
            announce_only: group.announce_only,
            is_admin: group.is_admin,
        }
    }
}

/// How many groups of each kind there are, and how many of those take our messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupCounts {
    all: u32,
    can_send: u32,
    only_admins: u32,
    /// Of `only_admins`, those that we administer.
    administered: u32,
    left: u32,
}

impl GroupCounts {
    /// Counts so many groups.
    pub fn add(&mut self, traits: GroupTraits, groups: u32) {
        let count = |kind| if traits.are(kind) { groups } else { 0 };
        self.all += count(GroupKind::All);
        self.can_send += count(GroupKind::CanSend);
        self.only_admins += count(GroupKind::OnlyAdmins);
        self.left += count(GroupKind::Left);
        if traits.accept_messages() {
            self.administered += count(GroupKind::OnlyAdmins);
        }
    }

    /// How many there are of one kind.
    pub const fn of(&self, kind: GroupKind) -> u32 {
        match kind {
            GroupKind::All => self.all,
            GroupKind::CanSend => self.can_send,
            GroupKind::OnlyAdmins => self.only_admins,
            GroupKind::Left => self.left,
        }
    }

    /// How many of one kind take our messages.
    pub const fn accepting(&self, kind: GroupKind) -> u32 {
        match kind {
            GroupKind::All | GroupKind::CanSend => self.can_send,
            GroupKind::OnlyAdmins => self.administered,
            GroupKind::Left => 0,
        }
    }
}

/// As much of a group as a choice of groups needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupBrief {
    /// Its address.
    pub jid: GroupJid,
    /// How many people are in it.
    pub participants: u32,
    /// Whether it takes our messages.
    pub accepts_messages: bool,
}

impl From<&Group> for GroupBrief {
    fn from(group: &Group) -> Self {
        Self {
            jid: group.jid.clone(),
            participants: group.participants,
            accepts_messages: group.accepts_messages(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_places_survive_an_address() {
        for kind in GroupKind::EVERY {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("outros".parse::<GroupKind>(), Err(InvalidGroupKind));
        for subject in ["", "pao  da vila", "💬"] {
            let place = GroupPlace {
                subject: subject.into(),
                jid: "120363@g.us".parse().unwrap(),
            };
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        assert!("nada".parse::<GroupPlace>().is_err());
    }

    #[test]
    fn every_group_is_counted_where_it_belongs() {
        let mut counts = GroupCounts::default();
        for (number, bits) in (0..8_u32).enumerate() {
            let standing = if bits & 1 == 0 {
                GroupStanding::Member
            } else {
                GroupStanding::Gone
            };
            let traits = GroupTraits {
                standing,
                announce_only: bits & 2 != 0,
                is_admin: bits & 4 != 0,
            };
            counts.add(traits, 10_u32.pow(u32::try_from(number).unwrap()));
        }
        assert_eq!(counts.of(GroupKind::All), 11_111_111);
        assert_eq!(counts.of(GroupKind::CanSend), 1_010_001);
        assert_eq!(counts.of(GroupKind::OnlyAdmins), 1_000_100);
        assert_eq!(counts.of(GroupKind::Left), 10_101_010);
        assert_eq!(counts.accepting(GroupKind::All), 1_010_001);
        assert_eq!(counts.accepting(GroupKind::OnlyAdmins), 1_000_000);
        assert_eq!(counts.accepting(GroupKind::Left), 0);
    }
}
