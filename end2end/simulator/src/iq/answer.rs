//! Which query is answered where.

use std::sync::Arc;

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use super::{app_state, groups, keys, media_conn, usync};
use crate::client::{device_removed, flush_offline};
use crate::network::{DeviceAddress, Link, Network, NetworkEvent};
use crate::wire::{StanzaExt as _, iq_error, iq_result};

/// Answers a query; answers to the network's own queries need nothing.
pub(crate) fn answer(network: &Arc<Network>, link: &Arc<Link>, device: &DeviceAddress, iq: &Node) {
    let kind = iq.text("type").unwrap_or_default();
    if kind != "get" && kind != "set" {
        return;
    }
    let namespace = iq.text("xmlns").unwrap_or_default();
    let refusal = network.world().faults.query_refusal(&device.pn, &namespace);
    if let Some(refusal) = refusal {
        link.send(iq_error(iq, refusal.code, &refusal.text));
        return;
    }
    let reply = match (namespace.as_str(), kind.as_str()) {
        ("encrypt", "get") => keys::query(network, device, iq),
        ("encrypt", _) => keys::upload(network, device, iq),
        ("usync", _) => usync::answer(network, iq),
        ("w:g2", "get") => groups::query(network, device, iq),
        ("w:sync:app:state", _) => app_state::answer(iq),
        ("w:m", _) => media_conn::answer(iq),
        ("abt" | "w", _) => iq_result(iq).children([props()]).build(),
        ("blocklist", _) => with_child(iq, "list"),
        ("privacy", "get") => with_child(iq, "privacy"),
        ("privacy", _) => with_child(iq, "tokens"),
        ("passive", _) => {
            link.send(iq_result(iq).build());
            if iq.child("active").is_some() {
                flush_offline(network, link, device);
                keys::share_app_state_key(network, device);
            }
            return;
        }
        ("md", _) if iq.child("remove-companion-device").is_some() => {
            return leave_account(network, link, device, iq);
        }
        // Pings; and pictures, statistics, settings, on which nothing here depends.
        ("w:p" | "urn:xmpp:ping", _) | (_, "set") => iq_result(iq).build(),
        ("w:profile:picture", _) => iq_error(iq, 404, "item-not-found"),
        _ => {
            tracing::debug!(namespace, "a query that the network does not know");
            iq_error(iq, 501, "feature-not-implemented")
        }
    };
    let mut world = network.world();
    if world.faults.holds(&device.pn, &namespace) {
        world.faults.hold(Arc::clone(link), reply);
        drop(world);
        network.announce(NetworkEvent::Faults);
    } else {
        link.send(reply);
    }
}

/// The device unlinks itself (S18).
fn leave_account(network: &Network, link: &Link, device: &DeviceAddress, iq: &Node) {
    link.send(iq_result(iq).build());
    if let Err(error) = network.forget_device(device) {
        tracing::warn!(%error, %device, "an unlinked device was not removed from the state file");
    }
    link.send(device_removed());
    link.close();
}

fn with_child(iq: &Node, tag: &'static str) -> Node {
    iq_result(iq)
        .children([NodeBuilder::new(tag).build()])
        .build()
}

fn props() -> Node {
    NodeBuilder::new("props")
        .attr("protocol", 1)
        .attr("ab_key", "sim")
        .attr("hash", "sim")
        .attr("refresh", 86_400)
        .attr("refresh_id", 1)
        .build()
}
