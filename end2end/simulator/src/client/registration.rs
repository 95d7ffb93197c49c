//! Linking a device (S2, S3): the client shows a QR code and a phone [scans](super::scan) it, or the
//! client shows [a code](super::pairing_code) and a person types it into the phone; both sign.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use buffa::Message as _;
use rand::Rng as _;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Node, Server};
use wacore_libsignal::protocol::PublicKey;
use waproto::whatsapp as wa;

use super::serve::next_stanza;
use super::{pairing_code, stream_error};
use crate::clock::unix_millis;
use crate::network::{
    CompanionKeys, DeviceAddress, Link, LinkedDevice, Network, NetworkEvent, PairingFailure,
    ScanUnderWay, UploadedKey, Waiting,
};
use crate::wire::{
    Established, FrameReader, StanzaExt as _, TransportError, iq_result, new_stanza_id, server_jid,
};

/// How many refs a client gets: it shows them one after the other.
const REFS: usize = 6;
/// Before the bytes that the device signs.
const DEVICE_SIGNATURE_PREFIX: [u8; 2] = [6, 1];

/// Why a client may not wait for a phone.
#[derive(Debug, thiserror::Error)]
pub(super) enum RegistrationRefusal {
    #[error("the registration lacks {0}")]
    Missing(&'static str),
    #[error("the signed pre-key is not signed by the identity")]
    Signature,
}

/// Gives a client its refs and lets it wait for a phone.
pub(super) fn enter(
    network: &Network,
    link: &Arc<Link>,
    established: Established,
) -> Result<(), RegistrationRefusal> {
    let keys = companion_keys(established)?;
    let mut generator = network.fresh_generator("refs");
    let refs: Vec<String> = (0..REFS)
        .map(|_| {
            let mut bytes = [0; 32];
            generator.fill_bytes(&mut bytes);
            format!("2@{}", URL_SAFE_NO_PAD.encode(bytes))
        })
        .collect();
    let children = refs
        .iter()
        .map(|text| NodeBuilder::new("ref").bytes(text.as_bytes()).build());
    let pair_device = NodeBuilder::new("pair-device").children(children).build();
    link.send(server_iq(&new_stanza_id(), pair_device));
    let waiting = Waiting {
        keys,
        link: Arc::clone(link),
        refs,
        since: unix_millis(),
        code: None,
        scan: None,
    };
    network
        .world()
        .pairings
        .waiting
        .insert(link.number, waiting);
    network.announce(NetworkEvent::Pairings);
    Ok(())
}

fn companion_keys(established: Established) -> Result<CompanionKeys, RegistrationRefusal> {
    use RegistrationRefusal::Missing;
    let data = established
        .payload
        .device_pairing_data
        .into_option()
        .ok_or(Missing("its pairing data"))?;
    let keys = CompanionKeys {
        noise_key: established.client_static,
        identity: data.e_ident.ok_or(Missing("the identity"))?,
        registration_id: data.e_regid.ok_or(Missing("the registration id"))?,
        signed_pre_key_id: data.e_skey_id.ok_or(Missing("the signed pre-key's id"))?,
        signed_pre_key: data.e_skey_val.ok_or(Missing("the signed pre-key"))?,
        signed_pre_key_signature: data.e_skey_sig.ok_or(Missing("the signature"))?,
    };
    let identity = PublicKey::from_djb_public_key_bytes(&keys.identity)
        .map_err(|_| RegistrationRefusal::Signature)?;
    let signed = PublicKey::from_djb_public_key_bytes(&keys.signed_pre_key)
        .map_err(|_| RegistrationRefusal::Signature)?;
    if identity.verify_signature(&signed.serialize(), &keys.signed_pre_key_signature) {
        Ok(keys)
    } else {
        Err(RegistrationRefusal::Signature)
    }
}

/// Waits for the client's signature, answering its pings meanwhile.
pub(super) async fn run(
    network: &Arc<Network>,
    reader: &mut FrameReader,
    link: &Arc<Link>,
) -> TransportError {
    loop {
        let stanza = match next_stanza(reader, link).await {
            Ok(stanza) => stanza,
            Err(error) => return error,
        };
        if stanza.tag != "iq" {
            continue;
        }
        match stanza.text("type").as_deref() {
            Some("set") => pairing_code::answer(network, link, &stanza),
            Some("get") => link.send(iq_result(&stanza).build()),
            Some("result" | "error") => finish_scan(network, link, &stanza),
            _ => {}
        }
    }
}

/// Forgets a client that waited.
pub(super) fn leave(network: &Network, link: &Link) {
    if network
        .world()
        .pairings
        .waiting
        .remove(&link.number)
        .is_some()
    {
        network.announce(NetworkEvent::Pairings);
    }
}

/// Takes the client's answer to `pair-success`; with a valid signature the device is linked.
fn finish_scan(network: &Network, link: &Link, stanza: &Node) {
    let mut world = network.world();
    let Some(waiting) = world.pairings.waiting.get_mut(&link.number) else {
        return;
    };
    let id = stanza.text("id");
    let Some(scan) = waiting
        .scan
        .take_if(|scan| Some(&scan.stanza_id) == id.as_ref())
    else {
        return;
    };
    let keys = waiting.keys.clone();
    drop(world);
    let outcome = linked_device(&keys, &scan, stanza)
        .and_then(|linked| keep(network, &scan.device, linked).map_err(|error| error.to_string()));
    let linked = outcome.is_ok();
    // The person who scanned may have given up waiting.
    let outcome = outcome.map(|()| scan.device.clone());
    let _ = scan.done.send(outcome.map_err(PairingFailure::Client));
    if linked {
        network.announce(NetworkEvent::Phones {
            pn: Some(scan.device.pn),
        });
        link.send(stream_error(515));
        link.close();
    }
}

fn linked_device(
    keys: &CompanionKeys,
    scan: &ScanUnderWay,
    stanza: &Node,
) -> Result<LinkedDevice, String> {
    if stanza.text("type").as_deref() == Some("error") {
        let code = stanza.child("error").and_then(|error| error.text("code"));
        return Err(format!(
            "the client refused with code {}",
            code.unwrap_or_default()
        ));
    }
    let blob = stanza
        .child("pair-device-sign")
        .and_then(|sign| sign.child("device-identity"))
        .and_then(|identity| identity.payload())
        .ok_or("the client's answer holds no device identity")?;
    let signed = wa::ADVSignedDeviceIdentity::decode_from_slice(blob)
        .map_err(|error| format!("the device identity cannot be decoded: {error}"))?;
    verify_device_signature(keys, scan, &signed)?;
    Ok(LinkedDevice {
        noise_key: keys.noise_key.clone().into(),
        identity: keys.identity.clone().into(),
        registration_id: keys.registration_id.clone().into(),
        signed_pre_key: UploadedKey {
            id: keys.signed_pre_key_id.clone().into(),
            value: keys.signed_pre_key.clone().into(),
            signature: Some(keys.signed_pre_key_signature.clone().into()),
        },
        signed_identity: blob.into(),
        has_app_state_key: false,
        linked_at: unix_millis(),
        last_login_at: None,
        logins: 0,
    })
}

/// The client may leave the account's key out of what it returns: it was sent that key.
fn verify_device_signature(
    keys: &CompanionKeys,
    scan: &ScanUnderWay,
    signed: &wa::ADVSignedDeviceIdentity,
) -> Result<(), String> {
    let sent = wa::ADVSignedDeviceIdentity::decode_from_slice(&scan.signed_identity)
        .map_err(|error| error.to_string())?;
    if signed.details != sent.details || signed.account_signature != sent.account_signature {
        return Err("the client returned another device identity".to_owned());
    }
    let identity =
        PublicKey::from_djb_public_key_bytes(&keys.identity).map_err(|error| error.to_string())?;
    let message = [
        &DEVICE_SIGNATURE_PREFIX[..],
        sent.details.as_deref().unwrap_or_default(),
        &keys.identity,
        sent.account_signature_key.as_deref().unwrap_or_default(),
    ]
    .concat();
    let signature = signed.device_signature.as_deref().unwrap_or_default();
    if identity.verify_signature(&message, signature) {
        Ok(())
    } else {
        Err("the device's signature does not verify".to_owned())
    }
}

fn keep(
    network: &Network,
    device: &DeviceAddress,
    linked: LinkedDevice,
) -> Result<(), crate::store::StoreError> {
    let account = {
        let mut world = network.world();
        let Some(account) = world.accounts.get_mut(&device.pn) else {
            return Ok(());
        };
        account.devices.insert(device.device, linked);
        account.clone()
    };
    network.commit(|batch| batch.put(format!("account/{}", account.pn), &account))
}

/// A request of the server itself.
pub(super) fn server_iq(id: &str, child: Node) -> Node {
    NodeBuilder::new("iq")
        .attr("from", server_jid())
        .attr("to", wacore_binary::Jid::new("", Server::Pn))
        .attr("type", "set")
        .attr("id", id)
        .attr("xmlns", "md")
        .children([child])
        .build()
}
