//! Orders about groups.

use serde::Deserialize;

use super::views::{self, ChatView, GroupView};
use super::{Control, ControlError};
use crate::clock::unix_seconds;
use crate::network::{
    Addressing, Community, Group, NetworkEvent, Participant, generate_members, new_group_id,
};
use crate::notifications::{GroupAction, GroupNotice};

/// The real network's limit.
const LARGEST_GROUP: usize = 1024;

/// A group to be created.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct NewGroup {
    /// Its name.
    pub subject: String,
    /// How it names its participants.
    #[serde(default)]
    pub addressing_mode: Addressing,
    /// How many members it has, the owners among them: 1 to 1,024. Others are generated.
    pub size: usize,
    /// Whether only administrators may send.
    #[serde(default)]
    pub announce: bool,
    /// Phones that are members.
    #[serde(default)]
    pub owners: Vec<Owner>,
    /// Whether it is a community: the frame around groups, to which nobody writes.
    #[serde(default)]
    pub is_community: bool,
    /// The JID of the community that it belongs to.
    #[serde(default)]
    pub community: Option<String>,
}

/// A phone in a new group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Owner {
    /// Its number.
    pub pn: String,
    /// Whether it is an administrator.
    #[serde(default)]
    pub admin: bool,
}

/// What changes in a group; absent: stays.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct GroupChange {
    /// Its name.
    #[serde(default)]
    pub subject: Option<String>,
    /// Whether only administrators may send.
    #[serde(default)]
    pub announce: Option<bool>,
    /// Phones that join, or whose role changes.
    #[serde(default)]
    pub add: Vec<Owner>,
    /// Members that leave, by number.
    #[serde(default)]
    pub remove: Vec<String>,
}

impl Control {
    /// All groups, without their members.
    pub async fn groups(&self) -> Vec<GroupView> {
        let world = self.network.world();
        world
            .groups
            .values()
            .map(|group| views::group(&world, group, false))
            .collect()
    }

    /// All groups, and every person to whom something was sent.
    pub async fn chats(&self) -> Vec<ChatView> {
        let world = self.network.world();
        let mut counts = world.journal.chats();
        let mut chats: Vec<ChatView> = Vec::new();
        for group in world.groups.values() {
            let view = views::group(&world, group, false);
            let count = counts.remove(view.jid.as_str());
            chats.push(ChatView {
                jid: view.jid.clone(),
                name: view.subject.clone(),
                group: Some(view),
                messages: count.map_or(0, |(messages, _)| messages),
                last_at: count.map(|(_, last)| last),
            });
        }
        for (jid, (messages, last_at)) in counts {
            let pn = jid.split('@').next().unwrap_or_default();
            let name = world
                .person(pn)
                .map_or_else(|| jid.to_owned(), |person| person.name);
            let last_at = Some(last_at);
            chats.push(ChatView {
                jid: jid.to_owned(),
                name,
                group: None,
                messages,
                last_at,
            });
        }
        chats
    }

    /// A group with its members, by its JID.
    pub async fn group(&self, jid: &str) -> Result<GroupView, ControlError> {
        let world = self.network.world();
        let group = world
            .groups
            .get(group_id(jid))
            .ok_or_else(|| unknown_group(jid))?;
        Ok(views::group(&world, group, true))
    }

    /// Creates a group.
    pub async fn create_group(&self, new: NewGroup) -> Result<GroupView, ControlError> {
        if new.size == 0 || new.size > LARGEST_GROUP || new.size < new.owners.len() {
            let size = new.size;
            return Err(ControlError::Invalid(format!(
                "a group cannot have {size} members: 1 to {LARGEST_GROUP}, the owners among them"
            )));
        }
        let (group, created, notice, view) = {
            let mut world = self.network.world();
            let community = match &new.community {
                Some(jid) if !world.groups.contains_key(group_id(jid)) => {
                    return Err(unknown_group(jid));
                }
                Some(jid) => Some(Community::Of(group_id(jid).to_owned())),
                None => new.is_community.then_some(Community::Frame),
            };
            let mut participants = Vec::new();
            for owner in new.owners {
                world
                    .person(&owner.pn)
                    .ok_or_else(|| unknown_person(&owner.pn))?;
                participants.push(Participant {
                    pn: owner.pn,
                    admin: owner.admin,
                });
            }
            world.groups_created += 1;
            let keys = self.network.keys;
            let id = new_group_id(keys, world.groups_created);
            participants.extend(generate_members(keys, &id, &participants, new.size));
            let group = Group {
                id: id.clone(),
                subject: new.subject,
                addressing: new.addressing_mode,
                announce: new.announce,
                created_at: unix_seconds(),
                subject_changed_at: unix_seconds(),
                participants,
                community,
            };
            world.groups.insert(id, group.clone());
            let view = views::group(&world, &group, true);
            let notice = GroupNotice::of(&self.network, &world, &group, &[GroupAction::Create]);
            (group, world.groups_created, notice, view)
        };
        self.network.commit(|batch| {
            batch.put(format!("group/{}", group.id), &group)?;
            batch.put("groups-created", &created)?;
            notice.post(&self.network, batch)
        })?;
        notice.send(&self.network);
        self.network.announce(NetworkEvent::Groups {
            chat: view.jid.clone(),
        });
        Ok(view)
    }

    /// Changes a group and tells the linked devices of its members.
    pub async fn change_group(
        &self,
        jid: &str,
        change: GroupChange,
    ) -> Result<GroupView, ControlError> {
        let (group, notice, view) = {
            let mut world = self.network.world();
            for owner in &change.add {
                world
                    .person(&owner.pn)
                    .ok_or_else(|| unknown_person(&owner.pn))?;
            }
            let group = world
                .groups
                .get_mut(group_id(jid))
                .ok_or_else(|| unknown_group(jid))?;
            let actions = apply(group, change);
            let group = group.clone();
            let view = views::group(&world, &group, true);
            let notice = (!actions.is_empty())
                .then(|| GroupNotice::of(&self.network, &world, &group, &actions));
            (group, notice, view)
        };
        self.network.commit(|batch| {
            batch.put(format!("group/{}", group.id), &group)?;
            match &notice {
                Some(notice) => notice.post(&self.network, batch),
                None => Ok(()),
            }
        })?;
        if let Some(notice) = notice {
            notice.send(&self.network);
        }
        self.network.announce(NetworkEvent::Groups {
            chat: view.jid.clone(),
        });
        Ok(view)
    }

    /// Deletes a group and tells the linked devices of its members. What was sent to it stays in
    /// the journal.
    pub async fn delete_group(&self, jid: &str) -> Result<(), ControlError> {
        let (group, notice) = {
            let mut world = self.network.world();
            let removed = world.groups.remove(group_id(jid));
            let group = removed.ok_or_else(|| unknown_group(jid))?;
            let notice = GroupNotice::of(&self.network, &world, &group, &[GroupAction::Delete]);
            (group, notice)
        };
        self.network.commit(|batch| {
            batch.delete(format!("group/{}", group.id));
            notice.post(&self.network, batch)
        })?;
        notice.send(&self.network);
        self.network.announce(NetworkEvent::Groups {
            chat: group.jid().to_string(),
        });
        Ok(())
    }
}

/// Carries out a change; what it changed, in the order in which it is told.
fn apply(group: &mut Group, change: GroupChange) -> Vec<GroupAction> {
    let mut actions = Vec::new();
    if let Some(subject) = change.subject {
        group.subject = subject;
        group.subject_changed_at = unix_seconds();
        actions.push(GroupAction::Subject);
    }
    if let Some(announce) = change
        .announce
        .filter(|announce| *announce != group.announce)
    {
        group.announce = announce;
        actions.push(GroupAction::Announce);
    }
    let leaving = |participant: &mut Participant| change.remove.contains(&participant.pn);
    let removed: Vec<_> = group.participants.extract_if(.., leaving).collect();
    let (mut added, mut promoted, mut demoted) = (Vec::new(), Vec::new(), Vec::new());
    for owner in change.add {
        let now = Participant {
            pn: owner.pn,
            admin: owner.admin,
        };
        let mut members = group.participants.iter_mut();
        match members.find(|member| member.pn == now.pn) {
            None => {
                group.participants.push(now.clone());
                added.push(now);
            }
            Some(member) if member.admin != now.admin => {
                member.admin = now.admin;
                let told = if now.admin {
                    &mut promoted
                } else {
                    &mut demoted
                };
                told.push(now);
            }
            Some(_) => {}
        }
    }
    let people = [
        (removed, GroupAction::Remove as fn(Vec<Participant>) -> _),
        (added, GroupAction::Add),
        (promoted, GroupAction::Promote),
        (demoted, GroupAction::Demote),
    ];
    let told = people.into_iter().filter(|(people, _)| !people.is_empty());
    actions.extend(told.map(|(people, tell)| tell(people)));
    actions
}

/// A group's JID, or the user part of it.
fn group_id(jid: &str) -> &str {
    jid.strip_suffix("@g.us").unwrap_or(jid)
}

fn unknown_group(jid: &str) -> ControlError {
    ControlError::NotFound(format!("there is no group {jid}"))
}

fn unknown_person(pn: &str) -> ControlError {
    ControlError::NotFound(format!("nobody has the number {pn}"))
}
