//! Groups and who is in them.

use serde::{Deserialize, Serialize};
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};

use super::World;
use super::people::{Person, member_number};
use crate::keys::Keys;

/// Whether a group names its participants by LID or by phone number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Addressing {
    /// By LID, as new groups do.
    #[default]
    Lid,
    /// By phone number, as older groups do.
    Pn,
}

impl Addressing {
    /// The word in the attribute `addressing_mode`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lid => "lid",
            Self::Pn => "pn",
        }
    }
}

/// A group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    /// The user part of its JID.
    pub(crate) id: String,
    pub(crate) subject: String,
    pub(crate) addressing: Addressing,
    /// Only administrators may send.
    pub(crate) announce: bool,
    /// Seconds since the epoch.
    pub(crate) created_at: u64,
    /// Seconds since the epoch.
    pub(crate) subject_changed_at: u64,
    /// In the order in which they joined; the first one created the group.
    pub(crate) participants: Vec<Participant>,
    /// Its part in a community.
    #[serde(default)]
    pub(crate) community: Option<Community>,
}

/// A group's part in a community.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Community {
    /// It is the community itself, the frame around its groups.
    Frame,
    /// It belongs to the community with this id.
    Of(String),
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Participant {
    /// The phone number, digits only.
    pub(crate) pn: String,
    pub(crate) admin: bool,
}

impl Group {
    pub(crate) fn jid(&self) -> Jid {
        Jid::group(self.id.as_str())
    }

    pub(crate) fn participant(&self, pn: &str) -> Option<&Participant> {
        self.participants
            .iter()
            .find(|participant| participant.pn == pn)
    }

    /// The JID by which this group names a person.
    pub(crate) fn name_of(&self, person: &Person) -> Jid {
        match self.addressing {
            Addressing::Lid => person.lid_jid(),
            Addressing::Pn => person.pn_jid(),
        }
    }
}

/// A member as the group's stanzas name it; `None` for a number that nobody has.
pub(crate) fn named_participant(
    world: &World,
    group: &Group,
    participant: &Participant,
) -> Option<Node> {
    let person = world.person(&participant.pn)?;
    let node = NodeBuilder::new("participant").attr("jid", group.name_of(&person));
    let node = match group.addressing {
        Addressing::Lid => node.attr("phone_number", person.pn_jid()),
        Addressing::Pn => node.attr("lid", person.lid_jid()),
    };
    let node = if participant.admin {
        node.attr("type", "admin")
    } else {
        node
    };
    Some(node.build())
}

/// A new group's id, in the form that the real network gives.
pub(crate) fn new_group_id(keys: Keys, ordinal: u64) -> String {
    format!(
        "120363{:012}",
        keys.below(&format!("group-id/{ordinal}"), 1_000_000_000_000)
    )
}

/// Fills a group to `size` with virtual people drawn from the seed. The same people are in many
/// groups, as in life: they come from a pool hardly larger than the group.
pub(crate) fn generate_members(
    keys: Keys,
    group: &str,
    present: &[Participant],
    size: usize,
) -> Vec<Participant> {
    let missing = size.saturating_sub(present.len());
    let pool = u64::try_from(missing + missing / 2 + 16).unwrap_or(u64::MAX);
    let mut ranked: Vec<(u64, u32)> = (1..=u32::try_from(pool).unwrap_or(u32::MAX))
        .map(|index| {
            (
                keys.below(&format!("member/{group}/{index}"), u64::MAX),
                index,
            )
        })
        .collect();
    ranked.sort_unstable();
    // Some administrator must exist even where no phone's owner is one.
    let needs_admin = !present.iter().any(|participant| participant.admin);
    ranked
        .into_iter()
        .map(|(_, index)| member_number(index))
        .filter(|pn| !present.iter().any(|participant| participant.pn == *pn))
        .take(missing)
        .enumerate()
        .map(|(position, pn)| Participant {
            pn,
            admin: needs_admin && position == 0,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_has_the_size_asked_for_and_an_administrator() {
        let owner = Participant {
            pn: "5500800000001".into(),
            admin: false,
        };
        let members = generate_members(Keys::new(7), "1", std::slice::from_ref(&owner), 1024);
        assert_eq!(members.len(), 1023);
        assert_eq!(members.iter().filter(|member| member.admin).count(), 1);
        let unique: std::collections::BTreeSet<_> = members.iter().map(|m| &m.pn).collect();
        assert_eq!(unique.len(), 1023);
    }

    #[test]
    fn the_seed_decides_who_is_in() {
        let members = |seed| generate_members(Keys::new(seed), "1", &[], 20);
        assert_eq!(members(7), members(7));
        assert_ne!(members(7), members(8));
    }
}
