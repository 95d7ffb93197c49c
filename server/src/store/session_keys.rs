//! Keys of WhatsApp sessions: what the engine must find again after a restart.
//!
//! To the store they are sealed bytes under a connection, a space and a key; what they mean is
//! known to `whatsapp::keys` alone. All that the store knows of a value is its [`Seal`], by which
//! values are found whose master key changes.

use arauto_app::domain::ConnectionId;
use async_trait::async_trait;
use bytes::Bytes;

use super::StoreError;

/// One change of a session's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyWrite {
    /// The space that the key belongs to, such as `session` or `prekey`.
    pub space: &'static str,
    /// The key within its space.
    pub key: Vec<u8>,
    /// The new value; `None` deletes.
    pub value: Option<Bytes>,
}

/// What sealed a value: its first [`Seal::LEN`] bytes, or all of a shorter one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seal(Vec<u8>);

impl Seal {
    /// How many bytes of a value tell what sealed it.
    pub const LEN: usize = 5;

    /// The seal of a value.
    pub fn of(value: &[u8]) -> Self {
        Self(value[..value.len().min(Self::LEN)].to_vec())
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A value as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// The space that the key belongs to.
    pub space: String,
    /// The key within its space.
    pub key: Vec<u8>,
    /// The value.
    pub value: Bytes,
}

/// A value that takes the place of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyExchange {
    /// What is stored.
    pub from: StoredKey,
    /// The new value.
    pub to: Bytes,
}

/// Session keys. Each method is atomic by key, awaited in order, durable when it returns, and read
/// back by the next call.
#[async_trait]
pub trait SessionKeyStore: Send + Sync {
    /// The value of a key.
    async fn get(
        &self,
        connection: ConnectionId,
        space: &'static str,
        key: &[u8],
    ) -> Result<Option<Bytes>, StoreError>;
    /// The values of several keys of one space; absent ones are left out.
    async fn get_many(
        &self,
        connection: ConnectionId,
        space: &'static str,
        keys: &[Vec<u8>],
    ) -> Result<Vec<(Vec<u8>, Bytes)>, StoreError>;
    /// Carries out the writes, in order.
    async fn write(&self, connection: ConnectionId, writes: &[KeyWrite]) -> Result<(), StoreError>;
    /// Reads a key and deletes it, atomically.
    async fn take(
        &self,
        connection: ConnectionId,
        space: &'static str,
        key: &[u8],
    ) -> Result<Option<Bytes>, StoreError>;
    /// All pairs of a space whose key begins with `prefix`, by key.
    async fn scan(
        &self,
        connection: ConnectionId,
        space: &'static str,
        prefix: &[u8],
    ) -> Result<Vec<(Vec<u8>, Bytes)>, StoreError>;
    /// The seals of all that is stored, each once, in order.
    async fn every_seal(&self) -> Result<Vec<Seal>, StoreError>;
    /// The connections that have values under a seal, each once.
    async fn every_connection_under(&self, seal: &Seal) -> Result<Vec<ConnectionId>, StoreError>;
    /// A connection's values under a seal.
    async fn under(
        &self,
        connection: ConnectionId,
        seal: &Seal,
    ) -> Result<Vec<StoredKey>, StoreError>;
    /// Exchanges values, each on its own and only if it is still the one that it was; tells how
    /// many were.
    async fn exchange(
        &self,
        connection: ConnectionId,
        exchanges: Vec<KeyExchange>,
    ) -> Result<u64, StoreError>;
    /// Deletes everything of a connection.
    async fn erase(&self, connection: ConnectionId) -> Result<(), StoreError>;
}
