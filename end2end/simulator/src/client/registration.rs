//! Linking a device (S2, S3): the client shows a QR code, a phone scans it, both sign.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use buffa::Message as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::Rng as _;
use sha2::Sha256;
use tokio::sync::oneshot;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Node, Server};
use wacore_libsignal::protocol::PublicKey;
use waproto::whatsapp as wa;

use super::serve::next_stanza;
use super::stream_error;
use crate::clock::{unix_millis, unix_seconds};
use crate::network::{
    CompanionKeys, DeviceAddress, Link, LinkedDevice, Network, NetworkEvent, ScanUnderWay,
    UploadedKey, Waiting,
};
use crate::wire::{
    Established, FrameReader, StanzaExt as _, TransportError, iq_result, new_stanza_id, server_jid,
};

/// How many refs a client gets: it shows them one after the other.
const REFS: usize = 6;
/// The first ref is shown for a minute, each further one for twenty seconds.
const FIRST_REF_MS: u64 = 60_000;
const NEXT_REF_MS: u64 = 20_000;
/// A phone may take this long between seeing a code and sending it.
const SCAN_GRACE_MS: u64 = 10_000;
/// What a camera app sees before the fields, so that it opens WhatsApp.
const DEEP_LINK: &str = "https://wa.me/settings/linked_devices#";
/// Before the bytes that the account signs, and before those that the device signs.
const ACCOUNT_SIGNATURE_PREFIX: [u8; 2] = [6, 0];
const DEVICE_SIGNATURE_PREFIX: [u8; 2] = [6, 1];

/// Why a phone does not link a device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanRefusal {
    /// The text is not the one of a QR code, or of one of an old version.
    #[error("the QR code has {0} fields instead of 5")]
    Fields(usize),
    /// A field that should hold a key does not.
    #[error("the {0} in the QR code is not base64 of 32 bytes")]
    Key(&'static str),
    /// No connected client was given this ref.
    #[error("the QR code is unknown to the network: the client that showed it is not connected")]
    UnknownRef,
    /// The client shows another code by now.
    #[error("the QR code has expired: scan the one that is shown now")]
    ExpiredRef,
    /// The code and the connection it belongs to disagree.
    #[error("the {0} in the QR code is not the one that the client connected with")]
    OtherKey(&'static str),
    /// Someone scanned it a moment ago.
    #[error("another scan of this QR code is under way")]
    UnderWay,
    /// There is no phone with the number given.
    #[error("there is no phone with this number")]
    UnknownPhone,
    /// The phone has no network.
    #[error("the phone is offline")]
    PhoneOffline,
    /// The account's signature could not be made.
    #[error("the account's signature could not be made: {0}")]
    Signature(String),
    /// The client refused what the phone signed, or signed it wrongly.
    #[error("the client did not accept the phone: {0}")]
    Client(String),
}

impl ScanRefusal {
    /// A word for programs that translate the reason.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::Fields(_) | Self::Key(_) => "scan_text",
            Self::UnknownRef => "scan_unknown",
            Self::ExpiredRef => "scan_expired",
            Self::OtherKey(_) => "scan_other_key",
            Self::UnderWay => "scan_under_way",
            Self::UnknownPhone => "not_found",
            Self::PhoneOffline => "phone_offline",
            Self::Signature(_) | Self::Client(_) => "scan_signature",
        }
    }
}

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

/// The fields of a QR code.
struct QrCode {
    reference: String,
    noise_key: Vec<u8>,
    identity: Vec<u8>,
    adv_secret: Vec<u8>,
}

impl QrCode {
    fn parse(text: &str) -> Result<Self, ScanRefusal> {
        let text = text.trim();
        let text = text.strip_prefix(DEEP_LINK).unwrap_or(text);
        let fields: Vec<&str> = text.split(',').collect();
        let &[reference, noise_key, identity, adv_secret, _client] = fields.as_slice() else {
            return Err(ScanRefusal::Fields(fields.len()));
        };
        let key = |name, text: &str| {
            let bytes = STANDARD.decode(text).map_err(|_| ScanRefusal::Key(name))?;
            if bytes.len() == 32 {
                Ok(bytes)
            } else {
                Err(ScanRefusal::Key(name))
            }
        };
        Ok(Self {
            reference: reference.to_owned(),
            noise_key: key("Noise key", noise_key)?,
            identity: key("identity", identity)?,
            adv_secret: key("ADV secret", adv_secret)?,
        })
    }
}

/// A phone scans a QR code. The receiver resolves when the client has signed, or says why not.
pub(crate) fn begin_scan(
    network: &Network,
    text: &str,
    pn: &str,
) -> Result<oneshot::Receiver<Result<DeviceAddress, String>>, ScanRefusal> {
    let code = QrCode::parse(text)?;
    let mut world = network.world();
    let world = &mut *world;
    let account = world
        .accounts
        .get_mut(pn)
        .ok_or(ScanRefusal::UnknownPhone)?;
    if account.offline {
        return Err(ScanRefusal::PhoneOffline);
    }
    let waiting = world
        .pairings
        .by_ref(&code.reference)
        .ok_or(ScanRefusal::UnknownRef)?;
    check(waiting, &code)?;
    let device = DeviceAddress::new(pn, account.next_device);
    account.next_device += 1;

    let details = wa::ADVDeviceIdentity {
        raw_id: Some(network.keys.registration_id(&DeviceAddress::new(pn, 0))),
        timestamp: Some(unix_seconds()),
        key_index: Some(u32::from(device.device)),
        ..Default::default()
    }
    .encode_to_vec();
    let signed = sign_identity(network, &device, details, &code)
        .map_err(|error| ScanRefusal::Signature(error.to_string()))?;
    let stanza_id = new_stanza_id();
    let (done, finished) = oneshot::channel();
    let stanza = pair_success(
        &stanza_id,
        &device,
        &account.name,
        &signed,
        &code.adv_secret,
    )
    .map_err(|error| ScanRefusal::Signature(error.to_string()))?;
    waiting.scan = Some(ScanUnderWay {
        stanza_id,
        device,
        signed_identity: signed,
        done,
    });
    waiting.link.send(stanza);
    Ok(finished)
}

fn check(waiting: &Waiting, code: &QrCode) -> Result<(), ScanRefusal> {
    let index = waiting
        .refs
        .iter()
        .position(|known| *known == code.reference)
        .unwrap_or_default();
    let shown_for = FIRST_REF_MS + NEXT_REF_MS * index as u64 + SCAN_GRACE_MS;
    if unix_millis() > waiting.since + shown_for {
        return Err(ScanRefusal::ExpiredRef);
    }
    if waiting.keys.noise_key != code.noise_key {
        return Err(ScanRefusal::OtherKey("Noise key"));
    }
    if waiting.keys.identity != code.identity {
        return Err(ScanRefusal::OtherKey("identity"));
    }
    if waiting.scan.is_some() {
        return Err(ScanRefusal::UnderWay);
    }
    Ok(())
}

/// `ADVSignedDeviceIdentity` with the account's signature.
fn sign_identity(
    network: &Network,
    device: &DeviceAddress,
    details: Vec<u8>,
    code: &QrCode,
) -> Result<Vec<u8>, wacore_libsignal::protocol::CurveError> {
    let account_key = network
        .keys
        .identity(&DeviceAddress::new(device.pn.as_str(), 0));
    let message = [&ACCOUNT_SIGNATURE_PREFIX[..], &details, &code.identity].concat();
    let mut generator = network.fresh_generator("account-signature");
    let signature = account_key
        .private_key()
        .calculate_signature(&message, &mut generator)?;
    Ok(wa::ADVSignedDeviceIdentity {
        details: Some(details),
        account_signature_key: Some(account_key.public_key().public_key_bytes().to_vec()),
        account_signature: Some(signature.to_vec()),
        ..Default::default()
    }
    .encode_to_vec())
}

fn pair_success(
    stanza_id: &str,
    device: &DeviceAddress,
    name: &str,
    signed: &[u8],
    adv_secret: &[u8],
) -> Result<Node, hmac::digest::InvalidLength> {
    let mut mac = Hmac::<Sha256>::new_from_slice(adv_secret)?;
    mac.update(signed);
    let sealed = wa::ADVSignedDeviceIdentityHMAC {
        details: Some(signed.to_vec()),
        hmac: Some(mac.finalize().into_bytes().to_vec()),
        ..Default::default()
    };
    let children = [
        NodeBuilder::new("device-identity")
            .bytes(sealed.encode_to_vec())
            .build(),
        NodeBuilder::new("biz").attr("name", name).build(),
        NodeBuilder::new("platform").attr("name", "android").build(),
        NodeBuilder::new("device")
            .attr("jid", device.pn_jid())
            .attr("lid", device.lid_jid())
            .build(),
    ];
    Ok(server_iq(
        stanza_id,
        NodeBuilder::new("pair-success").children(children).build(),
    ))
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
    let _ = scan.done.send(outcome.map(|()| scan.device.clone()));
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

fn server_iq(id: &str, child: Node) -> Node {
    NodeBuilder::new("iq")
        .attr("from", server_jid())
        .attr("to", wacore_binary::Jid::new("", Server::Pn))
        .attr("type", "set")
        .attr("id", id)
        .attr("xmlns", "md")
        .children([child])
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field() -> String {
        STANDARD.encode([7; 32])
    }

    #[test]
    fn a_code_has_five_fields_with_or_without_the_deep_link() {
        let text = format!("2@ref,{0},{0},{0},1", field());
        assert_eq!(QrCode::parse(&text).unwrap().reference, "2@ref");
        let linked = format!("{DEEP_LINK}{text}\n");
        assert_eq!(QrCode::parse(&linked).unwrap().adv_secret, [7; 32]);
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        let four = format!("2@ref,{0},{0},{0}", field());
        assert_eq!(QrCode::parse(&four).err(), Some(ScanRefusal::Fields(4)));
        let broken = format!("2@ref,{0},x,{0},1", field());
        assert_eq!(
            QrCode::parse(&broken).err(),
            Some(ScanRefusal::Key("identity"))
        );
    }
}
