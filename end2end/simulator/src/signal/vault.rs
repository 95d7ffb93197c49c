//! All sessions and group keys of the virtual devices.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::rngs::StdRng;
use serde_json::Value;
use wacore_libsignal::protocol::PreKeyBundle;
use waproto::whatsapp as wa;

use super::group_keys::{self, GroupReading, HeldKey, SealedGroupMessage, SenderKeys};
use super::pairwise::{self, Envelope, SignalFailure};
use crate::keys::Keys;
use crate::network::DeviceAddress;
use crate::store::{Batch, Blob, StoreError};

/// A virtual device and its peer.
type Pair = (DeviceAddress, DeviceAddress);

/// The sessions and group keys. Two messages of one sender must not be read at the same time; each
/// connection handles its stanzas one after the other.
pub(crate) struct SignalVault {
    keys: Keys,
    sessions: Mutex<HashMap<Pair, Vec<u8>>>,
    groups: Mutex<HashMap<(String, DeviceAddress), SenderKeys>>,
    generator: Mutex<StdRng>,
}

impl SignalVault {
    pub(crate) fn new(keys: Keys, generator: StdRng) -> Self {
        Self {
            keys,
            sessions: Mutex::default(),
            groups: Mutex::default(),
            generator: Mutex::new(generator),
        }
    }

    /// Takes back what the store kept under `key`; `false` when the entry is not one of the vault's.
    pub(crate) fn restore(&self, key: &str, value: &Value) -> Result<bool, serde_json::Error> {
        let parts: Vec<&str> = key.split('/').collect();
        match parts.as_slice() {
            ["session", owner, peer] => {
                let (Some(owner), Some(peer)) = (parse(owner), parse(peer)) else {
                    return Ok(false);
                };
                let record: Blob = serde_json::from_value(value.clone())?;
                lock(&self.sessions).insert((owner, peer), record.0);
            }
            ["group-key", group, sender, hash] => {
                let Some(sender) = parse(sender) else {
                    return Ok(false);
                };
                let held: HeldKey = serde_json::from_value(value.clone())?;
                let mut groups = lock(&self.groups);
                let keys = groups.entry(((*group).to_owned(), sender)).or_default();
                keys.insert((*hash).to_owned(), held);
            }
            // Sorts after `group-key/…`, so the key itself is there already.
            ["group-keyholders", group, sender, hash] => {
                let Some(sender) = parse(sender) else {
                    return Ok(false);
                };
                let holders: Vec<String> = serde_json::from_value(value.clone())?;
                let mut groups = lock(&self.groups);
                let keys = groups.entry(((*group).to_owned(), sender)).or_default();
                if let Some(held) = keys.get_mut(*hash) {
                    held.holders = holders.iter().filter_map(|text| parse(text)).collect();
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Lets a virtual device decrypt a message from device to device.
    pub(crate) fn open(
        &self,
        envelope: &Envelope,
        sender: &DeviceAddress,
        batch: &mut Batch,
    ) -> Result<wa::Message, SignalFailure> {
        let pair = (envelope.to.clone(), sender.clone());
        let session = lock(&self.sessions).get(&pair).cloned();
        let mut generator = self.fork();
        let (padded, session) = pairwise::open(
            self.keys,
            envelope,
            sender,
            session.as_deref(),
            &mut generator,
        )?;
        self.keep(pair, session, batch)?;
        group_keys::decode(&padded)
    }

    /// Lets a virtual device encrypt for a linked one.
    pub(crate) fn seal(
        &self,
        from: &DeviceAddress,
        to: &DeviceAddress,
        bundle: &PreKeyBundle,
        content: &wa::Message,
        batch: &mut Batch,
    ) -> Result<Envelope, SignalFailure> {
        let pair = (from.clone(), to.clone());
        let session = lock(&self.sessions).get(&pair).cloned();
        let padded = wacore::messages::MessageUtils::encode_and_pad(content);
        let mut generator = self.fork();
        let (envelope, session) = pairwise::seal(
            self.keys,
            from,
            to,
            session.as_deref(),
            bundle,
            &padded,
            &mut generator,
        )?;
        self.keep(pair, session, batch)?;
        Ok(envelope)
    }

    /// Gives the devices of a group the sender's keys that came with a message, then lets every
    /// device of `audience` read it.
    pub(crate) fn read_group(
        &self,
        message: &SealedGroupMessage,
        distributions: &[(DeviceAddress, Vec<u8>)],
        audience: &[DeviceAddress],
        batch: &mut Batch,
    ) -> Result<GroupReading, SignalFailure> {
        let place = (message.group.clone(), message.sender.clone());
        // Out of the map while it is worked on, so that other senders need not wait.
        let mut keys = lock(&self.groups).remove(&place).unwrap_or_default();
        let reading = Self::advance(&mut keys, message, distributions, audience, batch);
        lock(&self.groups).insert(place, keys);
        reading
    }

    fn advance(
        keys: &mut SenderKeys,
        message: &SealedGroupMessage,
        distributions: &[(DeviceAddress, Vec<u8>)],
        audience: &[DeviceAddress],
        batch: &mut Batch,
    ) -> Result<GroupReading, SignalFailure> {
        let mut given = BTreeSet::new();
        for (holder, distribution) in distributions {
            given.insert(group_keys::receive(keys, holder, distribution)?);
        }
        let (reading, moved) = group_keys::read(keys, message, audience)?;
        let place = (message.group.clone(), message.sender.clone());
        put_keys(keys, &place, &given, &moved, batch)?;
        Ok(reading)
    }

    /// Gives one device a sender's key for the group and the sender of `place`.
    pub(crate) fn hold_group_key(
        &self,
        place: (String, DeviceAddress),
        holder: &DeviceAddress,
        distribution: &[u8],
        batch: &mut Batch,
    ) -> Result<(), SignalFailure> {
        let mut groups = lock(&self.groups);
        let keys = groups.entry(place.clone()).or_default();
        let hash = group_keys::receive(keys, holder, distribution)?;
        put_keys(keys, &place, &BTreeSet::from([hash]), &[], batch)
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        lock(&self.sessions).clear();
        lock(&self.groups).clear();
    }

    fn keep(&self, pair: Pair, session: Vec<u8>, batch: &mut Batch) -> Result<(), SignalFailure> {
        put(
            batch,
            format!("session/{}/{}", pair.0, pair.1),
            &Blob(session.clone()),
        )?;
        lock(&self.sessions).insert(pair, session);
        Ok(())
    }

    /// A generator of its own for one operation, so that the lock is not held during it.
    fn fork(&self) -> StdRng {
        use rand::{Rng as _, SeedableRng as _};
        let mut seed = [0; 32];
        lock(&self.generator).fill_bytes(&mut seed);
        StdRng::from_seed(seed)
    }
}

/// Stores the keys that were given or moved on, and who holds those that were given.
fn put_keys(
    keys: &SenderKeys,
    (group, sender): &(String, DeviceAddress),
    given: &BTreeSet<String>,
    moved: &[String],
    batch: &mut Batch,
) -> Result<(), SignalFailure> {
    for hash in given.iter().chain(moved).collect::<BTreeSet<_>>() {
        if let Some(held) = keys.get(hash) {
            put(batch, format!("group-key/{group}/{sender}/{hash}"), held)?;
        }
    }
    for hash in given {
        if let Some(held) = keys.get(hash) {
            let holders: Vec<String> = held.holders.iter().map(ToString::to_string).collect();
            put(
                batch,
                format!("group-keyholders/{group}/{sender}/{hash}"),
                &holders,
            )?;
        }
    }
    Ok(())
}

fn put(batch: &mut Batch, key: String, value: &impl serde::Serialize) -> Result<(), SignalFailure> {
    batch
        .put(key, value)
        .map_err(|error: StoreError| SignalFailure::Content(error.to_string()))
}

fn parse(text: &str) -> Option<DeviceAddress> {
    let (pn, device) = text.split_once(':')?;
    Some(DeviceAddress::new(pn, device.parse().ok()?))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    /// `restore` gets entries in the order of their keys and needs a key before its holders.
    #[test]
    fn holders_sort_after_their_keys() {
        assert!("group-key/1/a/b" < "group-keyholders/1/a/b");
    }
}
