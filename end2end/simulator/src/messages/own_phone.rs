//! The sender's own phone receives what its linked devices send, and says so to the device that sent
//! it (S14, `type="sender"`). A phone that is offline says nothing until it is back.

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node, Server};

use super::delivery::post;
use super::receipts::{mark, name_in};
use crate::clock::unix_seconds;
use crate::network::{DeviceAddress, MessageRecord, Network, ReceiptKind};
use crate::store::{Batch, StoreError};

/// The phone takes a message of one of its linked devices, if it can.
pub(super) fn take(network: &Network, record: &MessageRecord) -> Result<(), StoreError> {
    let sender = &record.sender;
    let is_there = {
        let world = network.world();
        let account = world.accounts.get(&sender.pn);
        account
            .is_some_and(|account| !account.offline && account.devices.contains_key(&sender.device))
    };
    if !is_there {
        return Ok(());
    }
    let mut batch = Batch::default();
    let taken = mark(network, record.number, &sender.pn, ReceiptKind::Delivered);
    batch.put(format!("receipt/{}/{}", record.number, sender.pn), &taken)?;
    network.log.commit(batch)?;
    post(network, sender, stanza(network, record));
    Ok(())
}

/// A phone that is back takes what its linked devices sent meanwhile.
pub(crate) fn take_what_waited(network: &Network, pn: &str) -> Result<(), StoreError> {
    let waiting: Vec<MessageRecord> = {
        let world = network.world();
        let is_taken = |record: &MessageRecord| {
            let marks = world.receipts.get(&record.number);
            marks.is_some_and(|marks| marks.contains_key(pn))
        };
        let ours = world.journal.after(0);
        ours.filter(|record| record.sender.pn == pn && record.accepted > 0)
            .filter(|record| !is_taken(record))
            .cloned()
            .collect()
    };
    for record in &waiting {
        take(network, record)?;
    }
    Ok(())
}

fn stanza(network: &Network, record: &MessageRecord) -> Node {
    let phone = DeviceAddress::new(record.sender.pn.as_str(), 0);
    let chat: Option<Jid> = record.chat.parse().ok();
    let receipt = NodeBuilder::new("receipt")
        .attr("id", record.id.as_str())
        .attr("t", unix_seconds())
        .attr("type", "sender");
    let receipt = match chat {
        Some(group) if group.server == Server::Group => receipt
            .attr("participant", name_in(network, &group, &phone))
            .attr("from", group),
        Some(person) => receipt
            .attr("from", phone.pn_jid())
            .attr("recipient", person),
        None => receipt.attr("from", phone.pn_jid()),
    };
    receipt.build()
}
