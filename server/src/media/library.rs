//! The library: what the product may ask of it, and how a file gets into it and out again.

use std::sync::Arc;

use arauto_app::api::{ApiError, LiveEvent, Media, MediaCard, MediaView, NotFound, Principal};
use arauto_app::domain::{ContentHash, MediaId, MediaItem, MediaProblem, WorkspaceId};
use async_trait::async_trait;
use bytes::Bytes;
use futures::Stream;
use sha2::{Digest, Sha256};
use tokio::sync::{RwLock, Semaphore};

use super::inspect::{Inspected, Sniffed, inspect};
use super::intake::{self, Arrived, IntakeError};
use super::names;
use crate::clock::SharedClock;
use crate::failure::{api_error, internal};
use crate::live::LiveBoard;
use crate::random::Random;
use crate::store::{BlobReader, Store, StoreError};

/// How many images are decoded at a time: bounds the memory that uploads can take.
const DECODED_AT_ONCE: usize = 2;

/// The media of all workspaces of this server.
pub struct MediaLibrary {
    store: Store,
    clock: SharedClock,
    random: Random,
    live: LiveBoard,
    decoders: Arc<Semaphore>,
    /// Held for reading between the moment that a blob is complete and the moment that an item
    /// names it, for writing while blobs that nothing names are deleted: otherwise the deletion of
    /// an item could take the bytes from an upload of the same content.
    naming: RwLock<()>,
}

impl MediaLibrary {
    /// The library in `store`.
    pub fn new(store: Store, clock: SharedClock, random: Random, live: LiveBoard) -> Self {
        Self {
            store,
            clock,
            random,
            live,
            decoders: Arc::new(Semaphore::new(DECODED_AT_ONCE)),
            naming: RwLock::new(()),
        }
    }

    /// Takes a file into the library. Nothing of it is visible before all of it is there and
    /// proved to be what it claims.
    pub async fn upload<E>(
        &self,
        who: &Principal,
        name: &str,
        chunks: impl Stream<Item = Result<Bytes, E>> + Send + Unpin,
    ) -> Result<MediaItem, ApiError> {
        let workspace = who.workspace_id();
        let arrived = intake::take(self.store.blobs.as_ref(), workspace, chunks)
            .await
            .map_err(intake_error)?;
        let Arrived {
            writer,
            content,
            sniffed,
            file,
        } = arrived;
        let bytes = file.len() as u64;
        let inspected = match self.inspect(file, sniffed).await {
            Ok(inspected) => inspected,
            Err(error) => {
                writer.abort().await.map_err(api_error)?;
                return Err(error);
            }
        };

        let thumbnail = digest_of(&inspected.thumbnail);
        let id = MediaId::new(self.clock.now(), self.random.bytes());
        let item = MediaItem {
            id,
            workspace,
            name: names::clean(name).unwrap_or_else(|| format!("{id}.{}", sniffed.extension)),
            kind: sniffed.kind,
            mime: sniffed.mime.to_owned(),
            bytes,
            content,
            thumbnail,
            width: inspected.width,
            height: inspected.height,
            uploaded_by: who.user.id,
            uploaded_at: self.clock.now(),
        };
        {
            let _naming = self.naming.read().await;
            writer.commit(content).await.map_err(api_error)?;
            self.put(workspace, thumbnail, inspected.thumbnail)
                .await
                .map_err(api_error)?;
            self.store.media.insert(&item).await.map_err(api_error)?;
        }
        self.live.post(workspace, LiveEvent::Media);
        Ok(item)
    }

    /// An item of the workspace, for whoever serves its bytes.
    pub async fn item(&self, who: &Principal, id: MediaId) -> Result<MediaItem, ApiError> {
        self.store
            .media
            .get(who.workspace_id(), id)
            .await
            .map_err(api_error)?
            .ok_or(ApiError::NotFound(NotFound::Media))
    }

    /// Bytes of the workspace from `offset` on.
    pub async fn open(
        &self,
        who: &Principal,
        content: ContentHash,
        offset: u64,
    ) -> Result<BlobReader, ApiError> {
        self.store
            .blobs
            .open(who.workspace_id(), content, offset)
            .await
            .map_err(api_error)?
            .ok_or(ApiError::NotFound(NotFound::Media))
    }

    async fn inspect(&self, file: Vec<u8>, sniffed: Sniffed) -> Result<Inspected, ApiError> {
        let permit = Arc::clone(&self.decoders)
            .acquire_owned()
            .await
            .map_err(internal)?;
        tokio::task::spawn_blocking(move || {
            // A decoder that panics on bytes nobody thought of is one more way of being broken.
            let inspected = inspect(&file, sniffed);
            drop(permit);
            inspected
        })
        .await
        .unwrap_or(Err(MediaProblem::Broken))
        .map_err(ApiError::Media)
    }

    async fn put(
        &self,
        workspace: WorkspaceId,
        content: ContentHash,
        bytes: Vec<u8>,
    ) -> Result<(), StoreError> {
        let mut writer = self.store.blobs.begin(workspace).await?;
        writer.write(bytes.into()).await?;
        writer.commit(content).await
    }

    async fn delete_unnamed(
        &self,
        workspace: WorkspaceId,
        content: ContentHash,
    ) -> Result<(), StoreError> {
        if !self.store.media.names_content(workspace, content).await? {
            self.store.blobs.delete(workspace, content).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Media for MediaLibrary {
    async fn list(&self, who: &Principal) -> Result<MediaView, ApiError> {
        let workspace = who.workspace_id();
        let listed = self.store.media.list(workspace).await.map_err(api_error)?;
        let mut items = Vec::with_capacity(listed.len());
        for item in listed {
            let used_by = self.store.campaigns.names_using_media(workspace, item.id);
            let used_by = used_by.await.map_err(api_error)?;
            items.push(MediaCard { item, used_by });
        }
        let now = self.clock.now();
        Ok(MediaView { items, now })
    }

    /// A name of which nothing visible is left changes nothing: there is no item without a name.
    async fn rename(&self, who: &Principal, id: MediaId, name: &str) -> Result<(), ApiError> {
        let item = self.item(who, id).await?;
        let Some(name) = names::clean_typed(name).filter(|name| *name != item.name) else {
            return Ok(());
        };
        let workspace = who.workspace_id();
        self.store
            .media
            .rename(workspace, id, &name)
            .await
            .map_err(api_error)?;
        self.live.post(workspace, LiveEvent::Media);
        Ok(())
    }

    async fn delete(&self, who: &Principal, id: MediaId) -> Result<(), ApiError> {
        let workspace = who.workspace_id();
        let item = self.item(who, id).await?;
        let used_by = self.store.campaigns.names_using_media(workspace, id);
        let used_by = used_by.await.map_err(api_error)?;
        if !used_by.is_empty() {
            return Err(ApiError::MediaInUse(used_by));
        }
        self.store
            .media
            .delete(workspace, id)
            .await
            .map_err(api_error)?;
        self.live.post(workspace, LiveEvent::Media);
        let _naming = self.naming.write().await;
        for content in [item.content, item.thumbnail] {
            self.delete_unnamed(workspace, content)
                .await
                .map_err(api_error)?;
        }
        Ok(())
    }
}

fn intake_error(error: IntakeError) -> ApiError {
    match error {
        IntakeError::Problem(problem) => ApiError::Media(problem),
        IntakeError::Store(error) => api_error(error),
    }
}

fn digest_of(bytes: &[u8]) -> ContentHash {
    ContentHash::from_bytes(Sha256::digest(bytes).into())
}
