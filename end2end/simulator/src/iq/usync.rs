//! Who has WhatsApp, under which LID, with which devices (S9).

use buffa::Message as _;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node, Server};
use waproto::whatsapp as wa;

use crate::clock::unix_seconds;
use crate::network::{DeviceAddress, Network, Person, User};
use crate::wire::{StanzaExt, iq_error, iq_result, jid_child};

/// Before the bytes of a key index list that the account signs.
const KEY_INDEX_SIGNATURE_PREFIX: [u8; 2] = [6, 2];

/// What a query wants to know of each person.
struct Wanted {
    contact: bool,
    lid: bool,
    devices: bool,
}

/// Answers for every person in the list.
pub(super) fn answer(network: &Network, iq: &Node) -> Node {
    let Some(usync) = iq.child("usync") else {
        return iq_error(iq, 400, "bad-request");
    };
    let asks = |tag| {
        usync
            .child("query")
            .is_some_and(|query| query.child(tag).is_some())
    };
    let wanted = Wanted {
        contact: asks("contact"),
        lid: asks("lid"),
        devices: asks("devices"),
    };
    let users = usync
        .child("list")
        .map(StanzaExt::nodes)
        .unwrap_or_default();
    let users = users
        .iter()
        .filter_map(|user| describe(network, user, &wanted));
    let list = NodeBuilder::new("list").children(users).build();
    let mut answer = NodeBuilder::new("usync")
        .attr("index", 0)
        .attr("last", "true");
    for name in ["sid", "mode", "context"] {
        if let Some(value) = usync.text(name) {
            answer = answer.attr(name, value);
        }
    }
    let result = NodeBuilder::new("result").build();
    iq_result(iq)
        .children([answer.children([result, list]).build()])
        .build()
}

fn describe(network: &Network, user: &Node, wanted: &Wanted) -> Option<Node> {
    let contact = user.child("contact").and_then(|contact| contact.payload());
    let contact = contact.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let jid = user.jid("jid").or_else(|| contact.as_deref().map(number))?;
    let person = User::of(&jid).and_then(|user| network.world().person(&user.pn));
    let mut children = Vec::new();
    if wanted.contact {
        let known = if person.is_some() { "in" } else { "out" };
        let node = NodeBuilder::new("contact").attr("type", known);
        children.push(node.string_content(contact.unwrap_or_default()).build());
    }
    if let Some(person) = &person {
        if wanted.lid {
            children.push(
                NodeBuilder::new("lid")
                    .attr("val", person.lid_jid())
                    .build(),
            );
        }
        if wanted.devices {
            children.push(devices(network, person));
        }
    }
    let mut node = jid_child("user", jid.to_non_ad());
    if let Some(person) = person.filter(|_| jid.server == Server::Lid) {
        node = node.attr("pn_jid", person.pn_jid());
    }
    Some(node.children(children).build())
}

/// `+55 …` as a JID.
fn number(contact: &str) -> Jid {
    Jid::pn(
        contact
            .chars()
            .filter(char::is_ascii_digit)
            .collect::<String>(),
    )
}

/// The list of devices, with the signed list of key indexes where there are companions: clients
/// drop companions without it.
fn devices(network: &Network, person: &Person) -> Node {
    let devices = network.world().devices(network.keys, &person.pn);
    let list = devices.iter().map(|address| {
        let node = NodeBuilder::new("device").attr("id", address.device);
        let companion = address.device != 0;
        if companion {
            node.attr("key-index", address.device).build()
        } else {
            node.build()
        }
    });
    let list = NodeBuilder::new("device-list").children(list).build();
    let indexes = (devices.len() > 1)
        .then(|| key_indexes(network, &devices))
        .flatten();
    NodeBuilder::new("devices")
        .children(std::iter::once(list).chain(indexes))
        .build()
}

fn key_indexes(network: &Network, devices: &[DeviceAddress]) -> Option<Node> {
    let phone = devices.first()?;
    let indexes: Vec<u32> = devices
        .iter()
        .map(|address| u32::from(address.device))
        .collect();
    let now = unix_seconds();
    let details = wa::ADVKeyIndexList {
        raw_id: Some(network.keys.registration_id(phone)),
        timestamp: Some(now),
        current_index: indexes.iter().max().copied(),
        valid_indexes: indexes,
        ..Default::default()
    }
    .encode_to_vec();
    let account = network.keys.identity(phone);
    let message = [&KEY_INDEX_SIGNATURE_PREFIX[..], &details].concat();
    let mut generator = network.fresh_generator("key-index-signature");
    let signature = account
        .private_key()
        .calculate_signature(&message, &mut generator)
        .ok()?;
    let signed = wa::ADVSignedKeyIndexList {
        details: Some(details),
        account_signature: Some(signature.to_vec()),
        account_signature_key: Some(account.public_key().public_key_bytes().to_vec()),
    };
    let node = NodeBuilder::new("key-index-list").attr("ts", now);
    Some(node.bytes(signed.encode_to_vec()).build())
}
