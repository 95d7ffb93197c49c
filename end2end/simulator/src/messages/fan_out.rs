//! Passing a message on to the linked devices of its recipients (S17).

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node, Server};

use super::accept::Target;
use super::delivery;
use super::envelopes::Arrival;
use super::reading::Audience;
use crate::clock::unix_seconds;
use crate::network::{Addressing, DeviceAddress, Network};
use crate::signal::Envelope;
use crate::store::{Batch, StoreError};
use crate::wire::StanzaExt as _;

/// A stanza that was posted and can be sent once it is durable.
pub(super) struct Delivery {
    pub(super) device: DeviceAddress,
    pub(super) stanza: Node,
}

/// Posts the message to every linked device of its audience.
pub(super) fn post(
    network: &Network,
    arrival: &Arrival,
    target: &Target,
    audience: &Audience,
    batch: &mut Batch,
) -> Result<Vec<Delivery>, StoreError> {
    let name = network
        .world()
        .person(&arrival.sender.pn)
        .map(|p| p.name)
        .unwrap_or_default();
    let mut deliveries = Vec::new();
    for device in &audience.linked_devices {
        let Some(stanza) = stanza_for(arrival, target, device, &name) else {
            continue;
        };
        delivery::post_durable(network, device, &stanza, batch)?;
        deliveries.push(Delivery {
            device: device.clone(),
            stanza,
        });
    }
    Ok(deliveries)
}

/// `None` when the message holds nothing for the device.
fn stanza_for(
    arrival: &Arrival,
    target: &Target,
    device: &DeviceAddress,
    name: &str,
) -> Option<Node> {
    let own = arrival
        .envelopes
        .iter()
        .find(|envelope| envelope.to == *device);
    let mut children: Vec<Node> = own.map(sealed).into_iter().collect();
    children.extend(arrival.group_ciphertext.as_ref().map(|ciphertext| {
        let node = NodeBuilder::new("enc").attr("v", 2).attr("type", "skmsg");
        node.bytes(ciphertext.clone()).build()
    }));
    if children.is_empty() {
        return None;
    }
    children.extend(arrival.stanza.child("device-identity").cloned());
    let node = NodeBuilder::new("message")
        .attr("id", arrival.id.as_str())
        .attr("t", unix_seconds())
        .attr(
            "type",
            arrival
                .stanza
                .text("type")
                .unwrap_or_else(|| "text".to_owned()),
        )
        .attr("notify", name);
    Some(
        address(node, arrival, target, device)
            .children(children)
            .build(),
    )
}

/// Who says it to whom: sender and chat under the names that the chat uses.
fn address(
    node: NodeBuilder,
    arrival: &Arrival,
    target: &Target,
    device: &DeviceAddress,
) -> NodeBuilder {
    let sender = &arrival.sender;
    if let Target::Group(group) = target {
        let node = node
            .attr("from", group.jid())
            .attr("addressing_mode", group.addressing.as_str());
        match group.addressing {
            Addressing::Lid => node
                .attr("participant", sender.lid_jid())
                .attr("participant_pn", sender.pn_jid().to_non_ad()),
            Addressing::Pn => node
                .attr("participant", sender.pn_jid())
                .attr("participant_lid", sender.lid_jid().to_non_ad()),
        }
    } else {
        let by_lid = arrival.to.server == Server::Lid;
        let (from, other): (Jid, Jid) = if by_lid {
            (sender.lid_jid(), sender.pn_jid())
        } else {
            (sender.pn_jid(), sender.lid_jid())
        };
        let node = node.attr("from", from);
        let node = if by_lid {
            node.attr("sender_pn", other.to_non_ad())
        } else {
            node.attr("sender_lid", other.to_non_ad())
        };
        // Another device of the sender learns to whom the message went.
        let own = device.pn == sender.pn;
        if own {
            node.attr("recipient", arrival.to.to_non_ad())
        } else {
            node
        }
    }
}

fn sealed(envelope: &Envelope) -> Node {
    NodeBuilder::new("enc")
        .attr("v", 2)
        .attr("type", envelope.kind.as_str())
        .bytes(envelope.ciphertext.clone())
        .build()
}
