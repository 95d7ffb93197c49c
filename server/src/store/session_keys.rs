//! Keys of WhatsApp sessions: what the engine must find again after a restart.
//!
//! To the store they are sealed bytes under a connection, a space and a key; what they mean is
//! known to `whatsapp::keys` alone.

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
    /// Deletes everything of a connection.
    async fn erase(&self, connection: ConnectionId) -> Result<(), StoreError>;
}
