//! A phone scans the QR code that a client shows (S3): the phone's half of linking a device.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use buffa::Message as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::sync::oneshot;
use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;
use waproto::whatsapp as wa;

use super::registration::server_iq;
use crate::clock::{unix_millis, unix_seconds};
use crate::network::{DeviceAddress, Network, ScanUnderWay, Waiting};
use crate::wire::new_stanza_id;

/// The first ref is shown for a minute, each further one for twenty seconds.
const FIRST_REF_MS: u64 = 60_000;
const NEXT_REF_MS: u64 = 20_000;
/// A phone may take this long between seeing a code and sending it.
const SCAN_GRACE_MS: u64 = 10_000;
/// What a camera app sees before the fields, so that it opens WhatsApp.
const DEEP_LINK: &str = "https://wa.me/settings/linked_devices#";
/// Before the bytes that the account signs.
const ACCOUNT_SIGNATURE_PREFIX: [u8; 2] = [6, 0];

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
