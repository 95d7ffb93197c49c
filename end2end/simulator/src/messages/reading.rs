//! The virtual devices read a message.

use std::collections::{BTreeMap, BTreeSet};

use waproto::whatsapp as wa;

use super::accept::Target;
use super::content::describe;
use super::envelopes::Arrival;
use crate::clock::unix_millis;
use crate::network::{DecryptionFailure, DeviceAddress, MessageRecord, Network};
use crate::signal::{SealedGroupMessage, SignalFailure};
use crate::simulator::DecryptionMode;
use crate::store::Batch;

/// Who is to receive a message.
pub(super) struct Audience {
    /// The people, the sender not among them unless they write to themselves.
    pub(super) recipients: Vec<String>,
    /// The devices that the simulator plays, the sender's phone among them.
    pub(super) virtual_devices: Vec<DeviceAddress>,
    /// The devices that clients linked, without the sending one.
    pub(super) linked_devices: Vec<DeviceAddress>,
}

impl Audience {
    pub(super) fn of(network: &Network, arrival: &Arrival, target: &Target) -> Self {
        let sender = &arrival.sender;
        let (people, recipients): (BTreeSet<String>, Vec<String>) = match target {
            Target::Nobody => (BTreeSet::new(), Vec::new()),
            Target::Person(user) => (
                BTreeSet::from([user.pn.clone(), sender.pn.clone()]),
                vec![user.pn.clone()],
            ),
            Target::Group(group) => {
                let people: BTreeSet<_> = group.participants.iter().map(|p| p.pn.clone()).collect();
                let others = people
                    .iter()
                    .filter(|pn| **pn != sender.pn)
                    .cloned()
                    .collect();
                (people, others)
            }
        };
        let world = network.world();
        let (virtual_devices, linked_devices) = people
            .iter()
            .flat_map(|pn| world.devices(network.keys, pn))
            .filter(|device| device != sender)
            .partition(|device| world.is_virtual(device));
        Self {
            recipients,
            virtual_devices,
            linked_devices,
        }
    }
}

impl Audience {
    /// One linked device: what was encrypted once more is for nobody else.
    pub(super) fn only_linked(device: DeviceAddress) -> Self {
        Self {
            recipients: Vec::new(),
            virtual_devices: Vec::new(),
            linked_devices: vec![device],
        }
    }
}

/// What the virtual devices made of a message.
#[derive(Default)]
pub(super) struct Reading {
    content: Option<super::content::Content>,
    readers: BTreeSet<String>,
    failures: Vec<DecryptionFailure>,
}

impl Reading {
    /// Adds it to what earlier attempts of the same message gave.
    pub(super) fn enter_into(self, record: &mut MessageRecord) {
        record.last_at = unix_millis();
        if let Some(content) = self.content {
            record.kind = Some(content.kind);
            record.text = content.text;
            record.media = content.media;
        }
        let recipients: BTreeSet<&String> = record.recipients.iter().collect();
        record.shown.extend(
            self.readers
                .into_iter()
                .filter(|pn| recipients.contains(pn)),
        );
        record.failures = self.failures;
    }
}

/// Lets every virtual device of the audience decrypt.
pub(super) fn read(
    network: &Network,
    arrival: &Arrival,
    audience: &Audience,
    batch: &mut Batch,
) -> Reading {
    if network.decryption == DecryptionMode::Count {
        return Reading::default();
    }
    let (opened, mut failures) = open_envelopes(network, arrival, audience, batch);
    let mut reading = Reading::default();
    let message = if let Some(ciphertext) = &arrival.group_ciphertext {
        let outcome = read_group(network, arrival, audience, ciphertext, opened, batch);
        reading.readers = outcome.readers;
        failures.extend(outcome.failures);
        outcome.content
    } else {
        let unreached = audience.virtual_devices.iter().filter(|device| {
            !opened.contains_key(*device) && !failures.iter().any(|f| f.device == **device)
        });
        let unreached: Vec<_> = unreached
            .map(|d| failure(d.clone(), &SignalFailure::NothingForDevice))
            .collect();
        failures.extend(unreached);
        reading.readers = opened.keys().map(|device| device.pn.clone()).collect();
        opened.into_values().next()
    };
    reading.content = message.map(|message| describe(network, message));
    reading.failures = failures;
    reading
}

type Opened = BTreeMap<DeviceAddress, wa::Message>;

fn open_envelopes(
    network: &Network,
    arrival: &Arrival,
    audience: &Audience,
    batch: &mut Batch,
) -> (Opened, Vec<DecryptionFailure>) {
    let virtual_devices: BTreeSet<&DeviceAddress> = audience.virtual_devices.iter().collect();
    let mut opened = Opened::new();
    let mut failures = Vec::new();
    for envelope in arrival
        .envelopes
        .iter()
        .filter(|e| virtual_devices.contains(&e.to))
    {
        match network.signal.open(envelope, &arrival.sender, batch) {
            Ok(message) => drop(opened.insert(envelope.to.clone(), message)),
            Err(error) => failures.push(failure(envelope.to.clone(), &error)),
        }
    }
    (opened, failures)
}

struct GroupOutcome {
    content: Option<wa::Message>,
    readers: BTreeSet<String>,
    failures: Vec<DecryptionFailure>,
}

fn read_group(
    network: &Network,
    arrival: &Arrival,
    audience: &Audience,
    ciphertext: &[u8],
    opened: Opened,
    batch: &mut Batch,
) -> GroupOutcome {
    let distributions: Vec<_> = opened
        .into_iter()
        .filter_map(|(device, message)| {
            let part = message.sender_key_distribution_message.into_option()?;
            Some((device, part.axolotl_sender_key_distribution_message?))
        })
        .collect();
    let sealed = SealedGroupMessage {
        group: arrival.to.user.to_string(),
        sender: arrival.sender.clone(),
        ciphertext: ciphertext.to_vec(),
    };
    let devices = &audience.virtual_devices;
    match network
        .signal
        .read_group(&sealed, &distributions, devices, batch)
    {
        Ok(reading) => GroupOutcome {
            content: reading.content,
            readers: reading
                .readers
                .into_iter()
                .map(|device| device.pn)
                .collect(),
            failures: reading
                .failures
                .into_iter()
                .map(|(d, error)| failure(d, &error))
                .collect(),
        },
        Err(error) => GroupOutcome {
            content: None,
            readers: BTreeSet::new(),
            failures: devices
                .iter()
                .map(|device| failure(device.clone(), &error))
                .collect(),
        },
    }
}

fn failure(device: DeviceAddress, error: &SignalFailure) -> DecryptionFailure {
    let requests = u8::from(!matches!(error, SignalFailure::NothingForDevice));
    DecryptionFailure {
        device,
        error: error.to_string(),
        requests,
    }
}
