//! Sealing everything anew with another master key.
//!
//! Each value is opened with the key that sealed it, sealed with the current one, and exchanged only
//! if nobody stored another one meanwhile. So a rotation can be broken off at any instant and begun
//! again, and servers that hold both keys may run beside it.

use arauto_app::domain::ConnectionId;
use bytes::Bytes;

use super::{ConfiguredKeys, KeyId, KeyRing, MasterKeyError, Place, Sealer};
use crate::random::Random;
use crate::store::{KeyExchange, Seal, Store, StoreError, StoredKey};

/// What a rotation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The key that everything is sealed with now.
    pub key: KeyId,
    /// How many connections had something to seal anew.
    pub connections: usize,
    /// How many values were sealed anew.
    pub resealed: u64,
    /// How many values do not open although their key is here: they were left as they are.
    pub damaged: u64,
    /// How many values a running server stored under a former key meanwhile.
    pub left: u64,
}

/// Why a rotation did not happen. Reads as "failed to {error}".
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// There is no key to rotate to.
    #[error("rotate the keys: ARAUTO_SECRET_KEY names no key to rotate to")]
    NoKey,
    /// Servers run, or ran last, that would understand nothing any more.
    #[error(
        "rotate the keys: {servers} server(s) on this store do not seal with the key {key} yet"
    )]
    NotInUse {
        /// The key to rotate to.
        key: KeyId,
        /// How many servers have another one.
        servers: usize,
    },
    /// What is stored cannot be opened.
    #[error(transparent)]
    Key(#[from] MasterKeyError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Seals everything that a former key sealed with the configured one. `is_shared` tells whether
/// servers may run on the store meanwhile.
///
/// # Errors
/// When something needs a key that is not at hand, or a server does not know the new one; then
/// nothing is changed.
pub async fn rotate(
    configured: &ConfiguredKeys,
    is_shared: bool,
    store: &Store,
    random: &Random,
) -> Result<Rotation, RotationError> {
    let current = configured.current.as_ref().ok_or(RotationError::NoKey)?;
    let ring = KeyRing::unlock(configured, store, random).await?;
    let strangers = strangers(&ring, is_shared, store).await?;
    if strangers > 0 {
        return Err(RotationError::NotInUse {
            key: current.id(),
            servers: strangers,
        });
    }
    let mut rotation = Rotation {
        key: current.id(),
        connections: 0,
        resealed: 0,
        damaged: 0,
        left: 0,
    };
    let sealer = ring.sealer(random.clone());
    let former = |seal: &Seal| KeyId::of(seal) != Some(rotation.key);
    let mut seals = store.session_keys.every_seal().await?;
    seals.retain(former);
    for seal in &seals {
        for connection in store.session_keys.every_connection_under(seal).await? {
            reseal(connection, seal, &sealer, store, &mut rotation).await?;
        }
    }
    ring.seal_generated(store.meta.as_ref(), random).await?;
    rotation.left = count(&seals, store).await?.saturating_sub(rotation.damaged);
    Ok(rotation)
}

/// How many servers would not understand what is sealed with the current key: those that live, and the
/// one that started last, which may be about to live.
async fn strangers(ring: &KeyRing, is_shared: bool, store: &Store) -> Result<usize, StoreError> {
    if !is_shared {
        return Ok(0);
    }
    let living = store.leases.every_server().await?;
    let knows = |seal: &Option<Seal>| {
        let id = seal.as_ref().and_then(KeyId::of);
        id == Some(ring.current.id())
    };
    let strangers = living.iter().filter(|(_, seal)| !knows(seal)).count();
    let started_last = !ring.is_in_use(store.meta.as_ref()).await?;
    Ok(strangers.max(usize::from(started_last)))
}

async fn reseal(
    connection: ConnectionId,
    seal: &Seal,
    sealer: &Sealer,
    store: &Store,
    rotation: &mut Rotation,
) -> Result<(), StoreError> {
    let stored = store.session_keys.under(connection, seal).await?;
    let found = stored.len();
    let exchanges: Vec<KeyExchange> = stored
        .into_iter()
        .filter_map(|from| {
            let to = sealed_anew(connection, &from, sealer)?;
            Some(KeyExchange { from, to })
        })
        .collect();
    rotation.connections += 1;
    rotation.damaged += (found - exchanges.len()) as u64;
    rotation.resealed += store.session_keys.exchange(connection, exchanges).await?;
    Ok(())
}

/// The same value under the current key; `None` when it does not open.
fn sealed_anew(connection: ConnectionId, stored: &StoredKey, sealer: &Sealer) -> Option<Bytes> {
    let place = Place {
        connection,
        space: &stored.space,
        key: &stored.key,
    };
    let value = sealer.open(place, &stored.value);
    let anew = value.and_then(|value| sealer.seal(place, &value));
    anew.inspect_err(|error| {
        tracing::warn!(%connection, space = stored.space, "failed to {error}; it stays as it is");
    })
    .ok()
    .map(Bytes::from)
}

/// How many values are left under these seals.
async fn count(seals: &[Seal], store: &Store) -> Result<u64, StoreError> {
    let mut count = 0;
    for seal in seals {
        for connection in store.session_keys.every_connection_under(seal).await? {
            count += store.session_keys.under(connection, seal).await?.len() as u64;
        }
    }
    Ok(count)
}
