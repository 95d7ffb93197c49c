//! Where the master key comes from.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::MasterKey;
use crate::random::Random;
use crate::store::{MetaStore, StoreError};

/// Under which name the store keeps a key that nobody configured.
const KEPT_AS: &str = "session-master-key";

/// Why there is no master key. Reads as "failed to {error}".
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The configured text is not the base64 form of 32 bytes.
    #[error("read the configured master key: it must be 32 bytes in base64")]
    Configured,
    /// The key in the store does not have 32 bytes.
    #[error("read the stored master key: it does not have 32 bytes")]
    Stored,
    /// The store did not answer.
    #[error("{0}")]
    Store(#[from] StoreError),
}

/// The configured key (32 bytes in base64), else the one that the first start generated.
///
/// A generated key is kept in the store, beside what it protects, so that no redeploy can lose it;
/// it protects partial copies of the data only.
pub async fn master_key(
    configured: Option<&str>,
    meta: &dyn MetaStore,
    random: &Random,
) -> Result<MasterKey, MasterKeyError> {
    if let Some(text) = configured {
        let bytes = STANDARD
            .decode(text.trim())
            .map_err(|_| MasterKeyError::Configured)?;
        let bytes = bytes.try_into().map_err(|_| MasterKeyError::Configured)?;
        return Ok(MasterKey::from_bytes(bytes));
    }
    let bytes = meta
        .get_or_insert(KEPT_AS, &random.bytes::<32>())
        .await?
        .try_into()
        .map_err(|_| MasterKeyError::Stored)?;
    Ok(MasterKey::from_bytes(bytes))
}
