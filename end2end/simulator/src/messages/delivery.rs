//! Bringing stanzas to linked devices, now or at their next login.

use wacore_binary::{Node, marshal};

use crate::network::{DeviceAddress, Network, Parcel, StoredParcel, parcel_key};
use crate::store::{Batch, StoreError};
use crate::wire::StanzaExt as _;

/// Posts a stanza that must survive a restart: it is kept until the device confirms it.
pub(crate) fn post_durable(
    network: &Network,
    device: &DeviceAddress,
    stanza: &Node,
    batch: &mut Batch,
) -> Result<(), StoreError> {
    let encoded = match marshal(stanza) {
        // The first byte says "not compressed" and belongs to the wire.
        Ok(bytes) => bytes.get(1..).unwrap_or_default().to_vec(),
        Err(error) => {
            tracing::error!(%error, "a stanza cannot be encoded");
            return Ok(());
        }
    };
    let parcel = Parcel {
        stanza: stanza.clone(),
        durable: true,
    };
    let number = network.world().outbox.post(device, parcel);
    let stored = StoredParcel {
        device: device.clone(),
        stanza: encoded.into(),
    };
    batch.put(parcel_key(number), &stored)
}

/// Posts a stanza that may be lost with the process.
pub(super) fn post(network: &Network, device: &DeviceAddress, stanza: Node) {
    let mut world = network.world();
    world.outbox.post(
        device,
        Parcel {
            stanza: stanza.clone(),
            durable: false,
        },
    );
    if let Some(link) = world.links.of(device).filter(|link| link.is_active()) {
        link.send(stanza);
    }
}

/// Sends a stanza that was posted, when the device is there.
pub(crate) fn send_posted(network: &Network, device: &DeviceAddress, stanza: Node) {
    let world = network.world();
    if let Some(link) = world.links.of(device).filter(|link| link.is_active()) {
        link.send(stanza);
    }
}

/// A device confirms what it was sent.
pub(crate) fn confirm(network: &Network, device: &DeviceAddress, class: &str, reply: &Node) {
    let confirmed = network.world().outbox.confirm(device, class, reply);
    if confirmed.is_empty() {
        return;
    }
    let kept = network.commit(|batch| {
        for number in confirmed {
            batch.delete(parcel_key(number));
        }
        Ok(())
    });
    if let Err(error) = kept {
        tracing::warn!(%error, id = reply.text("id"), "a confirmation was not recorded");
    }
}
