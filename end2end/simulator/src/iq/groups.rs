//! Groups as a linked device asks for them (S8).

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};

use crate::network::{Community, DeviceAddress, Group, Network, World, named_participant};
use crate::wire::{StanzaExt as _, iq_error, iq_result};

/// All groups of the account, or one group.
pub(super) fn query(network: &Network, device: &DeviceAddress, iq: &Node) -> Node {
    let world = network.world();
    if iq.child("participating").is_some() {
        let mine = world
            .groups
            .values()
            .filter(|group| group.participant(&device.pn).is_some());
        let groups = mine.map(|group| describe(&world, group));
        return iq_result(iq)
            .children([NodeBuilder::new("groups").children(groups).build()])
            .build();
    }
    if iq.child("query").is_none() {
        return iq_error(iq, 501, "feature-not-implemented");
    }
    let group = iq
        .jid("to")
        .and_then(|jid| world.groups.get(jid.user.as_str()));
    match group {
        None => iq_error(iq, 404, "item-not-found"),
        Some(group) if group.participant(&device.pn).is_none() => iq_error(iq, 403, "forbidden"),
        Some(group) => iq_result(iq).children([describe(&world, group)]).build(),
    }
}

/// A group as the network describes it.
pub(crate) fn describe(world: &World, group: &Group) -> Node {
    let participants = group
        .participants
        .iter()
        .filter_map(|participant| named_participant(world, group, participant));
    let announcement = group
        .announce
        .then(|| NodeBuilder::new("announcement").build());
    let community = match &group.community {
        None => None,
        Some(Community::Frame) => Some(NodeBuilder::new("parent").build()),
        Some(Community::Of(parent)) => {
            let linked = NodeBuilder::new("linked_parent");
            Some(linked.attr("jid", Jid::group(parent.as_str())).build())
        }
    };
    let mut node = NodeBuilder::new("group")
        .attr("id", group.id.as_str())
        .attr("subject", group.subject.as_str())
        .attr("addressing_mode", group.addressing.as_str())
        .attr("creation", group.created_at)
        .attr("s_t", group.subject_changed_at)
        .attr("size", group.participants.len());
    let creator = group
        .participants
        .first()
        .and_then(|first| world.person(&first.pn));
    if let Some(creator) = creator {
        let name = group.name_of(&creator);
        node = node.attr("creator", name.clone()).attr("s_o", name);
    }
    let flags = announcement.into_iter().chain(community);
    node.children(flags.chain(participants)).build()
}
