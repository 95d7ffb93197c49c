//! Every secret of the simulated network, derived from its seed.
//!
//! Nothing here is stored: a key is computed when it is needed, and the same seed gives the same
//! key in every run, so that a client that linked itself before a restart of the simulator still
//! talks to the network that it knows.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sha2::{Digest, Sha256};
use wacore_libsignal::protocol::{CurveError, IdentityKeyPair, KeyPair};

use crate::network::DeviceAddress;

/// The id of the one signed pre-key that a virtual device has.
pub(crate) const SIGNED_PRE_KEY_ID: u32 = 1;

/// Derives keys and other constants from the seed of the network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    seed: u64,
}

impl Keys {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// A generator whose stream depends on the seed and the label only.
    pub(crate) fn generator(self, label: &str) -> StdRng {
        let mut hash = Sha256::new();
        hash.update(b"arauto-sim");
        hash.update(self.seed.to_be_bytes());
        hash.update(label.as_bytes());
        StdRng::from_seed(hash.finalize().into())
    }

    /// A Curve25519 key pair.
    pub(crate) fn key_pair(self, label: &str) -> KeyPair {
        KeyPair::generate(&mut self.generator(label))
    }

    /// `N` bytes.
    pub(crate) fn bytes<const N: usize>(self, label: &str) -> [u8; N] {
        let mut bytes = [0; N];
        self.generator(label).fill_bytes(&mut bytes);
        bytes
    }

    /// A number in `0..bound`; 0 when the bound is 0.
    pub(crate) fn below(self, label: &str, bound: u64) -> u64 {
        let word = u64::from_be_bytes(self.bytes(label));
        word.checked_rem(bound).unwrap_or(0)
    }

    /// The Signal identity of a virtual device; of device 0 it is also the key that signs the
    /// account's companion devices.
    pub(crate) fn identity(self, device: &DeviceAddress) -> IdentityKeyPair {
        self.key_pair(&format!("identity/{device}")).into()
    }

    /// The Signal registration id of a virtual device: 14 bits, never 0.
    pub(crate) fn registration_id(self, device: &DeviceAddress) -> u32 {
        let bytes: [u8; 2] = self.bytes(&format!("registration/{device}"));
        u32::from(u16::from_be_bytes(bytes) & 0x3fff) | 1
    }

    /// The signed pre-key of a virtual device and its signature by the device's identity, which
    /// covers the serialised public key with its type byte.
    pub(crate) fn signed_pre_key(
        self,
        device: &DeviceAddress,
    ) -> Result<(KeyPair, [u8; 64]), CurveError> {
        let pair = self.key_pair(&format!("signed-pre-key/{device}"));
        let mut generator = self.generator(&format!("signed-pre-key-signature/{device}"));
        let signature = self
            .identity(device)
            .private_key()
            .calculate_signature(&pair.public_key.serialize(), &mut generator)?;
        Ok((pair, signature))
    }

    /// A one-time pre-key of a virtual device. All ids exist, so none needs to be remembered.
    pub(crate) fn pre_key(self, device: &DeviceAddress, id: u32) -> KeyPair {
        self.key_pair(&format!("pre-key/{device}/{id}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_keys_and_another_seed_others() {
        let device = DeviceAddress::new("5500800000001", 0);
        let key = |seed| Keys::new(seed).identity(&device).identity_key().serialize();
        assert_eq!(key(7), key(7));
        assert_ne!(key(7), key(8));
    }

    #[test]
    fn signed_pre_keys_verify_with_the_identity() {
        let device = DeviceAddress::new("5500800000001", 2);
        let keys = Keys::new(1);
        let (pair, signature) = keys.signed_pre_key(&device).unwrap();
        let identity = keys.identity(&device);
        assert!(
            identity
                .public_key()
                .verify_signature(&pair.public_key.serialize(), &signature)
        );
    }
}
