//! Groups and their changes in our words.

use std::collections::HashMap;

use arauto_app::domain::{AddressingMode, GroupJid, GroupMember};
use wa_rs::{GroupMetadata, GroupParticipant, Jid};
use wacore::stanza::groups::{GroupNotificationAction as Action, GroupParticipantInfo};

use super::own::Own;
use crate::whatsapp::session::{GroupChange, SeenGroup};

/// All groups as we keep them. The list holds communities too, which name those that belong to them.
pub(super) fn all_seen<'a>(
    groups: impl Iterator<Item = &'a GroupMetadata> + Clone,
    own: &Own,
) -> Vec<SeenGroup> {
    let communities: HashMap<&Jid, &str> = groups
        .clone()
        .filter(|group| group.is_parent_group)
        .map(|group| (&group.id, group.subject.as_str()))
        .collect();
    groups
        .filter_map(|group| {
            let parent = group.parent_group_jid.as_ref();
            let community = parent.and_then(|parent| communities.get(parent).copied());
            seen(group, community, own)
        })
        .collect()
}

/// A group as we keep it; `None` for what is no group that one can write to (a community's frame).
pub(super) fn seen(group: &GroupMetadata, community: Option<&str>, own: &Own) -> Option<SeenGroup> {
    if group.is_parent_group {
        return None;
    }
    let listed = u32::try_from(group.participants.len()).unwrap_or(u32::MAX);
    Some(SeenGroup {
        jid: address(&group.id)?,
        subject: group.subject.clone(),
        participants: group.size.unwrap_or(listed).max(listed),
        announce_only: group.is_announcement,
        is_admin: group
            .participants
            .iter()
            .find(|participant| own.is_one(participant))
            .is_some_and(GroupParticipant::is_admin),
        addressing_mode: match group.addressing_mode {
            wacore::types::message::AddressingMode::Lid => AddressingMode::Lid,
            wacore::types::message::AddressingMode::Pn => AddressingMode::Pn,
        },
        community: community.map(str::to_owned),
    })
}

/// Who is in a group: we first, then administrators, then by number.
pub(super) fn members(group: &GroupMetadata, own: &Own) -> Vec<GroupMember> {
    let mut members: Vec<_> = group
        .participants
        .iter()
        .map(|participant| {
            let names = [Some(&participant.jid), participant.phone_number.as_ref()];
            let is_phone = |jid: &&Jid| jid.server == wacore_binary::Server::Pn;
            let phone = names.into_iter().flatten().find(is_phone);
            GroupMember {
                phone: phone.map(|jid| jid.user.to_string()),
                is_admin: participant.is_admin(),
                is_us: own.is_one(participant),
            }
        })
        .collect();
    members.sort_by_key(|member| (!member.is_us, !member.is_admin, member.phone.clone()));
    members
}

/// The address of a group; `None` for addresses of another kind.
pub(super) fn address(jid: &Jid) -> Option<GroupJid> {
    jid.to_string().parse().ok()
}

/// What a notification changes of what we keep; `None` when nothing.
pub(super) fn change(action: &Action, own: &Own) -> Option<GroupChange> {
    Some(match action {
        Action::Subject { subject, .. } => GroupChange::Subject(subject.clone()),
        Action::Announce => GroupChange::AnnounceOnly(true),
        Action::NotAnnounce => GroupChange::AnnounceOnly(false),
        Action::Add { participants, .. } if own.is_among(participants) => GroupChange::Unknown,
        Action::Add { participants, .. } => GroupChange::Participants(count(participants)),
        Action::Remove { participants, .. } if own.is_among(participants) => GroupChange::Gone,
        Action::Remove { participants, .. } => GroupChange::Participants(-count(participants)),
        Action::Promote { participants } if own.is_among(participants) => GroupChange::Admin(true),
        Action::Demote { participants } if own.is_among(participants) => GroupChange::Admin(false),
        Action::Delete { .. } => GroupChange::Gone,
        // Of communities only the answer to a question tells all that we keep.
        Action::Create { .. } | Action::Link { .. } | Action::Unlink { .. } => GroupChange::Unknown,
        _ => return None,
    })
}

fn count(participants: &[GroupParticipantInfo]) -> i32 {
    i32::try_from(participants.len()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Own {
        Own {
            phone: Some("5511:7@s.whatsapp.net".parse().unwrap()),
            lid: Some("77:7@lid".parse().unwrap()),
        }
    }

    fn people(jids: &[&str]) -> Vec<GroupParticipantInfo> {
        let person = |jid: &&str| GroupParticipantInfo {
            jid: jid.parse().unwrap(),
            phone_number: None,
            display_name: None,
            r#type: None,
            lid: None,
            username: None,
            join_time: None,
            group_history_sent_state: None,
        };
        jids.iter().map(person).collect()
    }

    #[test]
    fn others_change_the_count_and_we_ourselves_the_standing() {
        let add = |jids: &[&str]| Action::Add {
            participants: people(jids),
            reason: None,
        };
        let remove = |jids: &[&str]| Action::Remove {
            participants: people(jids),
            reason: None,
        };
        let promote = |jids: &[&str]| Action::Promote {
            participants: people(jids),
        };
        let cases = [
            (add(&["1@lid", "2@lid"]), Some(GroupChange::Participants(2))),
            (remove(&["1@lid"]), Some(GroupChange::Participants(-1))),
            (add(&["1@lid", "77@lid"]), Some(GroupChange::Unknown)),
            (remove(&["77@lid"]), Some(GroupChange::Gone)),
            (remove(&["5511@s.whatsapp.net"]), Some(GroupChange::Gone)),
            // The same digits under another kind of name are somebody else.
            (remove(&["5511@lid"]), Some(GroupChange::Participants(-1))),
            (promote(&["77@lid"]), Some(GroupChange::Admin(true))),
            (promote(&["1@lid"]), None),
            (Action::Announce, Some(GroupChange::AnnounceOnly(true))),
            (Action::Unlocked, None),
        ];
        for (action, expected) in cases {
            assert_eq!(change(&action, &own()), expected, "{action:?}");
        }
    }

    #[test]
    fn what_nobody_can_write_to_is_no_group() {
        let group = |is_parent_group, id: &str| GroupMetadata {
            id: id.parse().unwrap(),
            subject: "Bairro".into(),
            size: Some(12),
            is_parent_group,
            ..Default::default()
        };
        let seen = |group| seen(&group, None, &own());
        assert_eq!(seen(group(false, "120363@g.us")).unwrap().participants, 12);
        assert_eq!(seen(group(true, "120363@g.us")), None);
        assert_eq!(seen(group(false, "status@broadcast")), None);
    }

    #[test]
    fn a_group_carries_the_name_of_its_community() {
        let group = |id: &str, subject: &str, parent: Option<&str>| GroupMetadata {
            id: id.parse().unwrap(),
            subject: subject.into(),
            is_parent_group: parent.is_none(),
            parent_group_jid: parent.map(|parent| parent.parse().unwrap()),
            ..Default::default()
        };
        let groups = [
            group("1@g.us", "Avisos", Some("9@g.us")),
            group("9@g.us", "Bairro", None),
            group("2@g.us", "Solto", Some("8@g.us")),
        ];
        let seen = all_seen(groups.iter(), &own());
        let communities: Vec<_> = seen
            .iter()
            .map(|group| (&*group.subject, group.community.as_deref()))
            .collect();
        assert_eq!(communities, [("Avisos", Some("Bairro")), ("Solto", None)]);
    }
}
