//! Group messages: one ciphertext for all, read with the sender's key that each device was given.
//!
//! Devices that were given the same key message hold the same state, so the network keeps that
//! state once together with the set of its holders, and decrypts once per distinct key. A device
//! that was given nothing, or another key, cannot read: that is what a real group would show.

use std::collections::{BTreeMap, BTreeSet};

use futures::FutureExt as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use wacore_libsignal::protocol::{
    SenderKeyDistributionMessage, SenderKeyMessage, SenderKeyName, SenderKeyRecord, group_decrypt,
    process_sender_key_distribution_message,
};
use waproto::whatsapp as wa;

use super::pairwise::SignalFailure;
use super::stores::OneSenderKey;
use crate::network::DeviceAddress;
use crate::store::Blob;

/// A group message as it came.
#[derive(Clone, Debug)]
pub(crate) struct SealedGroupMessage {
    /// The user part of the group's JID.
    pub(crate) group: String,
    pub(crate) sender: DeviceAddress,
    pub(crate) ciphertext: Vec<u8>,
}

/// What the virtual devices of a group made of a message.
#[derive(Debug, Default)]
pub(crate) struct GroupReading {
    /// What it says, when anyone could read it.
    pub(crate) content: Option<wa::Message>,
    pub(crate) readers: Vec<DeviceAddress>,
    pub(crate) failures: Vec<(DeviceAddress, SignalFailure)>,
}

/// One key of one sender in one group, and who holds it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct HeldKey {
    chain: u32,
    pub(super) record: Blob,
    #[serde(skip)]
    pub(super) holders: BTreeSet<DeviceAddress>,
}

/// All keys of one sender in one group, by the hash of the message that distributed them.
pub(super) type SenderKeys = BTreeMap<String, HeldKey>;

/// Takes a distributed key; returns its hash.
pub(super) fn receive(
    keys: &mut SenderKeys,
    holder: &DeviceAddress,
    distribution: &[u8],
) -> Result<String, SignalFailure> {
    let hash = hex::encode(Sha256::digest(distribution));
    if !keys.contains_key(&hash) {
        let message = SenderKeyDistributionMessage::try_from(distribution)?;
        let mut store = OneSenderKey::default();
        process_sender_key_distribution_message(&name(), &message, &mut store)
            .now_or_never()
            .ok_or(SignalFailure::Suspended)??;
        let record = store.record.ok_or(SignalFailure::Suspended)?.serialize()?;
        let held = HeldKey {
            chain: message.chain_id(),
            record: record.into(),
            holders: BTreeSet::new(),
        };
        keys.insert(hash.clone(), held);
    }
    if let Some(held) = keys.get_mut(&hash) {
        held.holders.insert(holder.clone());
    }
    Ok(hash)
}

/// Lets every device of `audience` read a message; returns what came of it and the hashes of the
/// keys that moved on.
pub(super) fn read(
    keys: &mut SenderKeys,
    message: &SealedGroupMessage,
    audience: &[DeviceAddress],
) -> Result<(GroupReading, Vec<String>), SignalFailure> {
    let chain = SenderKeyMessage::try_from(message.ciphertext.as_slice())?.chain_id();
    let mut unread: BTreeSet<&DeviceAddress> = audience.iter().collect();
    let mut reading = GroupReading::default();
    let mut moved = Vec::new();
    for (hash, held) in keys.iter_mut().filter(|(_, held)| held.chain == chain) {
        let holders: Vec<_> = unread
            .iter()
            .copied()
            .filter(|d| held.holders.contains(d))
            .collect();
        if holders.is_empty() {
            continue;
        }
        match decrypt(held, &message.ciphertext) {
            Ok(content) => {
                moved.push(hash.clone());
                reading.content = Some(content);
                reading.readers.extend(holders.iter().copied().cloned());
                for holder in holders {
                    unread.remove(holder);
                }
            }
            Err(error) => tracing::debug!(%error, hash, "a group key does not open a message"),
        }
    }
    let missing = unread
        .into_iter()
        .map(|device| (device.clone(), SignalFailure::NoGroupKey));
    reading.failures.extend(missing);
    Ok((reading, moved))
}

fn decrypt(held: &mut HeldKey, ciphertext: &[u8]) -> Result<wa::Message, SignalFailure> {
    let mut store = OneSenderKey {
        record: Some(SenderKeyRecord::deserialize(&held.record.0)?),
    };
    let padded = group_decrypt(ciphertext, &mut store, &name())
        .now_or_never()
        .ok_or(SignalFailure::Suspended)??;
    let record = store.record.ok_or(SignalFailure::Suspended)?.serialize()?;
    held.record = record.into();
    decode(&padded)
}

/// Removes the padding and decodes.
pub(super) fn decode(padded: &[u8]) -> Result<wa::Message, SignalFailure> {
    wacore::messages::decode_plaintext(padded, 2)
        .map_err(|error| SignalFailure::Content(error.to_string()))
}

/// The library asks for a name; here each store holds one key only.
fn name() -> SenderKeyName {
    SenderKeyName::from_parts("", "")
}
