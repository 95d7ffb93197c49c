//! The network as a whole: its parts, its lock, and how it comes back after a restart.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::rngs::StdRng;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use wacore_binary::node::OwnedNodeRef;

use super::address::DeviceAddress;
use super::outbox::StoredParcel;
use super::people::virtual_devices;
use super::{
    Account, AutomaticReceipts, Events, Faults, Group, Journal, Links, MessageRecord, NetworkEvent,
    Outbox, Pairings, Person, PreKeys, ReceiptMark, parcel_key,
};
use crate::keys::Keys;
use crate::signal::SignalVault;
use crate::simulator::{DecryptionMode, SimulatorConfig, StartError};
use crate::store::{Batch, Log, MediaVault, StoreError};
use crate::wire::ServerIdentity;

/// The simulated network.
pub(crate) struct Network {
    pub(crate) keys: Keys,
    /// The seed in force: the state file's where there is one.
    pub(crate) seed: u64,
    /// How often this state was started; part of what seeds ephemeral keys, so that none repeats.
    boot: u64,
    pub(crate) decryption: DecryptionMode,
    pub(crate) identity: ServerIdentity,
    pub(crate) log: Log,
    pub(crate) media: MediaVault,
    pub(crate) signal: SignalVault,
    pub(crate) events: Events,
    /// Cancelled when the simulator shuts down.
    pub(crate) closing: CancellationToken,
    world: Mutex<World>,
    counter: AtomicU64,
}

/// What changes.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) pre_keys: HashMap<DeviceAddress, PreKeys>,
    pub(crate) groups: BTreeMap<String, Group>,
    pub(crate) journal: Journal,
    /// By the message's number, then by the member's phone number.
    pub(crate) receipts: HashMap<u64, BTreeMap<String, ReceiptMark>>,
    pub(crate) automatic_receipts: AutomaticReceipts,
    pub(crate) outbox: Outbox,
    pub(crate) links: Links,
    pub(crate) pairings: Pairings,
    pub(crate) faults: Faults,
    /// Counts up over all groups that ever were, so that ids are never reused.
    pub(crate) groups_created: u64,
}

impl World {
    /// The person with this number: the owner of a phone, or a virtual one.
    pub(crate) fn person(&self, pn: &str) -> Option<Person> {
        self.accounts
            .get(pn)
            .map(Account::person)
            .or_else(|| Person::member(pn))
    }

    /// The devices of a person; none for a number that nobody has.
    pub(crate) fn devices(&self, keys: Keys, pn: &str) -> Vec<DeviceAddress> {
        match self.accounts.get(pn) {
            Some(account) => account.addresses(),
            None if Person::member(pn).is_some() => virtual_devices(keys, pn),
            None => Vec::new(),
        }
    }

    /// Whether the simulator plays this device, as opposed to a client that linked itself.
    pub(crate) fn is_virtual(&self, device: &DeviceAddress) -> bool {
        device.device == 0 || !self.accounts.contains_key(&device.pn)
    }
}

impl Network {
    /// Reads the state and derives the rest from the seed.
    pub(crate) fn open(config: &SimulatorConfig) -> Result<Self, StartError> {
        let (log, entries) = Log::open(config.state.as_deref())?;
        let seed = entries
            .get("seed")
            .and_then(Value::as_u64)
            .unwrap_or(config.seed);
        let boot = entries.get("boot").and_then(Value::as_u64).unwrap_or(0) + 1;
        let keys = Keys::new(seed);
        let network = Self {
            keys,
            seed,
            boot,
            decryption: config.decryption,
            identity: ServerIdentity::derive(keys)
                .map_err(|error| StartError::Keys(error.to_string()))?,
            media: MediaVault::beside(config.state.as_deref()).map_err(StartError::Media)?,
            signal: SignalVault::new(keys, keys.generator(&format!("signal/{boot}"))),
            log,
            events: Events::new(),
            closing: CancellationToken::new(),
            world: Mutex::default(),
            counter: AtomicU64::new(0),
        };
        for (key, value) in &entries {
            network
                .restore(key, value)
                .map_err(|source| StartError::Entry {
                    key: key.clone(),
                    source,
                })?;
        }
        network.commit(|batch| {
            batch.put("seed", &seed)?;
            batch.put("boot", &boot)
        })?;
        Ok(network)
    }

    fn restore(&self, key: &str, value: &Value) -> Result<(), serde_json::Error> {
        if self.signal.restore(key, value)? {
            return Ok(());
        }
        let mut world = self.world();
        let read = value.clone();
        match key.split('/').collect::<Vec<_>>().as_slice() {
            ["account", pn] => {
                world
                    .accounts
                    .insert((*pn).to_owned(), serde_json::from_value(read)?);
            }
            ["pre-keys", pn, device] => {
                let device = DeviceAddress::new(*pn, device.parse().unwrap_or_default());
                world.pre_keys.insert(device, serde_json::from_value(read)?);
            }
            ["group", id] => {
                world
                    .groups
                    .insert((*id).to_owned(), serde_json::from_value(read)?);
            }
            ["groups-created"] => world.groups_created = serde_json::from_value(read)?,
            ["automatic-receipts"] => world.automatic_receipts = serde_json::from_value(read)?,
            ["message", _] => {
                let record: MessageRecord = serde_json::from_value(read)?;
                world.journal.insert(record);
            }
            ["receipt", number, pn] => {
                let marks = world
                    .receipts
                    .entry(number.parse().unwrap_or_default())
                    .or_default();
                marks.insert((*pn).to_owned(), serde_json::from_value(read)?);
            }
            ["parcel", number] => {
                let parcel: StoredParcel = serde_json::from_value(read)?;
                match OwnedNodeRef::new(parcel.stanza.0) {
                    Ok(stanza) => world.outbox.restore(
                        number.parse().unwrap_or_default(),
                        &parcel.device,
                        stanza.to_owned_node(),
                    ),
                    Err(error) => tracing::warn!(%error, key, "a stored stanza cannot be read"),
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The state. The lock is held for short, synchronous steps only.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a batch durably.
    pub(crate) fn commit(
        &self,
        fill: impl FnOnce(&mut Batch) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        fill(&mut batch)?;
        self.log.commit(batch)
    }

    /// A number that is unique while the process runs.
    pub(crate) fn next_number(&self) -> u64 {
        self.counter.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// A generator for something that must not repeat after a restart, such as ephemeral keys.
    pub(crate) fn fresh_generator(&self, purpose: &str) -> StdRng {
        self.keys
            .generator(&format!("{purpose}/{}/{}", self.boot, self.next_number()))
    }

    pub(crate) fn announce(&self, event: NetworkEvent) {
        self.events.announce(event);
    }

    /// Removes a linked device and everything that belongs to it.
    pub(crate) fn forget_device(&self, device: &DeviceAddress) -> Result<(), StoreError> {
        let (account, parcels) = {
            let mut world = self.world();
            let Some(account) = world.accounts.get_mut(&device.pn) else {
                return Ok(());
            };
            account.devices.remove(&device.device);
            let account = account.clone();
            world.pre_keys.remove(device);
            (account, world.outbox.forget(device))
        };
        self.commit(|batch| {
            batch.put(format!("account/{}", account.pn), &account)?;
            batch.delete(format!("pre-keys/{}/{}", device.pn, device.device));
            for number in parcels {
                batch.delete(parcel_key(number));
            }
            Ok(())
        })?;
        self.announce(NetworkEvent::Phones {
            pn: Some(device.pn.clone()),
        });
        Ok(())
    }

    /// Forgets everything but the seed, and ends all connections.
    pub(crate) fn reset(&self) -> Result<(), StartError> {
        let forgotten = std::mem::take(&mut *self.world());
        for (_, link) in forgotten.links.of_account(None) {
            link.cut();
        }
        for waiting in forgotten.pairings.waiting.values() {
            waiting.link.cut();
        }
        self.signal.clear();
        self.media.clear().map_err(StartError::Media)?;
        self.log.clear()?;
        self.commit(|batch| {
            batch.put("seed", &self.seed)?;
            batch.put("boot", &self.boot)
        })?;
        Ok(())
    }
}
