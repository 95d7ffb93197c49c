//! What a linked device sends, by tag.

use std::sync::Arc;

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use crate::network::{DeviceAddress, Link, Network};
use crate::wire::StanzaExt as _;
use crate::{iq, messages};

/// Handles one stanza. Stanzas of a connection are handled in order, one after the other.
pub(super) async fn handle(
    network: &Arc<Network>,
    link: &Arc<Link>,
    device: &DeviceAddress,
    stanza: Node,
) {
    match stanza.tag.as_ref() {
        "iq" => iq::answer(network, link, device, &stanza),
        "message" => messages::accept(network, link, device, stanza).await,
        "receipt" => {
            link.send(acknowledge(&stanza));
            messages::take_receipt(network, device, &stanza);
        }
        "ack" => {
            let class = stanza.text("class").unwrap_or_default();
            messages::confirm(network, device, &class, &stanza);
        }
        "xmlstreamend" => link.close(),
        // Presence, chat states and hints change nothing here.
        _ => {}
    }
}

/// The server's ack of a receipt.
fn acknowledge(receipt: &Node) -> Node {
    let mut ack = NodeBuilder::new("ack")
        .attr("class", "receipt")
        .attr("id", receipt.text("id").unwrap_or_default());
    if let Some(from) = receipt.jid("to") {
        ack = ack.attr("from", from);
    }
    if let Some(participant) = receipt.jid("participant") {
        ack = ack.attr("participant", participant);
    }
    if let Some(kind) = receipt.text("type") {
        ack = ack.attr("type", kind);
    }
    ack.build()
}
