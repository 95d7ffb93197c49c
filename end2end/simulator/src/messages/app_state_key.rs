//! The phone gives a newly linked device the key of the app state (S6).

use buffa::MessageField;
use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;
use wacore_libsignal::protocol::{IdentityKey, PreKeyBundle, PublicKey, SignalProtocolError};
use waproto::whatsapp as wa;
use waproto::whatsapp::message as wam;

use super::delivery::{post_durable, send_posted};
use crate::clock::{unix_millis, unix_seconds};
use crate::network::{DeviceAddress, LinkedDevice, Network, UploadedKey};
use crate::signal::{Envelope, SignalFailure};
use crate::store::{Batch, StoreError};
use crate::wire::new_stanza_id;

/// Why the key was not shared.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyShareFailure {
    #[error(transparent)]
    Signal(#[from] SignalFailure),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SignalProtocolError> for KeyShareFailure {
    fn from(error: SignalProtocolError) -> Self {
        Self::Signal(error.into())
    }
}

/// Shares the key, unless the device has it, has uploaded no keys yet, or the phone is offline.
pub(crate) fn share_app_state_key(
    network: &Network,
    device: &DeviceAddress,
) -> Result<(), KeyShareFailure> {
    let Some((account, one_time)) = prepare(network, device) else {
        return Ok(());
    };
    let Some(linked) = account.devices.get(&device.device) else {
        return Ok(());
    };
    let phone = DeviceAddress::new(device.pn.as_str(), 0);
    let bundle = bundle(linked, &one_time)?;
    let mut batch = Batch::default();
    let content = key_share(network, device);
    let envelope = network
        .signal
        .seal(&phone, device, &bundle, &content, &mut batch)?;
    let stanza = stanza(&phone, &envelope);
    batch.put(format!("account/{}", account.pn), &account)?;
    if let Some(keys) = network.world().pre_keys.get(device) {
        batch.put(format!("pre-keys/{}/{}", device.pn, device.device), keys)?;
    }
    post_durable(network, device, &stanza, &mut batch)?;
    network.log.commit(batch)?;
    send_posted(network, device, stanza);
    Ok(())
}

/// Takes a pre-key of the device and notes that it gets the app state's key.
fn prepare(
    network: &Network,
    device: &DeviceAddress,
) -> Option<(crate::network::Account, UploadedKey)> {
    let mut world = network.world();
    let world = &mut *world;
    let account = world.accounts.get_mut(&device.pn)?;
    let keys = world.pre_keys.get_mut(device)?;
    let ready = !account.offline && !keys.waiting.is_empty();
    let linked = account.devices.get_mut(&device.device)?;
    if !ready || linked.has_app_state_key {
        return None;
    }
    linked.has_app_state_key = true;
    let one_time = keys.waiting.remove(0);
    Some((account.clone(), one_time))
}

fn bundle(linked: &LinkedDevice, one_time: &UploadedKey) -> Result<PreKeyBundle, KeyShareFailure> {
    let key =
        |bytes: &[u8]| PublicKey::from_djb_public_key_bytes(bytes).map_err(SignalFailure::from);
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .fold(0, |sum, byte| (sum << 8) | u32::from(*byte))
    };
    let signed = &linked.signed_pre_key;
    let signature = signed
        .signature
        .as_ref()
        .map(|blob| blob.0.clone())
        .unwrap_or_default();
    Ok(PreKeyBundle::new(
        number(&linked.registration_id.0),
        0.into(),
        Some((number(&one_time.id.0).into(), key(&one_time.value.0)?)),
        number(&signed.id.0).into(),
        key(&signed.value.0)?,
        signature,
        IdentityKey::new(key(&linked.identity.0)?),
    )?)
}

/// All devices of an account get the same key.
fn key_share(network: &Network, device: &DeviceAddress) -> wa::Message {
    let phone = DeviceAddress::new(device.pn.as_str(), 0);
    let label = format!("app-state-key/{}", device.pn);
    let id: [u8; 6] = network.keys.bytes(&format!("{label}/id"));
    let data: [u8; 32] = network.keys.bytes(&format!("{label}/data"));
    let fingerprint = wam::AppStateSyncKeyFingerprint {
        raw_id: Some(network.keys.registration_id(&phone)),
        current_index: Some(u32::from(device.device)),
        device_indexes: vec![0, u32::from(device.device)],
    };
    let key = wam::AppStateSyncKey {
        key_id: MessageField::some(wam::AppStateSyncKeyId {
            key_id: Some(id.to_vec()),
        }),
        key_data: MessageField::some(wam::AppStateSyncKeyData {
            key_data: Some(data.to_vec()),
            fingerprint: MessageField::some(fingerprint),
            timestamp: i64::try_from(unix_millis()).ok(),
        }),
    };
    wa::Message {
        protocol_message: MessageField::some(wam::ProtocolMessage {
            r#type: Some(wam::protocol_message::Type::APP_STATE_SYNC_KEY_SHARE),
            app_state_sync_key_share: MessageField::some(wam::AppStateSyncKeyShare {
                keys: vec![key],
            }),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn stanza(phone: &DeviceAddress, envelope: &Envelope) -> Node {
    let sealed = NodeBuilder::new("enc")
        .attr("v", 2)
        .attr("type", envelope.kind.as_str())
        .bytes(envelope.ciphertext.clone())
        .build();
    NodeBuilder::new("message")
        .attr("from", phone.pn_jid())
        .attr("id", new_stanza_id())
        .attr("t", unix_seconds())
        .attr("type", "text")
        .attr("category", "peer")
        .children([sealed])
        .build()
}
