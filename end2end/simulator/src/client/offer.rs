//! The phone's half of linking a device (S3): it signs the client's identity, and the network hands
//! that over as `pair-success`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use buffa::Message as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;
use tokio::sync::oneshot;
use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;
use waproto::whatsapp as wa;

use super::registration::server_iq;
use super::scan::ScanRefusal;
use crate::clock::unix_seconds;
use crate::network::{
    Account, DeviceAddress, Network, PairingDone, PairingFailure, ScanUnderWay, Waiting,
};
use crate::wire::{new_stanza_id, server_jid};

/// Before the bytes that the account signs.
const ACCOUNT_SIGNATURE_PREFIX: [u8; 2] = [6, 0];

/// How a pairing ends: resolves when the client has signed, or with the reason why not.
pub(crate) type PairingOutcome = oneshot::Receiver<Result<DeviceAddress, PairingFailure>>;

/// What a phone knows of the client that it is about to link.
pub(super) struct Offer<'a> {
    /// The client's identity key.
    pub(super) identity: &'a [u8],
    /// The secret that proves to the client that this phone was shown its code.
    pub(super) adv_secret: &'a [u8],
    /// Otherwise the proof is spoilt, and the client has to refuse it.
    pub(super) genuine: bool,
}

impl Offer<'_> {
    /// Signs the client's identity and sends it to the client, whose answer decides.
    pub(super) fn make(
        self,
        network: &Network,
        account: &mut Account,
        waiting: &mut Waiting,
        done: PairingDone,
    ) -> Result<(), ScanRefusal> {
        let device = DeviceAddress::new(account.pn.as_str(), account.next_device);
        account.next_device += 1;
        let signed = self
            .sign_identity(network, &device)
            .map_err(|error| ScanRefusal::Signature(error.to_string()))?;
        let stanza_id = new_stanza_id();
        let stanza = self
            .pair_success(&stanza_id, &device, &account.name, &signed)
            .map_err(|error| ScanRefusal::Signature(error.to_string()))?;
        waiting.scan = Some(ScanUnderWay {
            stanza_id,
            device,
            signed_identity: signed,
            done,
        });
        waiting.link.send(stanza);
        Ok(())
    }

    /// `ADVSignedDeviceIdentity` with the account's signature.
    fn sign_identity(
        &self,
        network: &Network,
        device: &DeviceAddress,
    ) -> Result<Vec<u8>, wacore_libsignal::protocol::CurveError> {
        let phone = DeviceAddress::new(device.pn.as_str(), 0);
        let details = wa::ADVDeviceIdentity {
            raw_id: Some(network.keys.registration_id(&phone)),
            timestamp: Some(unix_seconds()),
            key_index: Some(u32::from(device.device)),
            ..Default::default()
        }
        .encode_to_vec();
        let account_key = network.keys.identity(&phone);
        let message = [&ACCOUNT_SIGNATURE_PREFIX[..], &details, self.identity].concat();
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
        &self,
        stanza_id: &str,
        device: &DeviceAddress,
        name: &str,
        signed: &[u8],
    ) -> Result<Node, hmac::digest::InvalidLength> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.adv_secret)?;
        mac.update(signed);
        let mut proof = mac.finalize().into_bytes().to_vec();
        if !self.genuine {
            proof.reverse();
        }
        let sealed = wa::ADVSignedDeviceIdentityHMAC {
            details: Some(signed.to_vec()),
            hmac: Some(proof),
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
}

/// Asks the client for an assertion by the account's passkey, as a browser's `credentials.get` would
/// be asked.
pub(super) fn passkey_request() -> Node {
    let options = json!({
        "challenge": URL_SAFE_NO_PAD.encode(new_stanza_id()),
        "rpId": "web.whatsapp.com",
        "allowCredentials": [],
        "userVerification": "required",
        "timeout": 60_000,
    });
    let options = NodeBuilder::new("passkey_request_options")
        .bytes(options.to_string())
        .build();
    notification("passkey_prologue_request", options)
}

/// Something that the network tells a client that waits for a phone.
pub(super) fn notification(kind: &'static str, child: Node) -> Node {
    NodeBuilder::new("notification")
        .attr("from", server_jid())
        .attr("type", kind)
        .attr("id", new_stanza_id())
        .attr("t", unix_seconds())
        .children([child])
        .build()
}
