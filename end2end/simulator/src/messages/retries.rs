//! A device that could not read a message asks for it again, and the sender encrypts it once more,
//! for that device alone.

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Node, Server};

use super::accept::{Target, chat_of, key_of};
use super::content::describe;
use super::delivery::post;
use super::envelopes::Arrival;
use super::fan_out::{self, Delivery};
use super::reading::Audience;
use crate::clock::{unix_millis, unix_seconds};
use crate::network::{
    Addressing, DecryptionFailure, DeviceAddress, MessageRecord, Network, NetworkEvent,
};
use crate::signal::SignalFailure;
use crate::store::{Batch, StoreError};

/// Phones give up after so many requests.
const MOST_REQUESTS: u8 = 4;

/// Lets the devices that failed ask the sending device for the message.
pub(super) fn request(network: &Network, record: &MessageRecord) {
    for failure in &record.failures {
        let recipient = record.recipients.contains(&failure.device.pn);
        if recipient && (1..=MOST_REQUESTS).contains(&failure.requests) {
            post(network, &record.sender, stanza(network, record, failure));
        }
    }
}

fn stanza(network: &Network, record: &MessageRecord, failure: &DecryptionFailure) -> Node {
    let now = unix_seconds();
    let retry = NodeBuilder::new("retry")
        .attr("count", failure.requests)
        .attr("id", record.id.as_str())
        .attr("t", now)
        .attr("v", 1)
        .build();
    let registration = network.keys.registration_id(&failure.device).to_be_bytes();
    let registration = NodeBuilder::new("registration").bytes(registration).build();
    let receipt = NodeBuilder::new("receipt")
        .attr("id", record.id.as_str())
        .attr("t", now)
        .attr("type", "retry");
    let chat: Option<wacore_binary::Jid> = record.chat.parse().ok();
    let receipt = match chat.filter(|chat| chat.server == Server::Group) {
        Some(group) => {
            let addressing = network
                .world()
                .groups
                .get(group.user.as_str())
                .map(|group| group.addressing);
            let name = match addressing {
                Some(Addressing::Pn) => failure.device.pn_jid(),
                Some(Addressing::Lid) | None => failure.device.lid_jid(),
            };
            receipt.attr("from", group).attr("participant", name)
        }
        None => receipt.attr("from", failure.device.pn_jid()),
    };
    receipt.children([retry, registration]).build()
}

/// Takes in what a sender encrypted once more for `device`. It counts as no new acceptance.
pub(super) fn take_in(
    network: &Network,
    arrival: &Arrival,
    target: &Target,
    device: &DeviceAddress,
) -> Result<Vec<Delivery>, StoreError> {
    let mut batch = Batch::default();
    if !network.world().is_virtual(device) {
        let audience = Audience::only_linked(device.clone());
        let deliveries = fan_out::post(network, arrival, target, &audience, &mut batch)?;
        network.log.commit(batch)?;
        return Ok(deliveries);
    }
    let outcome = open(network, arrival, &mut batch);
    let record = {
        let mut world = network.world();
        let record = world
            .journal
            .entry(&key_of(arrival), &arrival.sender, unix_millis());
        match outcome {
            Ok(content) => {
                record.failures.retain(|failure| failure.device != *device);
                if record.recipients.contains(&device.pn) {
                    record.shown.insert(device.pn.clone());
                }
                if record.kind.is_none() {
                    record.kind = Some(content.kind);
                    record.text = content.text;
                    record.media = content.media;
                }
            }
            Err(error) => {
                let failed = record.failures.iter_mut().find(|f| f.device == *device);
                if let Some(failure) = failed {
                    failure.error = error.to_string();
                    failure.requests += 1;
                }
            }
        }
        record.clone()
    };
    batch.put(record.store_key(), &record)?;
    network.log.commit(batch)?;
    let (chat, id) = (chat_of(arrival), arrival.id.clone());
    network.announce(NetworkEvent::Message { chat, id });
    let failed = record
        .failures
        .into_iter()
        .filter(|failure| failure.device == *device)
        .collect();
    request(
        network,
        &MessageRecord {
            failures: failed,
            ..record
        },
    );
    Ok(Vec::new())
}

/// The message itself, and in a group the sender's key for what comes next.
fn open(
    network: &Network,
    arrival: &Arrival,
    batch: &mut Batch,
) -> Result<super::content::Content, SignalFailure> {
    let envelope = arrival
        .envelopes
        .first()
        .ok_or(SignalFailure::NothingForDevice)?;
    let mut message = network.signal.open(envelope, &arrival.sender, batch)?;
    let distribution = message
        .sender_key_distribution_message
        .take()
        .and_then(|part| part.axolotl_sender_key_distribution_message);
    if let Some(distribution) = distribution {
        let place = (arrival.to.user.to_string(), arrival.sender.clone());
        network
            .signal
            .hold_group_key(place, &envelope.to, &distribution, batch)?;
    }
    Ok(describe(network, message))
}
