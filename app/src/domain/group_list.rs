//! Lists of groups: named selections that campaigns use again and again.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{ConnectionId, GroupJid, GroupListId, GroupTraits, Timestamp, WorkspaceId};

/// Most characters of a list's name.
pub const GROUP_LIST_NAME_MAX_CHARS: usize = 60;

/// A named selection of groups. It belongs to one connection: who is in a group is a matter of each
/// number, even where two of them share groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupList {
    /// Its identifier.
    pub id: GroupListId,
    /// The workspace that owns it.
    pub workspace: WorkspaceId,
    /// The connection whose groups it names.
    pub connection: ConnectionId,
    /// What people call it; no other list of the connection reads the same, whatever case and
    /// accents it is written with.
    pub name: String,
    /// Its groups, each once, in the order in which they were added.
    pub groups: Vec<GroupJid>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its name or its groups were last changed by a person.
    pub updated_at: Timestamp,
}

/// Why a list is not made or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupListProblem {
    /// It has no name.
    NameMissing,
    /// Its name is too long.
    NameTooLong,
    /// Another list of the connection has that name.
    NameTaken,
    /// No group is chosen.
    GroupsMissing,
}

/// The name that was typed, on one line and without spaces around it.
///
/// # Errors
/// [`GroupListProblem`] when nothing is left of it, or too much.
pub fn group_list_name(typed: &str) -> Result<String, GroupListProblem> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err(GroupListProblem::NameMissing),
        chars if chars > GROUP_LIST_NAME_MAX_CHARS => Err(GroupListProblem::NameTooLong),
        _ => Ok(name),
    }
}

/// Groups in the order in which they first come, each once: lists overlap, and a group may be chosen
/// by itself too.
pub fn each_once<'a>(groups: impl IntoIterator<Item = &'a GroupJid>) -> Vec<GroupJid> {
    let mut seen = HashSet::new();
    let groups = groups.into_iter();
    groups.filter(|jid| seen.insert(*jid)).cloned().collect()
}

/// What has become of the groups of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupListCounts {
    /// Those that take our messages.
    pub accepting: u32,
    /// Those that we are in and that refuse our messages.
    pub refusing: u32,
    /// Those that the connection is no longer in.
    pub gone: u32,
}

impl GroupListCounts {
    /// Counts one group; `None` is one that the connection knows nothing of.
    pub fn add(&mut self, traits: Option<GroupTraits>) {
        let slot = match traits {
            Some(traits) if traits.accept_messages() => &mut self.accepting,
            Some(traits) if traits.is_member() => &mut self.refusing,
            _ => &mut self.gone,
        };
        *slot += 1;
    }

    /// All groups.
    pub const fn total(self) -> u32 {
        self.accepting + self.refusing + self.gone
    }
}

#[cfg(test)]
mod tests {
    use super::super::GroupStanding::{self, Gone, Member};
    use super::*;

    fn jids(numbers: &[u32]) -> Vec<GroupJid> {
        let jids = numbers.iter().map(|number| format!("{number}@g.us"));
        jids.map(|jid| jid.parse().unwrap()).collect()
    }

    #[test]
    fn a_name_is_one_line_with_bounds() {
        assert_eq!(
            group_list_name("  Clientes \n do bairro "),
            Ok("Clientes do bairro".into())
        );
        for nothing in ["", " \t\r\n"] {
            assert_eq!(group_list_name(nothing), Err(GroupListProblem::NameMissing));
        }
        let longest = "ã".repeat(GROUP_LIST_NAME_MAX_CHARS);
        assert_eq!(group_list_name(&longest), Ok(longest.clone()));
        assert_eq!(
            group_list_name(&format!("{longest}o")),
            Err(GroupListProblem::NameTooLong)
        );
    }

    #[test]
    fn what_lists_share_counts_where_it_comes_first() {
        let (one, two, single) = (jids(&[3, 1]), jids(&[1, 2, 3]), jids(&[2, 4]));
        let all = one.iter().chain(&two).chain(&single);
        assert_eq!(each_once(all), jids(&[3, 1, 2, 4]));
    }

    #[test]
    fn every_group_of_a_list_is_counted_once() {
        let traits = |standing: GroupStanding, announce_only, is_admin| GroupTraits {
            standing,
            announce_only,
            is_admin,
        };
        let mut counts = GroupListCounts::default();
        counts.add(Some(traits(Member, false, false)));
        counts.add(Some(traits(Member, true, true)));
        counts.add(Some(traits(Member, true, false)));
        counts.add(Some(traits(Gone, false, true)));
        counts.add(None);
        let expected = GroupListCounts {
            accepting: 2,
            refusing: 1,
            gone: 2,
        };
        assert_eq!((counts, counts.total()), (expected, 5));
    }
}
