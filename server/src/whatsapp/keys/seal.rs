//! Encryption at rest: every value of a session's keys is sealed before it reaches the store.
//!
//! A sealed record is `version (1) | key id (4) | nonce (24) | ciphertext and tag`, by
//! XChaCha20-Poly1305, whose nonces are long enough to be drawn at random. The place of the value
//! (connection, space, key) is authenticated with it, so that a record moved to another place does
//! not open.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

use arauto_app::domain::ConnectionId;

use crate::random::Random;
use crate::store::Seal;

const VERSION: u8 = 1;
const KEY_ID_LEN: usize = 4;
const NONCE_LEN: usize = 24;
const HEADER_LEN: usize = 1 + KEY_ID_LEN + NONCE_LEN;
/// A record's version and key id are what the store knows as its seal.
const _: () = assert!(Seal::LEN == 1 + KEY_ID_LEN);

/// Names a master key in each record that it sealed, without telling anything about it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId([u8; KEY_ID_LEN]);

impl KeyId {
    /// The key that a seal names; `None` when the seal has no form that this program knows.
    pub fn of(seal: &Seal) -> Option<Self> {
        let (version, id) = seal.as_bytes().split_first()?;
        (*version == VERSION).then_some(())?;
        id.try_into().ok().map(Self)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl std::fmt::Debug for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// A key of 32 random bytes that seals session keys.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// Wraps the key's bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key's name.
    pub fn id(&self) -> KeyId {
        let mut hash = Sha256::new();
        hash.update(b"arauto session key id");
        hash.update(self.0);
        let digest = hash.finalize();
        KeyId(std::array::from_fn(|index| digest[index]))
    }

    /// The key's bytes, to be sealed with another one.
    pub(super) const fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MasterKey({})", self.id())
    }
}

/// Where a value lives.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The connection that owns it.
    pub connection: ConnectionId,
    /// Its space.
    pub space: &'a str,
    /// Its key within the space.
    pub key: &'a [u8],
}

impl Place<'_> {
    /// The place in an unambiguous form, to be authenticated with the value.
    fn associated_data(&self) -> Vec<u8> {
        let connection = self.connection.as_uuid();
        let mut data = Vec::with_capacity(16 + 8 + self.space.len() + self.key.len());
        data.extend_from_slice(connection.as_bytes());
        data.extend_from_slice(&(self.space.len() as u64).to_be_bytes());
        data.extend_from_slice(self.space.as_bytes());
        data.extend_from_slice(self.key);
        data
    }
}

/// Why a stored value cannot be read. Reads as "failed to {error}".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The record is too short or of a version that this program does not know.
    #[error("open a sealed record: it has no known form")]
    Form,
    /// It was sealed with a key that was not configured.
    #[error("open a sealed record: it needs another master key")]
    UnknownKey,
    /// Its content does not belong to its place, or was changed.
    #[error("open a sealed record: it is damaged or in the wrong place")]
    Damaged,
}

struct Key {
    id: KeyId,
    cipher: XChaCha20Poly1305,
}

impl From<&MasterKey> for Key {
    fn from(key: &MasterKey) -> Self {
        Self {
            id: key.id(),
            cipher: XChaCha20Poly1305::new(&key.0.into()),
        }
    }
}

/// Seals with the current master key and opens what any known one sealed.
pub struct Sealer {
    current: Key,
    former: Vec<Key>,
    random: Random,
}

impl Sealer {
    /// The seal that its records bear.
    pub fn current(&self) -> Seal {
        let mut seal = vec![VERSION];
        seal.extend_from_slice(self.current.id.as_bytes());
        Seal::of(&seal)
    }

    /// A sealer that seals with `current` and still opens what the `former` keys sealed.
    pub fn new(current: &MasterKey, former: &[MasterKey], random: Random) -> Self {
        Self {
            current: current.into(),
            former: former.iter().map(Key::from).collect(),
            random,
        }
    }

    /// Seals a value for its place.
    ///
    /// # Errors
    /// [`OpenError::Form`] when the value is longer than the cipher can seal (256 GiB).
    pub fn seal(&self, place: Place<'_>, value: &[u8]) -> Result<Vec<u8>, OpenError> {
        let nonce: [u8; NONCE_LEN] = self.random.bytes();
        let ciphertext = self
            .current
            .cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: value,
                    aad: &place.associated_data(),
                },
            )
            .map_err(|_| OpenError::Form)?;
        let mut record = Vec::with_capacity(HEADER_LEN + ciphertext.len());
        record.push(VERSION);
        record.extend_from_slice(self.current.id.as_bytes());
        record.extend_from_slice(&nonce);
        record.extend_from_slice(&ciphertext);
        Ok(record)
    }

    /// Opens a record that was sealed for this place.
    pub fn open(&self, place: Place<'_>, record: &[u8]) -> Result<Vec<u8>, OpenError> {
        let (header, ciphertext) = record.split_at_checked(HEADER_LEN).ok_or(OpenError::Form)?;
        let (version, rest) = header.split_at(1);
        let (id, nonce) = rest.split_at(KEY_ID_LEN);
        if version != [VERSION] {
            return Err(OpenError::Form);
        }
        let key = std::iter::once(&self.current)
            .chain(&self.former)
            .find(|key| key.id.as_bytes() == id)
            .ok_or(OpenError::UnknownKey)?;
        let payload = Payload {
            msg: ciphertext,
            aad: &place.associated_data(),
        };
        key.cipher
            .decrypt(XNonce::from_slice(nonce), payload)
            .map_err(|_| OpenError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use arauto_app::domain::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn connection(seed: u8) -> ConnectionId {
        ConnectionId::new(Timestamp::from_millis(1), [seed; 10])
    }

    fn sealer(current: u8, former: &[u8]) -> Sealer {
        let key = |byte: &u8| MasterKey::from_bytes([*byte; 32]);
        let former: Vec<_> = former.iter().map(key).collect();
        Sealer::new(&key(&current), &former, Random::from_seed(7))
    }

    proptest! {
        #[test]
        fn a_value_opens_in_its_own_place_only(key: Vec<u8>, value: Vec<u8>, other: Vec<u8>) {
            let sealer = sealer(1, &[]);
            let place = Place { connection: connection(1), space: "session", key: &key };
            let record = sealer.seal(place, &value).unwrap();
            prop_assert_eq!(sealer.open(place, &record).unwrap(), value);
            let elsewhere = [
                Place { connection: connection(2), ..place },
                Place { space: "prekey", ..place },
            ];
            for elsewhere in elsewhere {
                prop_assert_eq!(sealer.open(elsewhere, &record), Err(OpenError::Damaged));
            }
            if other != key {
                let elsewhere = Place { key: &other, ..place };
                prop_assert_eq!(sealer.open(elsewhere, &record), Err(OpenError::Damaged));
            }
        }

        #[test]
        fn a_changed_record_never_opens(value: Vec<u8>, position: prop::sample::Index, bit in 0..8u8) {
            let sealer = sealer(1, &[]);
            let place = Place { connection: connection(1), space: "session", key: b"k" };
            let mut record = sealer.seal(place, &value).unwrap();
            let position = position.index(record.len());
            record[position] ^= 1 << bit;
            prop_assert!(sealer.open(place, &record).is_err());
        }

        #[test]
        fn no_bytes_make_it_panic(record: Vec<u8>) {
            let place = Place { connection: connection(1), space: "session", key: b"k" };
            prop_assert!(sealer(1, &[]).open(place, &record).is_err());
        }
    }

    #[test]
    fn after_a_rotation_old_records_open_and_new_ones_need_the_new_key() {
        let place = Place {
            connection: connection(1),
            space: "device",
            key: b"",
        };
        let old = sealer(1, &[]).seal(place, b"value").unwrap();
        let rotated = sealer(2, &[1]);
        assert_eq!(rotated.open(place, &old).unwrap(), b"value");
        let new = rotated.seal(place, b"value").unwrap();
        assert_eq!(sealer(1, &[]).open(place, &new), Err(OpenError::UnknownKey));
    }
}
