//! Linking by a code of eight characters that a client shows and a person types into the phone.
//!
//! The network never sees the code. The client asks for a pairing under its number
//! (`companion_hello`) and sends an ephemeral key, encrypted with a key that the code gives. The phone,
//! once it was told the code, opens that key and sends one of its own in the same way
//! (`primary_hello`). The client answers with its identity, encrypted with what the two ephemeral keys
//! agree on (`companion_finish`): only the right code on both sides opens it. From there on it goes as
//! after a scan. Read from the engine's `wacore::pair_code`.

use std::sync::Arc;

use aes::Aes256;
use aes::cipher::{KeyIvInit as _, StreamCipher as _};
use ctr::Ctr128BE;
use hkdf::Hkdf;
use rand::Rng as _;
use sha2::Sha256;
use tokio::sync::oneshot;
use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;
use wacore_libsignal::crypto::aes_256_gcm_decrypt;
use wacore_libsignal::protocol::{KeyPair, PublicKey};

use super::offer::{Offer, PairingOutcome, notification, passkey_request};
use super::scan::ScanRefusal;
use crate::clock::unix_millis;
use crate::network::{
    DeviceAddress, Link, Network, NetworkEvent, PairingFailure, ShownCode, TypedCode,
};
use crate::wire::{StanzaExt as _, child_bytes, iq_error, iq_result};

/// How long a code is accepted.
const CODE_LIFE_MS: u64 = 180_000;
/// Rounds of PBKDF2-SHA256 between a code and its key.
const ROUNDS: u32 = 131_072;
/// The one element that everything about codes is said in.
const REGISTRATION: &str = "link_code_companion_reg";
/// A wrapped key: salt, IV, the key itself.
const SALT: usize = 32;
const IV: usize = 16;
const KEY: usize = 32;
/// The nonce of AES-GCM.
const NONCE: usize = 12;

/// Answers what a client that waits for a phone asks about codes.
pub(super) fn answer(network: &Network, link: &Arc<Link>, iq: &Node) {
    let reply = match iq.child(REGISTRATION) {
        Some(hello) if hello.text("stage").as_deref() == Some("companion_hello") => {
            show(network, link, iq, hello)
        }
        Some(finish) if finish.text("stage").as_deref() == Some("companion_finish") => {
            return finish_typed(network, link, iq, finish);
        }
        _ => iq_error(iq, 400, "bad-request"),
    };
    link.send(reply);
}

/// A client wants to show a code for a number (`companion_hello`).
fn show(network: &Network, link: &Link, iq: &Node, hello: &Node) -> Node {
    let pn = hello.jid("jid").map(|jid| jid.user.to_string());
    let wrapped = child_bytes(hello, "link_code_pairing_wrapped_companion_ephemeral_pub");
    let (Some(pn), Some(wrapped)) = (
        pn,
        wrapped.filter(|wrapped| wrapped.len() == SALT + IV + KEY),
    ) else {
        return iq_error(iq, 400, "bad-request");
    };
    let mut reference = vec![0; 16];
    network
        .fresh_generator("code-reference")
        .fill_bytes(&mut reference);
    {
        let mut world = network.world();
        if let Some(refusal) = world.faults.query_refusal(&pn, "md") {
            return iq_error(iq, refusal.code, &refusal.text);
        }
        let known = world.accounts.contains_key(&pn);
        let waiting = world.pairings.waiting.get_mut(&link.number);
        let Some(waiting) = waiting.filter(|_| known) else {
            return iq_error(iq, 400, "bad-request");
        };
        waiting.code = Some(ShownCode {
            pn,
            reference: reference.clone(),
            wrapped_ephemeral: wrapped.to_vec(),
            since: unix_millis(),
            typed: None,
        });
    }
    network.announce(NetworkEvent::Pairings);
    let reference = bytes_child("link_code_pairing_ref", reference);
    iq_result(iq)
        .children([registration("companion_hello")
            .children([reference])
            .build()])
        .build()
}

/// A person types a code into a phone. The outcome resolves when the client has answered and signed.
pub(crate) async fn type_code(
    network: &Arc<Network>,
    code: &str,
    pn: &str,
) -> Result<PairingOutcome, ScanRefusal> {
    let code: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_uppercase();
    let (reference, wrapped) = look_up(network, pn)?;
    let phone = network.keys.identity(&DeviceAddress::new(pn, 0));
    let ephemeral = KeyPair::generate(&mut network.fresh_generator("phone-ephemeral"));
    let mut salt = [0; SALT];
    let mut iv = [0; IV];
    let mut generator = network.fresh_generator("phone-wrap");
    generator.fill_bytes(&mut salt);
    generator.fill_bytes(&mut iv);
    // The derivation takes its time on purpose: not on a thread that serves others.
    let work = tokio::task::spawn_blocking(move || {
        let client_key = unwrap(&wrapped, &code);
        let own_key = ephemeral.public_key.public_key_bytes();
        let sent = wrap(own_key, &code, salt, iv);
        let client_key = PublicKey::from_djb_public_key_bytes(&client_key)?;
        let shared = ephemeral.private_key.calculate_agreement(&client_key)?;
        Ok::<_, wacore_libsignal::protocol::CurveError>((sent, shared.to_vec()))
    });
    let (sent, shared) = work
        .await
        .map_err(|error| ScanRefusal::Signature(error.to_string()))?
        .map_err(|error| ScanRefusal::Signature(error.to_string()))?;

    let mut world = network.world();
    let demanded = world.faults.demands_passkey(pn);
    let (waiting, _) = world
        .pairings
        .by_code_for(pn)
        .ok_or(ScanRefusal::UnknownCode)?;
    if demanded {
        waiting.link.send(passkey_request());
        return Err(ScanRefusal::Passkey);
    }
    let shown = waiting.code.as_mut();
    let shown = shown.filter(|shown| shown.reference == reference);
    let shown = shown.ok_or(ScanRefusal::UnknownCode)?;
    let (done, outcome) = oneshot::channel();
    shown.typed = Some(TypedCode { shared, done });
    let identity = phone.public_key().public_key_bytes().to_vec();
    let children = [
        bytes_child("link_code_pairing_wrapped_primary_ephemeral_pub", sent),
        bytes_child("primary_identity_pub", identity),
        bytes_child("link_code_pairing_ref", reference),
    ];
    let hello = registration("primary_hello").children(children).build();
    waiting.link.send(notification(REGISTRATION, hello));
    Ok(outcome)
}

fn look_up(network: &Network, pn: &str) -> Result<(Vec<u8>, Vec<u8>), ScanRefusal> {
    let mut world = network.world();
    let account = world.accounts.get(pn).ok_or(ScanRefusal::UnknownPhone)?;
    if account.offline {
        return Err(ScanRefusal::PhoneOffline);
    }
    let (waiting, _) = world
        .pairings
        .by_code_for(pn)
        .ok_or(ScanRefusal::UnknownCode)?;
    if waiting.scan.is_some() {
        return Err(ScanRefusal::UnderWay);
    }
    let shown = waiting.code.as_ref().ok_or(ScanRefusal::UnknownCode)?;
    if unix_millis() > shown.since + CODE_LIFE_MS {
        return Err(ScanRefusal::ExpiredCode);
    }
    Ok((shown.reference.clone(), shown.wrapped_ephemeral.clone()))
}

/// The client sends its identity, for the phone to open (`companion_finish`).
fn finish_typed(network: &Network, link: &Arc<Link>, iq: &Node, finish: &Node) {
    let mut world = network.world();
    let world = &mut *world;
    let waiting = world.pairings.waiting.get_mut(&link.number);
    let Some(waiting) = waiting else { return };
    let shown = waiting.code.as_mut();
    let reference = child_bytes(finish, "link_code_pairing_ref");
    let shown = shown.filter(|shown| Some(shown.reference.as_slice()) == reference);
    let Some((pn, typed)) = shown.and_then(|shown| Some((shown.pn.clone(), shown.typed.take()?)))
    else {
        return link.send(iq_error(iq, 400, "bad-request"));
    };
    if world.faults.refuses_pairing(&pn) {
        // The person who typed may have given up waiting.
        let _ = typed.done.send(Err(PairingFailure::Refused));
        return link.send(iq_error(iq, 400, "bad-request"));
    }
    // The network has done its part whatever the phone makes of it.
    link.send(iq_result(iq).build());
    let bundle = child_bytes(finish, "link_code_pairing_wrapped_key_bundle").unwrap_or_default();
    let phone = DeviceAddress::new(pn.as_str(), 0);
    let phone_key = network.keys.identity(&phone);
    let Some(keys) = open_bundle(bundle, &typed.shared, &phone_key) else {
        let _ = typed.done.send(Err(PairingFailure::WrongCode));
        return;
    };
    let Some(account) = world.accounts.get_mut(&pn) else {
        return;
    };
    let offer = Offer {
        identity: &keys.identity,
        adv_secret: &keys.adv_secret,
        genuine: true,
    };
    if let Err(error) = offer.make(network, account, waiting, typed.done) {
        tracing::warn!(%error, "a phone could not link a client by code");
    }
}

/// What a client's bundle tells the phone.
struct BundleKeys {
    identity: Vec<u8>,
    adv_secret: [u8; 32],
}

/// Opens the client's bundle; `None` when it does not open, for the code was another one.
fn open_bundle(
    bundle: &[u8],
    shared: &[u8],
    phone: &wacore_libsignal::protocol::IdentityKeyPair,
) -> Option<BundleKeys> {
    let (salt, rest) = bundle.split_at_checked(SALT)?;
    let (nonce, sealed) = rest.split_at_checked(NONCE)?;
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(salt), shared)
        .expand(b"link_code_pairing_key_bundle_encryption_key", &mut key)
        .ok()?;
    let mut opened = Vec::new();
    aes_256_gcm_decrypt(&key, nonce.try_into().ok()?, b"", sealed, &mut opened).ok()?;
    let [identity, primary, random] =
        [0, 1, 2].map(|part| opened.get(part * KEY..(part + 1) * KEY));
    let identity = identity?;
    if primary? != phone.public_key().public_key_bytes() {
        return None;
    }
    let client = PublicKey::from_djb_public_key_bytes(identity).ok()?;
    let agreed = phone.private_key().calculate_agreement(&client).ok()?;
    let secret = [shared, &agreed, random?].concat();
    let mut adv_secret = [0; 32];
    Hkdf::<Sha256>::new(None, &secret)
        .expand(b"adv_secret", &mut adv_secret)
        .ok()?;
    Some(BundleKeys {
        identity: identity.to_vec(),
        adv_secret,
    })
}

/// Takes a code from the client that shows it (`refresh_code`), as the network does with one that is
/// of no use any more.
pub(crate) fn withdraw(network: &Network, pn: &str) -> Result<(), ScanRefusal> {
    let mut world = network.world();
    let (waiting, _) = world
        .pairings
        .by_code_for(pn)
        .ok_or(ScanRefusal::UnknownCode)?;
    let shown = waiting.code.take().ok_or(ScanRefusal::UnknownCode)?;
    let refresh = registration("refresh_code")
        .attr("force_manual_refresh", "true")
        .children([bytes_child("link_code_pairing_ref", shown.reference)])
        .build();
    waiting.link.send(notification(REGISTRATION, refresh));
    Ok(())
}

fn key_of(code: &str, salt: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    pbkdf2::pbkdf2_hmac::<Sha256>(code.as_bytes(), salt, ROUNDS, &mut key);
    key
}

/// Encrypts a key with a code.
fn wrap(key: &[u8], code: &str, salt: [u8; SALT], iv: [u8; IV]) -> Vec<u8> {
    let mut wrapped = [&salt[..], &iv, key].concat();
    let mut cipher = Ctr128BE::<Aes256>::new(&key_of(code, &salt).into(), &iv.into());
    cipher.apply_keystream(&mut wrapped[SALT + IV..]);
    wrapped
}

/// Decrypts a key with a code. Every code gives a key: whether it was the right one shows later.
fn unwrap(wrapped: &[u8], code: &str) -> Vec<u8> {
    let (salt, rest) = wrapped.split_at(SALT);
    let (iv, sealed) = rest.split_at(IV);
    let mut opened = sealed.to_vec();
    let mut initial = [0; IV];
    initial.copy_from_slice(iv);
    let mut cipher = Ctr128BE::<Aes256>::new(&key_of(code, salt).into(), &initial.into());
    cipher.apply_keystream(&mut opened);
    opened
}

fn registration(stage: &'static str) -> NodeBuilder {
    NodeBuilder::new(REGISTRATION).attr("stage", stage)
}

fn bytes_child(tag: &'static str, bytes: Vec<u8>) -> Node {
    NodeBuilder::new(tag).bytes(bytes).build()
}

#[cfg(test)]
mod tests {
    use wacore::pair_code::PairCodeUtils;

    use super::*;

    #[test]
    fn keys_are_wrapped_as_the_engine_wraps_them() {
        let key = [7; KEY];
        let ours = wrap(&key, "ABCD1234", [1; SALT], [2; IV]);
        let theirs = PairCodeUtils::decrypt_primary_ephemeral_pub(&ours, "ABCD1234");
        assert_eq!(theirs.unwrap(), key);
        assert_eq!(unwrap(&ours, "ABCD1234"), key);
        assert_ne!(unwrap(&ours, "ABCD1235"), key);
    }
}
