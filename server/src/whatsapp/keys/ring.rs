//! The master keys of this installation: where they come from, and whether they open everything
//! that is stored.

use std::collections::BTreeSet;
use std::fmt;

use arauto_app::domain::ConnectionId;
use uuid::Uuid;

use super::{KeyId, MasterKey, Place, Sealer};
use crate::random::Random;
use crate::store::{MetaStore, Seal, SessionKeyStore, Store, StoreError};

/// Under which name the store keeps the key that the first start generated.
const GENERATED: &str = "session-master-key";
/// Under which name the store knows which key servers seal with.
const IN_USE: &str = "session-master-key-in-use";

/// The keys that the configuration names.
#[derive(Clone, Debug, Default)]
pub struct ConfiguredKeys {
    /// The key that seals. Without it the first start generates one and keeps it in the store.
    pub current: Option<MasterKey>,
    /// Keys that sealed before and still open.
    pub previous: Vec<MasterKey>,
}

/// Master keys that are at hand.
#[derive(Clone, Debug)]
pub struct KeyRing {
    /// The key that seals.
    pub current: MasterKey,
    /// Keys that only open.
    pub former: Vec<MasterKey>,
}

/// Why there is no key ring. Reads as "failed to {error}".
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// Something is sealed with a key that is not at hand.
    #[error("open the sessions' keys: {0}")]
    Locked(Locked),
    /// Something is sealed in a way that this program does not know.
    #[error("open the sessions' keys: their form is unknown; use the Arauto that wrote them")]
    Form,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is stored is sealed with keys that are not at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// The keys that it needs.
    pub needed: BTreeSet<KeyId>,
    /// The key that was configured in their place.
    pub configured: Option<KeyId>,
    /// How many connections are concerned.
    pub connections: usize,
}

impl Locked {
    /// The keys that it needs, as a list.
    pub fn needed(&self) -> String {
        let needed: Vec<String> = self.needed.iter().map(ToString::to_string).collect();
        needed.join(", ")
    }
}

impl fmt::Display for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let needed = self.needed();
        match self.configured {
            None => write!(f, "they need the key {needed}, and none is configured"),
            Some(key) => write!(f, "they need the key {needed}, and {key} is configured"),
        }
    }
}

impl KeyRing {
    /// The keys at hand, once it is sure that they open everything that is stored. When nothing is
    /// configured and nothing was ever sealed, a key is generated and kept in the store, beside
    /// what it protects, so that no redeploy can lose it; it protects partial copies only.
    ///
    /// # Errors
    /// When something is sealed with another key; then nothing is changed.
    pub async fn unlock(
        configured: &ConfiguredKeys,
        store: &Store,
        random: &Random,
    ) -> Result<Self, MasterKeyError> {
        let meta = store.meta.as_ref();
        let ring = if let Some(ring) = Self::at_hand(configured, meta).await? {
            ring
        } else {
            Self::check(None, configured, store).await?;
            generate(meta, random).await?
        };
        Self::check(Some(&ring), configured, store).await?;
        Ok(ring)
    }

    /// Whether these keys open everything that is stored.
    pub async fn check(
        ring: Option<&Self>,
        configured: &ConfiguredKeys,
        store: &Store,
    ) -> Result<(), MasterKeyError> {
        let mut seals = store.session_keys.every_seal().await?;
        if ring.is_none() {
            // What is not bare was sealed by a rotation to a key that was configured then.
            seals.extend(store.meta.get(GENERATED).await?.as_deref().map(Seal::of));
        }
        let opens = |id: KeyId| ring.is_some_and(|ring| ring.holds(id));
        seals.retain(|seal| !KeyId::of(seal).is_some_and(opens));
        if seals.is_empty() {
            return Ok(());
        }
        let configured = configured.current.as_ref().map(MasterKey::id);
        Err(locked(&seals, configured, store.session_keys.as_ref()).await?)
    }

    /// The keys at hand: what is configured, and what an earlier start generated. `None` when
    /// neither is there; none is generated.
    pub async fn at_hand(
        configured: &ConfiguredKeys,
        meta: &dyn MetaStore,
    ) -> Result<Option<Self>, MasterKeyError> {
        let generated = meta.get(GENERATED).await?;
        let bare = |kept: &[u8]| kept.try_into().ok().map(MasterKey::from_bytes);
        let Some(current) = configured.current.clone() else {
            let generated = generated.as_deref().and_then(bare);
            return Ok(generated.map(|current| Self {
                current,
                former: Vec::new(),
            }));
        };
        let former = configured.previous.clone();
        let mut ring = Self { current, former };
        if let Some(kept) = generated {
            let key = bare(&kept).or_else(|| ring.open_generated(&kept));
            ring.former.extend(key);
        }
        Ok(Some(ring))
    }

    /// Whether it holds the key of this name.
    pub fn holds(&self, id: KeyId) -> bool {
        let mut keys = std::iter::once(&self.current).chain(&self.former);
        keys.any(|key| key.id() == id)
    }

    /// Whether something is still sealed with one of the former keys.
    pub async fn is_behind(&self, store: &Store) -> Result<bool, StoreError> {
        let seals = store.session_keys.every_seal().await?;
        let former = |id: KeyId| id != self.current.id() && self.holds(id);
        Ok(seals.iter().filter_map(KeyId::of).any(former))
    }

    /// A sealer with its keys.
    pub fn sealer(&self, random: Random) -> Sealer {
        Sealer::new(&self.current, &self.former, random)
    }

    /// Notes in the store that servers seal with the current key from now on.
    pub async fn note_in_use(&self, meta: &dyn MetaStore) -> Result<(), StoreError> {
        meta.put(IN_USE, self.current.id().as_bytes()).await
    }

    /// Whether the server that started last seals with the current key.
    pub(super) async fn is_in_use(&self, meta: &dyn MetaStore) -> Result<bool, StoreError> {
        let in_use = meta.get(IN_USE).await?;
        Ok(in_use.as_deref() == Some(self.current.id().as_bytes()))
    }

    /// Seals the generated key with the current one. From then on the store alone opens nothing,
    /// and whatever the generated key may still have sealed stays readable.
    pub(super) async fn seal_generated(
        &self,
        meta: &dyn MetaStore,
        random: &Random,
    ) -> Result<(), StoreError> {
        let Some(kept) = meta.get(GENERATED).await? else {
            return Ok(());
        };
        let bare = <[u8; 32]>::try_from(kept.as_slice()).ok();
        let key = bare.map(MasterKey::from_bytes);
        let Some(key) = key.or_else(|| self.open_generated(&kept)) else {
            return Ok(());
        };
        let sealed = self.sealer(random.clone()).seal(its_place(), key.expose());
        let sealed = sealed.map_err(|error| StoreError::Damaged(error.to_string()))?;
        meta.put(GENERATED, &sealed).await
    }

    fn open_generated(&self, kept: &[u8]) -> Option<MasterKey> {
        // Opening draws nothing.
        let sealer = self.sealer(Random::from_seed(0));
        let bytes = sealer.open(its_place(), kept).ok()?;
        bytes.try_into().ok().map(MasterKey::from_bytes)
    }
}

/// Where a generated key is sealed: no connection has this place.
fn its_place() -> Place<'static> {
    Place {
        connection: ConnectionId::from(Uuid::nil()),
        space: GENERATED,
        key: b"",
    }
}

async fn generate(meta: &dyn MetaStore, random: &Random) -> Result<KeyRing, MasterKeyError> {
    let kept = meta.get_or_insert(GENERATED, &random.bytes::<32>()).await?;
    let current = kept.try_into().map(MasterKey::from_bytes);
    Ok(KeyRing {
        // Another server rotated at this moment.
        current: current.map_err(|_| MasterKeyError::Form)?,
        former: Vec::new(),
    })
}

async fn locked(
    strange: &[Seal],
    configured: Option<KeyId>,
    keys: &dyn SessionKeyStore,
) -> Result<MasterKeyError, StoreError> {
    let mut needed = BTreeSet::new();
    let mut connections = BTreeSet::new();
    for seal in strange {
        let Some(id) = KeyId::of(seal) else {
            return Ok(MasterKeyError::Form);
        };
        needed.insert(id);
        connections.extend(keys.every_connection_under(seal).await?);
    }
    Ok(MasterKeyError::Locked(Locked {
        needed,
        configured,
        connections: connections.len(),
    }))
}
