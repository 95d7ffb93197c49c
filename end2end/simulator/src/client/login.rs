//! Login of a linked device (S4) and its connection afterwards.

use std::sync::Arc;

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use super::serve::next_stanza;
use super::{conflict, stanzas};
use crate::clock::{unix_millis, unix_seconds};
use crate::network::{DeviceAddress, Link, LoginRefusal, Network, NetworkEvent};
use crate::wire::{Established, FrameReader, TransportError, server_jid};

/// What a client is told whose device the account does not have: it was unlinked.
const UNLINKED: LoginRefusal = LoginRefusal {
    reason: 401,
    code: None,
    expire: None,
};

/// Lets a device in, or tells it why not and closes.
pub(super) fn enter(
    network: &Network,
    link: &Arc<Link>,
    established: &Established,
) -> Option<DeviceAddress> {
    let pn = established.payload.username.unwrap_or_default().to_string();
    let index = established.payload.device.unwrap_or_default();
    let device = DeviceAddress::new(pn, u16::try_from(index).unwrap_or_default());
    {
        let mut world = network.world();
        if world.faults.refuses_connection(Some(&device.pn)) {
            drop(world);
            link.close();
            return None;
        }
        if world.faults.silences(Some(&device.pn)) {
            link.silence();
            return None;
        }
    }
    if let Some(refusal) = refusal(network, &device, &established.client_static) {
        link.send(failure(refusal));
        link.close();
        return None;
    }
    let replaced = network
        .world()
        .links
        .enter(device.clone(), Arc::clone(link));
    if let Some(replaced) = replaced {
        replaced.send(conflict(None, "replaced"));
        replaced.close();
    }
    note_login(network, &device);
    link.send(success(&device));
    network.announce(NetworkEvent::Phones {
        pn: Some(device.pn.clone()),
    });
    Some(device)
}

fn refusal(network: &Network, device: &DeviceAddress, noise_key: &[u8]) -> Option<LoginRefusal> {
    let mut world = network.world();
    let linked = world
        .accounts
        .get(&device.pn)
        .and_then(|a| a.devices.get(&device.device));
    if linked.is_none_or(|linked| linked.noise_key.0 != noise_key) {
        return Some(UNLINKED);
    }
    world.faults.login_refusal(&device.pn)
}

fn note_login(network: &Network, device: &DeviceAddress) {
    let account = {
        let mut world = network.world();
        let Some(account) = world.accounts.get_mut(&device.pn) else {
            return;
        };
        if let Some(linked) = account.devices.get_mut(&device.device) {
            linked.last_login_at = Some(unix_millis());
            linked.logins += 1;
        }
        account.clone()
    };
    let kept = network.commit(|batch| batch.put(format!("account/{}", account.pn), &account));
    if let Err(error) = kept {
        tracing::warn!(%error, "a login was not recorded");
    }
}

/// Handles stanzas until the connection ends.
pub(super) async fn run(
    network: &Arc<Network>,
    reader: &mut FrameReader,
    link: &Arc<Link>,
    device: &DeviceAddress,
) -> TransportError {
    loop {
        match next_stanza(reader, link).await {
            Ok(stanza) => {
                tracing::trace!(connection = link.number, ?stanza, "in");
                stanzas::handle(network, link, device, stanza).await;
            }
            Err(error) => return error,
        }
    }
}

/// Marks the device offline, unless a newer connection of it exists.
pub(super) fn leave(network: &Network, link: &Link) {
    let left = {
        let mut world = network.world();
        let device = world
            .links
            .of_account(None)
            .into_iter()
            .find(|(_, online)| online.number == link.number)
            .map(|(device, _)| device);
        device.filter(|device| world.links.leave(device, link.number))
    };
    if let Some(device) = left {
        network.announce(NetworkEvent::Phones {
            pn: Some(device.pn),
        });
    }
}

/// Sends what waited for the device, then says that this was all (S5.2). From here on the device
/// gets what comes for it at once.
pub(crate) fn flush_offline(network: &Network, link: &Link, device: &DeviceAddress) {
    let world = network.world();
    let waiting = world.outbox.waiting(device);
    let count = waiting.len();
    for (position, mut stanza) in waiting.into_iter().enumerate() {
        stanza.attrs.insert("offline", position);
        link.send(stanza);
    }
    let offline = NodeBuilder::new("offline").attr("count", count).build();
    link.send(
        NodeBuilder::new("ib")
            .attr("from", server_jid())
            .children([offline])
            .build(),
    );
    link.set_active();
}

fn success(device: &DeviceAddress) -> Node {
    NodeBuilder::new("success")
        .attr("t", unix_seconds())
        .attr("props", 27)
        .attr("abprops", 10)
        .attr("location", "sim")
        .attr("creation", unix_seconds())
        .attr("lid", device.lid_jid())
        .build()
}

fn failure(refusal: LoginRefusal) -> Node {
    let mut node = NodeBuilder::new("failure")
        .attr("reason", refusal.reason)
        .attr("location", "sim");
    if let Some(code) = refusal.code {
        node = node.attr("code", code);
    }
    if let Some(expire) = refusal.expire {
        node = node.attr("expire", expire);
    }
    node.build()
}
