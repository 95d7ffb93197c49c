//! Receipts (S14): of virtual members, by order or by themselves, and of linked devices.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt as _;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node, Server};

use super::delivery::{confirm, post};
use crate::clock::{unix_millis, unix_seconds};
use crate::network::{
    Account, DeviceAddress, MessageRecord, Network, NetworkEvent, ReceiptKind, ReceiptMark, User,
};
use crate::wire::StanzaExt;

/// Why no receipt was given.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReceiptFailure {
    #[error("the network knows no message {0:?} in that chat")]
    UnknownMessage(String),
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}

/// Members give receipts of a message: the first `count` of them that have not, or all.
pub(crate) fn give_receipts(
    network: &Network,
    id: &str,
    chat: Option<&str>,
    kind: ReceiptKind,
    count: Option<usize>,
) -> Result<usize, ReceiptFailure> {
    let (record, members) = {
        let world = network.world();
        let record = world.journal.by_id(id, chat);
        let record = record
            .ok_or_else(|| ReceiptFailure::UnknownMessage(id.to_owned()))?
            .clone();
        let marks = world.receipts.get(&record.number);
        let given = |pn: &String| {
            let mark = marks
                .and_then(|marks| marks.get(pn))
                .copied()
                .unwrap_or_default();
            match kind {
                ReceiptKind::Delivered => mark.delivered_at.is_some(),
                ReceiptKind::Read => mark.read_at.is_some(),
            }
        };
        let open = record.recipients.iter().filter(|pn| !given(pn));
        let members: Vec<String> = open.take(count.unwrap_or(usize::MAX)).cloned().collect();
        (record, members)
    };
    give(network, &record, &members, kind)?;
    Ok(members.len())
}

/// Records receipts and sends them to the sender's linked devices.
fn give(
    network: &Network,
    record: &MessageRecord,
    members: &[String],
    kind: ReceiptKind,
) -> Result<(), crate::store::StoreError> {
    let devices = {
        let world = network.world();
        let account = world.accounts.get(&record.sender.pn);
        account.map(Account::addresses).unwrap_or_default()
    };
    let mut batch = crate::store::Batch::default();
    for pn in members {
        let mark = mark(network, record.number, pn, kind);
        batch.put(format!("receipt/{}/{pn}", record.number), &mark)?;
    }
    network.log.commit(batch)?;
    for pn in members {
        for device in devices.iter().filter(|device| device.device != 0) {
            post(network, device, stanza(network, record, pn, kind));
        }
    }
    network.announce(NetworkEvent::Receipts {
        chat: record.chat.clone(),
        id: record.id.clone(),
    });
    Ok(())
}

/// Who has read it has received it.
pub(super) fn mark(network: &Network, number: u64, pn: &str, kind: ReceiptKind) -> ReceiptMark {
    let now = Some(unix_millis());
    let mut world = network.world();
    let mark = world
        .receipts
        .entry(number)
        .or_default()
        .entry(pn.to_owned())
        .or_default();
    mark.delivered_at = mark.delivered_at.or(now);
    if kind == ReceiptKind::Read {
        mark.read_at = mark.read_at.or(now);
    }
    *mark
}

fn stanza(network: &Network, record: &MessageRecord, pn: &str, kind: ReceiptKind) -> Node {
    let member = DeviceAddress::new(pn, 0);
    let chat: Option<Jid> = record.chat.parse().ok();
    let mut receipt = NodeBuilder::new("receipt")
        .attr("id", record.id.as_str())
        .attr("t", unix_seconds());
    if let Some(chat) = chat {
        if chat.server == Server::Group {
            receipt = receipt.attr("participant", name_in(network, &chat, &member));
        }
        receipt = receipt.attr("from", chat);
    }
    if kind == ReceiptKind::Read {
        receipt = receipt.attr("type", "read");
    }
    receipt.build()
}

/// How a group names a member.
pub(super) fn name_in(network: &Network, group: &Jid, member: &DeviceAddress) -> Jid {
    let world = network.world();
    let group = world.groups.get(group.user.as_str());
    let person = world.person(&member.pn);
    let name = group
        .zip(person)
        .map(|(group, person)| group.name_of(&person));
    name.unwrap_or_else(|| member.lid_jid())
}

/// Lets virtual members give receipts of a message after a while, as the policy says.
pub(super) fn schedule_automatic(network: &Arc<Network>, record: &MessageRecord) {
    let plan = plan(network, record);
    if plan.is_empty() {
        return;
    }
    let (network, record) = (Arc::clone(network), record.clone());
    let closing = network.closing.clone();
    tokio::spawn(async move {
        #[allow(clippy::disallowed_methods, reason = "as in `crate::clock`")]
        let began = tokio::time::Instant::now();
        for (delay, pn, kind) in plan {
            tokio::select! {
                () = closing.cancelled() => return,
                () = tokio::time::sleep_until(began + delay) => {}
            }
            if let Err(error) = give(&network, &record, &[pn], kind) {
                tracing::warn!(%error, "an automatic receipt was not recorded");
            }
        }
    });
}

/// Who gives which receipt when, in the order of time.
fn plan(network: &Network, record: &MessageRecord) -> Vec<(Duration, String, ReceiptKind)> {
    let policy = network.world().automatic_receipts;
    let mut generator = network.fresh_generator("automatic-receipts");
    let mut plan = Vec::new();
    // The owner of a phone may have linked a real client, which gives receipts itself.
    let virtual_members = record.recipients.iter().filter(|pn| {
        network
            .world()
            .person(pn)
            .is_some_and(|person| !person.has_phone)
    });
    for pn in virtual_members {
        let mut wait = || Duration::from_millis(generator.random_range(0..=policy.delay_ms));
        let (delivered, read) = (wait(), wait());
        if generator.random::<f64>() >= policy.delivered {
            continue;
        }
        plan.push((delivered, pn.clone(), ReceiptKind::Delivered));
        if generator.random::<f64>() < policy.read {
            plan.push((delivered + read, pn.clone(), ReceiptKind::Read));
        }
    }
    plan.sort_by_key(|(delay, _, _)| *delay);
    plan
}

/// A linked device confirms messages, and says whether it could read them: its receipt is passed
/// on to the sender's devices.
pub(crate) fn take_receipt(network: &Network, device: &DeviceAddress, receipt: &Node) {
    confirm(network, device, "message", receipt);
    let kind = receipt.text("type");
    let Some(sender) = receipt.jid("participant").or_else(|| receipt.jid("to")) else {
        return;
    };
    let Some(sender) = User::of(&sender) else {
        return;
    };
    if sender.pn == device.pn || kind.as_deref() == Some("peer_msg") {
        return;
    }
    note(network, device, receipt, kind.as_deref());
    let devices = {
        let world = network.world();
        world
            .accounts
            .get(&sender.pn)
            .map(Account::addresses)
            .unwrap_or_default()
    };
    for target in devices.iter().filter(|target| target.device != 0) {
        post(network, target, relayed(device, receipt));
    }
}

/// Marks the messages that a linked device's receipt names.
fn note(network: &Network, device: &DeviceAddress, receipt: &Node, kind: Option<&str>) {
    let mark_kind = match kind {
        None | Some("") => ReceiptKind::Delivered,
        Some("read" | "read-self") => ReceiptKind::Read,
        Some(_) => return,
    };
    let more = receipt
        .child("list")
        .map(StanzaExt::nodes)
        .unwrap_or_default();
    let ids = receipt
        .text("id")
        .into_iter()
        .chain(more.iter().filter_map(|item| item.text("id")));
    for id in ids {
        let found = network
            .world()
            .journal
            .by_id(&id, None)
            .map(|r| (r.number, r.chat.clone()));
        let Some((number, chat)) = found else {
            continue;
        };
        let mark = mark(network, number, &device.pn, mark_kind);
        let place = format!("receipt/{number}/{}", device.pn);
        if let Err(error) = network.commit(|batch| batch.put(place, &mark)) {
            tracing::warn!(%error, "a receipt was not recorded");
        }
        network.announce(NetworkEvent::Receipts { chat, id });
    }
}

/// A receipt as the sender's devices see it: what was `to` comes `from`.
fn relayed(device: &DeviceAddress, receipt: &Node) -> Node {
    let mut node = receipt.clone();
    let to = receipt.jid("to");
    let group = to.as_ref().is_some_and(|to| to.server == Server::Group);
    let by_lid = receipt
        .jid("participant")
        .or(to.clone())
        .is_some_and(|name| name.server == Server::Lid);
    let own = if by_lid {
        device.lid_jid()
    } else {
        device.pn_jid()
    };
    node.attrs
        .0
        .retain(|(name, _)| !matches!(name.as_ref(), "to" | "participant" | "recipient"));
    if group {
        node.attrs.insert("participant", own);
        if let Some(group) = to {
            node.attrs.insert("from", group);
        }
    } else {
        node.attrs.insert("from", own);
    }
    node.attrs.insert("t", unix_seconds());
    node
}
