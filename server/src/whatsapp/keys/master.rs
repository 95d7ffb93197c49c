//! Where the master key comes from.

use super::MasterKey;
use crate::random::Random;
use crate::store::{MetaStore, StoreError};

/// Under which name the store keeps a key that nobody configured.
const KEPT_AS: &str = "session-master-key";

/// Why there is no master key. Reads as "failed to {error}".
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The key in the store does not have 32 bytes.
    #[error("read the stored master key: it does not have 32 bytes")]
    Stored,
    /// The store did not answer.
    #[error("{0}")]
    Store(#[from] StoreError),
}

/// The configured key, else the one that the first start generated.
///
/// A generated key is kept in the store, beside what it protects, so that no redeploy can lose it;
/// it protects partial copies of the data only.
pub async fn master_key(
    configured: Option<MasterKey>,
    meta: &dyn MetaStore,
    random: &Random,
) -> Result<MasterKey, MasterKeyError> {
    if let Some(key) = configured {
        return Ok(key);
    }
    let bytes = meta
        .get_or_insert(KEPT_AS, &random.bytes::<32>())
        .await?
        .try_into()
        .map_err(|_| MasterKeyError::Stored)?;
    Ok(MasterKey::from_bytes(bytes))
}
