//! Changes of groups, as `<notification type="w:gp2">`: one stanza with an element for each thing
//! that changed, to every linked device whose owner is in the group or was until now.

use std::collections::BTreeSet;

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use crate::clock::{unix_millis, unix_seconds};
use crate::iq::describe_group;
use crate::messages::{post_durable, send_posted};
use crate::network::{
    Account, DeviceAddress, Group, Network, Participant, World, named_participant,
};
use crate::store::{Batch, StoreError};

/// One thing that changed in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GroupAction {
    /// It was made.
    Create,
    /// It has another name.
    Subject,
    /// Whether only administrators may send changed.
    Announce,
    /// These came.
    Add(Vec<Participant>),
    /// These went.
    Remove(Vec<Participant>),
    /// These became administrators.
    Promote(Vec<Participant>),
    /// These no longer are administrators.
    Demote(Vec<Participant>),
    /// It ended.
    Delete,
}

/// A change of a group on its way to the devices that it concerns.
pub(crate) struct GroupNotice {
    stanza: Node,
    devices: Vec<DeviceAddress>,
}

impl GroupNotice {
    /// Writes down what changed in a group, which is as it is after the change.
    pub(crate) fn of(
        network: &Network,
        world: &World,
        group: &Group,
        actions: &[GroupAction],
    ) -> Self {
        let children: Vec<Node> = actions
            .iter()
            .map(|action| element(world, group, action))
            .collect();
        let id = format!("{}-{}", unix_millis(), network.next_number());
        let mut stanza = NodeBuilder::new("notification")
            .attr("from", group.jid())
            .attr("type", "w:gp2")
            .attr("id", id)
            .attr("t", unix_seconds())
            .attr("addressing_mode", group.addressing.as_str());
        let author = group
            .participants
            .iter()
            .find(|participant| participant.admin)
            .and_then(|author| world.person(&author.pn));
        if let Some(author) = author {
            stanza = stanza.attr("participant", group.name_of(&author));
        }
        Self {
            stanza: stanza.children(children).build(),
            devices: concerned(world, group, actions),
        }
    }

    /// Keeps it for every device until that device confirms it.
    pub(crate) fn post(&self, network: &Network, batch: &mut Batch) -> Result<(), StoreError> {
        for device in &self.devices {
            post_durable(network, device, &self.stanza, batch)?;
        }
        Ok(())
    }

    /// Sends it to the devices that are there.
    pub(crate) fn send(self, network: &Network) {
        for device in &self.devices {
            send_posted(network, device, self.stanza.clone());
        }
    }
}

fn element(world: &World, group: &Group, action: &GroupAction) -> Node {
    let of = |tag: &'static str, people: &[Participant]| {
        let people = people
            .iter()
            .filter_map(|one| named_participant(world, group, one));
        NodeBuilder::new(tag).children(people).build()
    };
    match action {
        GroupAction::Create => NodeBuilder::new("create")
            .children([describe_group(world, group)])
            .build(),
        GroupAction::Subject => NodeBuilder::new("subject")
            .attr("subject", group.subject.as_str())
            .attr("s_t", group.subject_changed_at)
            .build(),
        GroupAction::Announce if group.announce => NodeBuilder::new("announcement").build(),
        GroupAction::Announce => NodeBuilder::new("not_announcement").build(),
        GroupAction::Add(people) => of("add", people),
        GroupAction::Remove(people) => of("remove", people),
        GroupAction::Promote(people) => of("promote", people),
        GroupAction::Demote(people) => of("demote", people),
        GroupAction::Delete => NodeBuilder::new("delete").build(),
    }
}

fn concerned(world: &World, group: &Group, actions: &[GroupAction]) -> Vec<DeviceAddress> {
    let removed = actions.iter().flat_map(|action| match action {
        GroupAction::Remove(people) => people.as_slice(),
        _ => &[],
    });
    let people: BTreeSet<&str> = group
        .participants
        .iter()
        .chain(removed)
        .map(|participant| participant.pn.as_str())
        .collect();
    let accounts = people.into_iter().filter_map(|pn| world.accounts.get(pn));
    accounts
        .flat_map(Account::addresses)
        .filter(|device| !world.is_virtual(device))
        .collect()
}
