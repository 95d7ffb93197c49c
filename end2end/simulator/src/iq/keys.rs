//! Key bundles: uploaded by linked devices, fetched by whoever wants to write to one (S5.7, S10).

use wacore::prekeys::compute_key_bundle_digest;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};

use crate::keys::SIGNED_PRE_KEY_ID;
use crate::messages;
use crate::network::{DeviceAddress, Network, UploadedKey};
use crate::store::{Blob, StoreError};
use crate::wire::{StanzaExt, child_bytes, iq_error, iq_result, jid_child};

/// Curve25519, the only type of key.
const KEY_TYPE: u8 = 5;

/// `get`: how many pre-keys wait, a digest of the bundle, or bundles of others.
pub(super) fn query(network: &Network, device: &DeviceAddress, iq: &Node) -> Node {
    if iq.child("count").is_some() {
        let count = network
            .world()
            .pre_keys
            .get(device)
            .map_or(0, |keys| keys.waiting.len());
        let count = NodeBuilder::new("count").attr("value", count).build();
        return iq_result(iq).children([count]).build();
    }
    if iq.child("digest").is_some() {
        return match digest(network, device) {
            Some(digest) => iq_result(iq).children([digest]).build(),
            None => iq_error(iq, 404, "item-not-found"),
        };
    }
    let Some(request) = iq.child("key") else {
        return iq_error(iq, 400, "bad-request");
    };
    let users = request.nodes().iter().filter_map(|user| user.jid("jid"));
    let bundles: Vec<Node> = users.map(|jid| bundle(network, &jid)).collect();
    iq_result(iq)
        .children([NodeBuilder::new("list").children(bundles).build()])
        .build()
}

/// `set`: pre-keys, and the signed pre-key.
pub(super) fn upload(network: &Network, device: &DeviceAddress, iq: &Node) -> Node {
    match keep_upload(network, device, iq) {
        Ok(true) => {
            share_app_state_key(network, device);
            iq_result(iq).build()
        }
        Ok(false) => iq_error(iq, 406, "not-acceptable"),
        Err(error) => {
            tracing::error!(%error, %device, "uploaded keys were not kept");
            iq_error(iq, 500, "internal-server-error")
        }
    }
}

/// Keeps what was uploaded; `false` when it is not the device's own.
fn keep_upload(network: &Network, device: &DeviceAddress, iq: &Node) -> Result<bool, StoreError> {
    let mut world = network.world();
    let world = &mut *world;
    let Some(account) = world.accounts.get_mut(&device.pn) else {
        return Ok(false);
    };
    let Some(linked) = account.devices.get_mut(&device.device) else {
        return Ok(false);
    };
    if child_bytes(iq, "identity").is_some_and(|identity| identity != linked.identity.0) {
        return Ok(false);
    }
    let rotated = iq.child("rotate").unwrap_or(iq);
    if let Some(signed) = rotated.child("skey").and_then(uploaded_key) {
        linked.signed_pre_key = signed;
    }
    let uploaded = iq.child("list").map(StanzaExt::nodes).unwrap_or_default();
    let keys = world.pre_keys.entry(device.clone()).or_default();
    for key in uploaded.iter().filter_map(uploaded_key) {
        if !keys.waiting.iter().any(|known| known.id == key.id) {
            keys.waiting.push(key);
        }
    }
    network.commit(|batch| {
        batch.put(format!("account/{}", account.pn), account)?;
        batch.put(format!("pre-keys/{}/{}", device.pn, device.device), keys)
    })?;
    Ok(true)
}

fn uploaded_key(node: &Node) -> Option<UploadedKey> {
    Some(UploadedKey {
        id: child_bytes(node, "id")?.into(),
        value: child_bytes(node, "value")?.into(),
        signature: child_bytes(node, "signature").map(Blob::from),
    })
}

/// The phone shares the key of the app state with a device that uploaded its keys (S6), once.
pub(super) fn share_app_state_key(network: &Network, device: &DeviceAddress) {
    if let Err(error) = messages::share_app_state_key(network, device) {
        tracing::error!(%error, %device, "the key of the app state could not be shared");
    }
}

fn digest(network: &Network, device: &DeviceAddress) -> Option<Node> {
    let world = network.world();
    let linked = world
        .accounts
        .get(&device.pn)?
        .devices
        .get(&device.device)?;
    let keys = world.pre_keys.get(device)?;
    let signed = &linked.signed_pre_key;
    let values: Vec<&[u8]> = keys
        .waiting
        .iter()
        .map(|key| key.value.0.as_slice())
        .collect();
    let signature = signed
        .signature
        .as_ref()
        .map(|blob| blob.0.as_slice())
        .unwrap_or_default();
    let hash = compute_key_bundle_digest(&linked.identity.0, &signed.value.0, signature, &values);
    let ids = keys
        .waiting
        .iter()
        .map(|key| NodeBuilder::new("id").bytes(key.id.0.clone()).build());
    let children = [
        NodeBuilder::new("registration")
            .bytes(linked.registration_id.0.clone())
            .build(),
        NodeBuilder::new("type").bytes([KEY_TYPE]).build(),
        NodeBuilder::new("identity")
            .bytes(linked.identity.0.clone())
            .build(),
        key_node("skey", signed),
        NodeBuilder::new("list").children(ids).build(),
        NodeBuilder::new("hash").bytes(hash).build(),
    ];
    Some(NodeBuilder::new("digest").children(children).build())
}

/// The bundle of one device, or an error in its place.
fn bundle(network: &Network, jid: &Jid) -> Node {
    let address = DeviceAddress::of(jid);
    let found = address.and_then(|address| {
        if network.world().is_virtual(&address) {
            virtual_bundle(network, &address)
        } else {
            companion_bundle(network, &address)
        }
    });
    let children = found.unwrap_or_else(|| {
        let error = NodeBuilder::new("error")
            .attr("code", 406)
            .attr("text", "not-acceptable");
        vec![error.build()]
    });
    jid_child("user", jid.clone()).children(children).build()
}

fn virtual_bundle(network: &Network, address: &DeviceAddress) -> Option<Vec<Node>> {
    if !network
        .world()
        .devices(network.keys, &address.pn)
        .contains(address)
    {
        return None;
    }
    let (pair, signature) = network.keys.signed_pre_key(address).ok()?;
    let signed = UploadedKey {
        id: key_id(SIGNED_PRE_KEY_ID).into(),
        value: pair.public_key.public_key_bytes().into(),
        signature: Some(signature.as_slice().into()),
    };
    // Ids are handed out once per run; all of them exist.
    let id = u32::try_from(network.next_number() & 0x00ff_ffff).unwrap_or(1);
    let one_time = network.keys.pre_key(address, id).public_key;
    let one_time = UploadedKey {
        id: key_id(id).into(),
        value: one_time.public_key_bytes().into(),
        signature: None,
    };
    let identity = network.keys.identity(address);
    let registration = network.keys.registration_id(address).to_be_bytes();
    Some(bundle_nodes(
        &registration,
        identity.public_key().public_key_bytes(),
        &signed,
        Some(&one_time),
    ))
}

/// A linked device's bundle takes one of its one-time pre-keys; without one left it still works.
fn companion_bundle(network: &Network, address: &DeviceAddress) -> Option<Vec<Node>> {
    let mut world = network.world();
    let world = &mut *world;
    let linked = world
        .accounts
        .get(&address.pn)?
        .devices
        .get(&address.device)?;
    let one_time = match world.pre_keys.get_mut(address) {
        Some(keys) if !keys.waiting.is_empty() => {
            let taken = keys.waiting.remove(0);
            let place = format!("pre-keys/{}/{}", address.pn, address.device);
            network.commit(|batch| batch.put(place, keys)).ok()?;
            Some(taken)
        }
        _ => None,
    };
    let mut nodes = bundle_nodes(
        &linked.registration_id.0,
        &linked.identity.0,
        &linked.signed_pre_key,
        one_time.as_ref(),
    );
    let identity = linked.signed_identity.0.clone();
    nodes.push(NodeBuilder::new("device-identity").bytes(identity).build());
    Some(nodes)
}

fn bundle_nodes(
    registration: &[u8],
    identity: &[u8],
    signed: &UploadedKey,
    one_time: Option<&UploadedKey>,
) -> Vec<Node> {
    let mut nodes = vec![
        NodeBuilder::new("registration").bytes(registration).build(),
        NodeBuilder::new("type").bytes([KEY_TYPE]).build(),
        NodeBuilder::new("identity").bytes(identity).build(),
        key_node("skey", signed),
    ];
    nodes.extend(one_time.map(|key| key_node("key", key)));
    nodes
}

fn key_node(tag: &'static str, key: &UploadedKey) -> Node {
    let part = |tag, blob: &Blob| NodeBuilder::new(tag).bytes(blob.0.clone()).build();
    let parts = [part("id", &key.id), part("value", &key.value)];
    let signature = key
        .signature
        .as_ref()
        .map(|signature| part("signature", signature));
    NodeBuilder::new(tag)
        .children(parts.into_iter().chain(signature))
        .build()
}

/// Ids have three bytes on the wire.
fn key_id(id: u32) -> Vec<u8> {
    id.to_be_bytes()[1..].to_vec()
}
