//! A message arrives: refuse it or take it in, then acknowledge (S11 to S13).
//!
//! The order is that of the real network as far as a sender can see: what is acknowledged is in the
//! journal, durably, and on its way to everyone. An ack that is lost afterwards changes nothing.

use std::sync::Arc;

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Node, Server};

use super::envelopes::Arrival;
use super::fan_out::{self, Delivery};
use super::reading::{Audience, read};
use super::{delivery, own_phone, receipts, retries};
use crate::clock::{unix_millis, unix_seconds};
use crate::network::{
    AckFate, DeviceAddress, Group, Link, MessageKey, Network, NetworkEvent, RefusedAttempt, User,
};
use crate::store::StoreError;
use crate::wire::StanzaExt as _;

/// The stanza is malformed.
const MALFORMED: u16 = 400;
/// The sender is not a member of the group.
const FORBIDDEN: u16 = 403;
/// There is no such group or number.
const NO_RECIPIENT: u16 = 404;
/// Only administrators may send to the group and the sender is none. The engine's sources know the
/// codes 400, 404, 463, 479 and 503 only and treat every other one as a refusal without a reason;
/// no source at hand documents which one WhatsApp gives here. This one collides with none of them;
/// check it against the real network before giving it a meaning of its own.
const ANNOUNCE_ONLY: u16 = 420;

/// Where a message goes.
pub(super) enum Target {
    Group(Group),
    Person(User),
    /// Status updates, and what a device tells its own account: accepted and shown to nobody.
    Nobody,
}

/// Handles a `<message>` from a linked device.
pub(crate) async fn accept(
    network: &Arc<Network>,
    link: &Arc<Link>,
    sender: &DeviceAddress,
    stanza: Node,
) {
    let echo = Echo::of(&stanza);
    let Some(arrival) = Arrival::parse(sender, stanza) else {
        link.send(echo.ack(Some(MALFORMED)));
        return;
    };
    let target = match screen(network, &arrival) {
        Ok(target) => target,
        Err(code) => {
            note_refusal(network, &arrival, code);
            link.send(echo.ack(Some(code)));
            return;
        }
    };
    let work = Arc::clone(network);
    let taken = tokio::task::spawn_blocking(move || take_in(&work, arrival, &target)).await;
    match taken {
        Ok(Ok(deliveries)) => {
            for Delivery { device, stanza } in deliveries {
                delivery::send_posted(network, &device, stanza);
            }
            let fate = network.world().faults.ack_fate(&sender.pn);
            acknowledge(link, &echo, fate);
        }
        // Without an ack the sender will repeat the message.
        Ok(Err(error)) => tracing::error!(%error, "an accepted message could not be kept"),
        Err(error) => tracing::error!(%error, "taking a message in failed"),
    }
}

/// Decides whether a message may pass, and where it goes.
fn screen(network: &Network, arrival: &Arrival) -> Result<Target, u16> {
    let mut world = network.world();
    let sender = &arrival.sender.pn;
    let chat = chat_of(arrival);
    if let Some(code) = world.faults.nack(sender, &chat) {
        return Err(code);
    }
    if arrival.is_peer() || arrival.to.server == Server::Broadcast {
        return Ok(Target::Nobody);
    }
    if !arrival.is_for_group() {
        let user = User::of(&arrival.to).ok_or(NO_RECIPIENT)?;
        return world
            .person(&user.pn)
            .map(|_| Target::Person(user))
            .ok_or(NO_RECIPIENT);
    }
    let group = world
        .groups
        .get(arrival.to.user.as_str())
        .ok_or(NO_RECIPIENT)?;
    let member = group.participant(sender).ok_or(FORBIDDEN)?;
    if group.announce && !member.admin {
        return Err(ANNOUNCE_ONLY);
    }
    Ok(Target::Group(group.clone()))
}

/// The chat under one name, whichever of number and LID the sender used.
pub(super) fn chat_of(arrival: &Arrival) -> String {
    match User::of(&arrival.to) {
        Some(user) => DeviceAddress::new(user.pn, 0).pn_jid().to_string(),
        None => arrival.to.to_string(),
    }
}

pub(super) fn key_of(arrival: &Arrival) -> MessageKey {
    MessageKey {
        chat: chat_of(arrival),
        id: arrival.id.clone(),
        sender: arrival.sender.pn.clone(),
    }
}

fn note_refusal(network: &Network, arrival: &Arrival, code: u16) {
    let key = key_of(arrival);
    let now = unix_millis();
    let record = {
        let mut world = network.world();
        let record = world.journal.entry(&key, &arrival.sender, now);
        record.refused.push(RefusedAttempt { code, at: now });
        record.clone()
    };
    if let Err(error) = network.commit(|batch| batch.put(record.store_key(), &record)) {
        tracing::warn!(%error, "a refusal was not recorded");
    }
    network.announce(NetworkEvent::Message {
        chat: key.chat,
        id: key.id,
    });
}

/// Lets the audience read, writes the journal and posts to linked devices, durably.
fn take_in(
    network: &Arc<Network>,
    arrival: Arrival,
    target: &Target,
) -> Result<Vec<Delivery>, StoreError> {
    if matches!(target, Target::Nobody) {
        return Ok(Vec::new());
    }
    if let Some(device) = arrival.retransmission.clone() {
        return retries::take_in(network, &arrival, target, &device);
    }
    let audience = Audience::of(network, &arrival, target);
    let mut batch = crate::store::Batch::default();
    let reading = read(network, &arrival, &audience, &mut batch);
    let key = key_of(&arrival);
    let (record, first) = {
        let mut world = network.world();
        let record = world.journal.entry(&key, &arrival.sender, unix_millis());
        record.accepted += 1;
        record.recipients.clone_from(&audience.recipients);
        reading.enter_into(record);
        (record.clone(), record.accepted == 1)
    };
    batch.put(record.store_key(), &record)?;
    let deliveries = fan_out::post(network, &arrival, target, &audience, &mut batch)?;
    network.log.commit(batch)?;
    network.announce(NetworkEvent::Message {
        chat: key.chat,
        id: key.id,
    });
    retries::request(network, &record);
    if first {
        own_phone::take(network, &record)?;
        receipts::schedule_automatic(network, &record);
    }
    Ok(deliveries)
}

/// What an ack repeats of its message.
#[derive(Clone)]
struct Echo {
    id: String,
    from: Option<wacore_binary::Jid>,
}

impl Echo {
    fn of(stanza: &Node) -> Self {
        Self {
            id: stanza.text("id").unwrap_or_default(),
            from: stanza.jid("to"),
        }
    }

    fn ack(&self, error: Option<u16>) -> Node {
        let mut ack = NodeBuilder::new("ack")
            .attr("class", "message")
            .attr("id", self.id.as_str())
            .attr("t", unix_seconds());
        if let Some(from) = &self.from {
            ack = ack.attr("from", from.clone());
        }
        if let Some(code) = error {
            ack = ack.attr("error", code);
        }
        ack.build()
    }
}

fn acknowledge(link: &Arc<Link>, echo: &Echo, fate: AckFate) {
    if fate.delay.is_zero() {
        for _ in 0..fate.copies {
            link.send(echo.ack(None));
        }
        return;
    }
    let (link, echo) = (Arc::clone(link), echo.clone());
    tokio::spawn(async move {
        tokio::time::sleep(fate.delay).await;
        for _ in 0..fate.copies {
            link.send(echo.ack(None));
        }
    });
}
