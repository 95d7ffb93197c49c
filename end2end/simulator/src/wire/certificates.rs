//! The server's static key and the certificate chain that vouches for it (S0).

use buffa::{Message as _, MessageField};
use wacore_libsignal::protocol::{CurveError, KeyPair};
use waproto::whatsapp::cert_chain::{NoiseCertificate, noise_certificate::Details};
use waproto::whatsapp::{self as wa};

use crate::keys::Keys;

/// 2023-11-14 and 2096-10-02: clients check the period, and the simulator has no reason to expire.
const NOT_BEFORE: u64 = 1_700_000_000;
const NOT_AFTER: u64 = 4_000_000_000;

/// What the server proves its identity with.
pub(crate) struct ServerIdentity {
    /// The static key of the Noise handshake.
    pub(crate) static_key: KeyPair,
    /// The serialised chain root → intermediate → static key, signed with `XEdDSA`.
    pub(crate) certificate_chain: Vec<u8>,
    /// The public half of the root, which a client must be told to trust.
    pub(crate) root: Vec<u8>,
}

impl ServerIdentity {
    pub(crate) fn derive(keys: Keys) -> Result<Self, CurveError> {
        let root = keys.key_pair("certificate-root");
        let intermediate = keys.key_pair("certificate-intermediate");
        let static_key = keys.key_pair("server-static");
        let chain = wa::CertChain {
            intermediate: MessageField::some(certificate(keys, &root, 1, 0, &intermediate)?),
            leaf: MessageField::some(certificate(keys, &intermediate, 2, 1, &static_key)?),
        };
        Ok(Self {
            certificate_chain: chain.encode_to_vec(),
            root: root.public_key.public_key_bytes().to_vec(),
            static_key,
        })
    }
}

fn certificate(
    keys: Keys,
    issuer: &KeyPair,
    serial: u32,
    issuer_serial: u32,
    subject: &KeyPair,
) -> Result<NoiseCertificate, CurveError> {
    let details = Details {
        serial: Some(serial),
        issuer_serial: Some(issuer_serial),
        key: Some(subject.public_key.public_key_bytes().to_vec()),
        not_before: Some(NOT_BEFORE),
        not_after: Some(NOT_AFTER),
    }
    .encode_to_vec();
    let mut generator = keys.generator(&format!("certificate-signature/{serial}"));
    let signature = issuer.calculate_signature(&details, &mut generator)?;
    Ok(NoiseCertificate {
        details: Some(details),
        signature: Some(signature.to_vec()),
    })
}
