//! Messages from device to device.

use futures::FutureExt as _;
use wacore_libsignal::protocol::{
    CiphertextMessage, CiphertextMessageType, CurveError, DeviceId, PreKeyBundle,
    PreKeySignalMessage, ProtocolAddress, SessionRecord, SignalMessage, SignalProtocolError,
    UsePQRatchet, message_decrypt, message_encrypt, process_prekey_bundle,
};

use rand::rngs::StdRng;

use super::stores::{DerivedPreKeys, DeviceIdentity, OneSession};
use crate::keys::Keys;
use crate::network::DeviceAddress;

/// Why a virtual device could not read or write.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignalFailure {
    #[error(transparent)]
    Signal(#[from] SignalProtocolError),
    #[error(transparent)]
    Curve(#[from] CurveError),
    #[error("the content could not be decoded: {0}")]
    Content(String),
    #[error("the device never received this sender's group key")]
    NoGroupKey,
    #[error("the stanza holds nothing for this device")]
    NothingForDevice,
    #[error("the kind of encryption {0:?} is unknown")]
    UnknownKind(String),
    #[error("the store suspended an operation that must be immediate")]
    Suspended,
}

/// The kind of an `<enc>` between two devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EnvelopeKind {
    /// `pkmsg`: begins a session.
    PreKey,
    /// `msg`: within a session.
    Message,
}

impl EnvelopeKind {
    pub(crate) fn parse(text: &str) -> Result<Self, SignalFailure> {
        match text {
            "pkmsg" => Ok(Self::PreKey),
            "msg" => Ok(Self::Message),
            other => Err(SignalFailure::UnknownKind(other.to_owned())),
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::PreKey => "pkmsg",
            Self::Message => "msg",
        }
    }
}

/// An `<enc>` for one device.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    pub(crate) to: DeviceAddress,
    pub(crate) kind: EnvelopeKind,
    pub(crate) ciphertext: Vec<u8>,
}

/// Decrypts what `peer` sent; returns the padded plaintext and the session after it.
pub(super) fn open(
    keys: Keys,
    envelope: &Envelope,
    peer: &DeviceAddress,
    session: Option<&[u8]>,
    generator: &mut StdRng,
) -> Result<(Vec<u8>, Vec<u8>), SignalFailure> {
    let ciphertext = match envelope.kind {
        EnvelopeKind::PreKey => CiphertextMessage::PreKeySignalMessage(
            PreKeySignalMessage::try_from(envelope.ciphertext.as_slice())?,
        ),
        EnvelopeKind::Message => CiphertextMessage::SignalMessage(SignalMessage::try_from(
            envelope.ciphertext.as_slice(),
        )?),
    };
    let mut sessions = OneSession {
        record: session.map(load).transpose()?,
    };
    let mut identity = DeviceIdentity::of(keys, &envelope.to);
    let mut pre_keys = DerivedPreKeys {
        keys,
        device: &envelope.to,
    };
    let signed = DerivedPreKeys {
        keys,
        device: &envelope.to,
    };
    let address = signal_address(peer);
    let result = message_decrypt(
        &ciphertext,
        &address,
        &mut sessions,
        &mut identity,
        &mut pre_keys,
        &signed,
        generator,
        UsePQRatchet::No,
    );
    let plaintext = result
        .now_or_never()
        .ok_or(SignalFailure::Suspended)??
        .plaintext;
    Ok((plaintext, store(&sessions)?))
}

/// Encrypts for `to`, beginning a session from `bundle` where there is none.
pub(super) fn seal(
    keys: Keys,
    from: &DeviceAddress,
    to: &DeviceAddress,
    session: Option<&[u8]>,
    bundle: &PreKeyBundle,
    padded: &[u8],
    generator: &mut StdRng,
) -> Result<(Envelope, Vec<u8>), SignalFailure> {
    let mut sessions = OneSession {
        record: session.map(load).transpose()?,
    };
    let mut identity = DeviceIdentity::of(keys, from);
    let address = signal_address(to);
    if sessions.record.is_none() {
        process_prekey_bundle(
            &address,
            &mut sessions,
            &mut identity,
            bundle,
            generator,
            UsePQRatchet::No,
        )
        .now_or_never()
        .ok_or(SignalFailure::Suspended)??;
    }
    let sealed = message_encrypt(padded, &address, &mut sessions, &mut identity)
        .now_or_never()
        .ok_or(SignalFailure::Suspended)??;
    let kind = match sealed.message_type() {
        CiphertextMessageType::PreKey => EnvelopeKind::PreKey,
        _ => EnvelopeKind::Message,
    };
    let envelope = Envelope {
        to: to.clone(),
        kind,
        ciphertext: sealed.serialize().to_vec(),
    };
    Ok((envelope, store(&sessions)?))
}

/// A session is stored before what it produced leaves, so it needs no lease of counters.
fn load(bytes: &[u8]) -> Result<SessionRecord, SignalProtocolError> {
    let mut record = SessionRecord::deserialize(bytes)?;
    record.waive_counter_lease();
    Ok(record)
}

fn store(sessions: &OneSession) -> Result<Vec<u8>, SignalFailure> {
    let record = sessions.record.as_ref().ok_or(SignalFailure::Suspended)?;
    Ok(record.serialize()?)
}

fn signal_address(device: &DeviceAddress) -> ProtocolAddress {
    ProtocolAddress::new(&device.pn, DeviceId::from(u32::from(device.device)))
}
