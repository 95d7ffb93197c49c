//! A phone scans the QR code that a client shows (S3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::sync::oneshot;

use super::offer::{Offer, PairingOutcome, passkey_request};
use crate::clock::unix_millis;
use crate::network::{Network, PairingFailure, Waiting};

/// The first ref is shown for a minute, each further one for twenty seconds.
const FIRST_REF_MS: u64 = 60_000;
const NEXT_REF_MS: u64 = 20_000;
/// A phone may take this long between seeing a code and sending it.
const SCAN_GRACE_MS: u64 = 10_000;
/// What a camera app sees before the fields, so that it opens WhatsApp.
const DEEP_LINK: &str = "https://wa.me/settings/linked_devices#";

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
    /// No connected client shows a pairing code for the number.
    #[error("no client shows a pairing code for this number")]
    UnknownCode,
    /// The network does not accept the pairing code any more.
    #[error("the pairing code has expired")]
    ExpiredCode,
    /// What was typed is not the code that the client shows.
    #[error("this is not the pairing code that the client shows")]
    WrongCode,
    /// The account's passkey was demanded of the client.
    #[error("the network demands the account's passkey of the client")]
    Passkey,
    /// The phone did not go on.
    #[error("the phone refused the client")]
    Refused,
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
            Self::UnknownCode => "code_unknown",
            Self::ExpiredCode => "code_expired",
            Self::WrongCode => "code_wrong",
            Self::Passkey => "passkey",
            Self::Refused => "pairing_refused",
            Self::Signature(_) | Self::Client(_) => "scan_signature",
        }
    }
}

impl From<PairingFailure> for ScanRefusal {
    fn from(failure: PairingFailure) -> Self {
        match failure {
            PairingFailure::Client(reason) => Self::Client(reason),
            PairingFailure::WrongCode => Self::WrongCode,
            PairingFailure::Refused => Self::Refused,
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
) -> Result<PairingOutcome, ScanRefusal> {
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
    if world.faults.demands_passkey(pn) {
        waiting.link.send(passkey_request());
        return Err(ScanRefusal::Passkey);
    }
    let genuine = !world.faults.refuses_pairing(pn);
    let (done, finished) = oneshot::channel();
    let offer = Offer {
        identity: &code.identity,
        adv_secret: &code.adv_secret,
        genuine,
    };
    offer.make(network, account, waiting, done)?;
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
