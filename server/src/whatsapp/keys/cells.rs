//! One connection's keys as cells of spaces, sealed on the way in and opened on the way out.

use std::sync::Arc;

use arauto_app::domain::ConnectionId;
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use wacore::store::error::{Result, StoreError as EngineError};

use super::{OpenError, Place, Sealer};
use crate::clock::SharedClock;
use crate::store::{KeyWrite, SessionKeyStore, StoreError};

/// The spaces of a connection's keys. A space's name is part of what is stored: never change one.
pub(super) mod space {
    pub(crate) const DEVICE: &str = "device";
    pub(crate) const IDENTITY: &str = "identity";
    pub(crate) const SESSION: &str = "session";
    pub(crate) const PREKEY: &str = "prekey";
    pub(crate) const SIGNED_PREKEY: &str = "signed-prekey";
    pub(crate) const SENDER_KEY: &str = "sender-key";
    pub(crate) const SENDER_KEY_DEVICES: &str = "sender-key-devices";
    pub(crate) const SYNC_KEY: &str = "sync-key";
    pub(crate) const LATEST_SYNC_KEY: &str = "latest-sync-key";
    pub(crate) const SYNC_VERSION: &str = "sync-version";
    pub(crate) const MUTATION_MAC: &str = "mutation-mac";
    pub(crate) const LID: &str = "lid";
    pub(crate) const PHONE: &str = "phone";
    pub(crate) const BASE_KEY: &str = "base-key";
    pub(crate) const DEVICE_LIST: &str = "device-list";
    pub(crate) const GROUP_METADATA: &str = "group-metadata";
    pub(crate) const TRUSTED_TOKEN: &str = "trusted-token";
    pub(crate) const SENT_MESSAGE: &str = "sent-message";
    pub(crate) const PENDING_INBOUND: &str = "pending-inbound";
    pub(crate) const MESSAGE_SECRET: &str = "message-secret";
}

/// The keys of one connection as one session of the engine sees them.
///
/// A session that ended is [retired](Self::retire): whatever its background work still wants to
/// store is refused, so that it cannot overwrite what the next session of the connection stored.
pub struct SessionKeys {
    connection: ConnectionId,
    store: Arc<dyn SessionKeyStore>,
    sealer: Arc<Sealer>,
    pub(super) clock: SharedClock,
    pub(super) retired: CancellationToken,
    /// Held over every read-change-write, so that two of them never lose a change. One server holds
    /// the lease of a connection, so a lock of the process is enough.
    pub(super) change: Mutex<()>,
}

impl SessionKeys {
    /// The keys of `connection`, for one session.
    pub fn new(
        connection: ConnectionId,
        store: Arc<dyn SessionKeyStore>,
        sealer: Arc<Sealer>,
        clock: SharedClock,
    ) -> Self {
        Self {
            connection,
            store,
            sealer,
            clock,
            retired: CancellationToken::new(),
            change: Mutex::new(()),
        }
    }

    /// Refuses every write from now on.
    pub fn retire(&self) {
        self.retired.cancel();
    }

    fn place<'a>(&self, space: &'static str, key: &'a [u8]) -> Place<'a> {
        Place {
            connection: self.connection,
            space,
            key,
        }
    }

    fn open(&self, space: &'static str, key: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        self.sealer
            .open(self.place(space, key), sealed)
            .map_err(unreadable)
    }

    /// A write of `value` to be carried out by [`write`](Self::write).
    pub(super) fn put(&self, space: &'static str, key: Vec<u8>, value: &[u8]) -> Result<KeyWrite> {
        let sealed = self
            .sealer
            .seal(self.place(space, &key), value)
            .map_err(unreadable)?;
        Ok(KeyWrite {
            space,
            key,
            value: Some(Bytes::from(sealed)),
        })
    }

    /// A write of a value in JSON form.
    pub(super) fn put_json(
        &self,
        space: &'static str,
        key: Vec<u8>,
        value: &impl Serialize,
    ) -> Result<KeyWrite> {
        self.put(space, key, &serde_json::to_vec(value).map_err(malformed)?)
    }

    /// Carries out writes, in order.
    pub(super) async fn write(&self, writes: &[KeyWrite]) -> Result<()> {
        if writes.is_empty() {
            return Ok(());
        }
        if self.retired.is_cancelled() {
            return Err(EngineError::Validation("this session has ended".into()));
        }
        self.store
            .write(self.connection, writes)
            .await
            .map_err(failed)
    }

    /// The value of a key.
    pub(super) async fn get(&self, space: &'static str, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let sealed = self.store.get(self.connection, space, key).await;
        sealed
            .map_err(failed)?
            .map(|sealed| self.open(space, key, &sealed))
            .transpose()
    }

    /// The value of a key, from its JSON form.
    pub(super) async fn get_json<T: DeserializeOwned>(
        &self,
        space: &'static str,
        key: &[u8],
    ) -> Result<Option<T>> {
        let value = self.get(space, key).await?;
        value.map(|value| from_json(&value)).transpose()
    }

    /// The values of those keys that have one.
    pub(super) async fn get_many(
        &self,
        space: &'static str,
        keys: &[Vec<u8>],
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let sealed = self.store.get_many(self.connection, space, keys).await;
        self.open_all(space, sealed.map_err(failed)?)
    }

    /// Reads a key and deletes it.
    pub(super) async fn take(&self, space: &'static str, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let sealed = self.store.take(self.connection, space, key).await;
        sealed
            .map_err(failed)?
            .map(|sealed| self.open(space, key, &sealed))
            .transpose()
    }

    /// All pairs of a space whose key begins with `prefix`.
    pub(super) async fn scan(
        &self,
        space: &'static str,
        prefix: &[u8],
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let sealed = self.store.scan(self.connection, space, prefix).await;
        self.open_all(space, sealed.map_err(failed)?)
    }

    /// The keys of a space that begin with `prefix`.
    pub(super) async fn keys(&self, space: &'static str, prefix: &[u8]) -> Result<Vec<Vec<u8>>> {
        let sealed = self.store.scan(self.connection, space, prefix).await;
        Ok(sealed
            .map_err(failed)?
            .into_iter()
            .map(|(key, _)| key)
            .collect())
    }

    fn open_all(
        &self,
        space: &'static str,
        sealed: Vec<(Vec<u8>, Bytes)>,
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        sealed
            .into_iter()
            .map(|(key, sealed)| {
                let value = self.open(space, &key, &sealed)?;
                Ok((key, value))
            })
            .collect()
    }
}

/// A write that deletes a key.
pub(super) fn delete(space: &'static str, key: Vec<u8>) -> KeyWrite {
    KeyWrite {
        space,
        key,
        value: None,
    }
}

/// A key of several texts, none of which holds a zero byte (they are JIDs and message ids).
pub(super) fn joined(parts: &[&str]) -> Vec<u8> {
    parts.join("\0").into_bytes()
}

pub(super) fn from_json<T: DeserializeOwned>(value: &[u8]) -> Result<T> {
    serde_json::from_slice(value).map_err(malformed)
}

/// The engine's form of a failure of our store.
pub(super) fn failed(error: StoreError) -> EngineError {
    EngineError::Database(Box::new(error))
}

/// The engine's form of a value that the sealer could not read.
fn unreadable(error: OpenError) -> EngineError {
    EngineError::Serialization(Box::new(error))
}

fn malformed(error: serde_json::Error) -> EngineError {
    EngineError::Serialization(Box::new(error))
}
