//! Whether every file of the library is still what it was when it was taken.

use arauto_app::domain::{ContentHash, MediaItem};
use futures::TryStreamExt;
use sha2::{Digest, Sha256};

use crate::store::{Store, StoreError};

/// How many items are read at a time.
const PAGE: u32 = 100;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Its bytes are not there.
    Missing,
    /// Its bytes are others, or not all there.
    Changed,
}

/// What a check found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Integrity {
    /// How many items were looked at.
    pub items: usize,
    /// Those that are not what they were.
    pub damaged: Vec<(MediaItem, Damage)>,
}

/// Reads every byte of every workspace's media. It holds one piece of one file at a time, and stops for
/// nobody: what is deleted meanwhile is not missing.
///
/// # Errors
/// When the store does not answer.
pub async fn check(store: &Store) -> Result<Integrity, StoreError> {
    let mut integrity = Integrity::default();
    let mut after = None;
    loop {
        let items = store.media.every_item_after(after, PAGE).await?;
        let Some(last) = items.last() else {
            return Ok(integrity);
        };
        after = Some(last.id);
        for item in items {
            integrity.items += 1;
            if let Some(damage) = damage_of(store, &item).await?
                && store.media.get(item.workspace, item.id).await?.is_some()
            {
                integrity.damaged.push((item, damage));
            }
        }
    }
}

/// Checks every file and tells the log about those that are not what they were. For the start of the
/// server, beside everything else.
pub async fn report(store: Store) {
    match check(&store).await {
        Ok(Integrity { items, damaged }) => {
            for (item, damage) in &damaged {
                tracing::error!(
                    workspace = %item.workspace,
                    media = %item.id,
                    name = item.name,
                    "the content of a file is {}",
                    match damage {
                        Damage::Missing => "missing",
                        Damage::Changed => "damaged",
                    }
                );
            }
            tracing::info!(items, damaged = damaged.len(), "checked the media");
        }
        Err(error) => tracing::warn!("failed to check the media: failed to {error}"),
    }
}

async fn damage_of(store: &Store, item: &MediaItem) -> Result<Option<Damage>, StoreError> {
    for content in std::iter::once(item.content).chain(item.thumbnail) {
        match is_whole(store, item, content).await {
            Ok(Some(true)) => {}
            Ok(Some(false)) | Err(StoreError::Damaged(_)) => return Ok(Some(Damage::Changed)),
            Ok(None) => return Ok(Some(Damage::Missing)),
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Whether a content is what its name says; `None` when it is not there.
async fn is_whole(
    store: &Store,
    item: &MediaItem,
    content: ContentHash,
) -> Result<Option<bool>, StoreError> {
    let Some(mut blob) = store.blobs.open(item.workspace, content, 0).await? else {
        return Ok(None);
    };
    let mut digest = Sha256::new();
    while let Some(chunk) = blob.chunks.try_next().await? {
        digest.update(&chunk);
    }
    let found = ContentHash::from_bytes(digest.finalize().into());
    Ok(Some(found == content))
}
