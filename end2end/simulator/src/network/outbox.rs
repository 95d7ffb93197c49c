//! What waits for a device: kept until the device acknowledges it, sent again at its next login.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use wacore_binary::Node;

use super::address::DeviceAddress;
use crate::store::Blob;
use crate::wire::StanzaExt as _;

/// A stanza on its way to a device.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    pub(crate) stanza: Node,
    /// Whether it survives a restart of the simulator: messages do, receipts do not.
    pub(crate) durable: bool,
}

/// A parcel in the store.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredParcel {
    pub(crate) device: DeviceAddress,
    /// The stanza in the binary encoding of the protocol.
    pub(crate) stanza: Blob,
}

/// All parcels, by device, in the order in which they were posted.
#[derive(Default)]
pub(crate) struct Outbox {
    parcels: HashMap<DeviceAddress, BTreeMap<u64, Parcel>>,
    posted: u64,
}

impl Outbox {
    /// Keeps a parcel; returns its number.
    pub(crate) fn post(&mut self, device: &DeviceAddress, parcel: Parcel) -> u64 {
        self.posted += 1;
        self.parcels
            .entry(device.clone())
            .or_default()
            .insert(self.posted, parcel);
        self.posted
    }

    /// Puts back what the store kept.
    pub(crate) fn restore(&mut self, number: u64, device: &DeviceAddress, stanza: Node) {
        self.posted = self.posted.max(number);
        let parcel = Parcel {
            stanza,
            durable: true,
        };
        self.parcels
            .entry(device.clone())
            .or_default()
            .insert(number, parcel);
    }

    /// Everything that waits for a device.
    pub(crate) fn waiting(&self, device: &DeviceAddress) -> Vec<Node> {
        let parcels = self
            .parcels
            .get(device)
            .into_iter()
            .flat_map(BTreeMap::values);
        parcels.map(|parcel| parcel.stanza.clone()).collect()
    }

    /// Removes what a device's `<ack>` or `<receipt>` confirms; returns the numbers of those
    /// parcels that were durable.
    pub(crate) fn confirm(
        &mut self,
        device: &DeviceAddress,
        class: &str,
        reply: &Node,
    ) -> Vec<u64> {
        let Some(parcels) = self.parcels.get_mut(device) else {
            return Vec::new();
        };
        let confirmed: Vec<u64> = parcels
            .iter()
            .filter(|(_, parcel)| confirms(&parcel.stanza, class, reply))
            .map(|(number, _)| *number)
            .collect();
        confirmed
            .into_iter()
            .filter(|number| parcels.remove(number).is_some_and(|parcel| parcel.durable))
            .collect()
    }

    /// Forgets a device that was unlinked; returns the numbers of its durable parcels.
    pub(crate) fn forget(&mut self, device: &DeviceAddress) -> Vec<u64> {
        let parcels = self.parcels.remove(device).unwrap_or_default();
        parcels
            .into_iter()
            .filter(|(_, parcel)| parcel.durable)
            .map(|(number, _)| number)
            .collect()
    }
}

/// The key of a parcel in the store.
pub(crate) fn store_key(number: u64) -> String {
    format!("parcel/{number:012}")
}

/// Whether `reply` confirms `stanza`. An ack of a receipt repeats its participant and type.
fn confirms(stanza: &Node, class: &str, reply: &Node) -> bool {
    let same = |name: &str| stanza.text(name) == reply.text(name);
    let chat = stanza.text("from") == reply.text("to");
    stanza.tag == class
        && same("id")
        && chat
        && (class != "receipt" || (same("participant") && same("type")))
}
