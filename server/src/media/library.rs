//! The library: what the product may ask of it, and how a file gets into it and out again.

use std::sync::Arc;

use arauto_app::api::{
    ApiError, LibraryView, LiveEvent, Media, MediaCard, MediaView, NotFound, Principal,
};
use arauto_app::domain::{
    ContentHash, MEDIA_SHOWN, MediaId, MediaItem, MediaProblem, MediaQuery, WorkspaceId,
    extension_of,
};
use async_trait::async_trait;
use bytes::Bytes;
use futures::Stream;
use tokio::sync::{Mutex, RwLock, Semaphore};

use super::facts::Facts;
use super::inspect::inspect;
use super::intake::{self, Arrived, IntakeError, Room, Stored, digest_of};
use super::names;
use super::sniff::Format;
use crate::clock::SharedClock;
use crate::failure::{api_error, internal};
use crate::live::LiveBoard;
use crate::random::Random;
use crate::store::{BlobReader, Store, StoreError};

/// How many files are looked through at a time: bounds the memory that uploads can take.
const DECODED_AT_ONCE: usize = 2;

/// The media of all workspaces of this server.
pub struct MediaLibrary {
    store: Store,
    clock: SharedClock,
    random: Random,
    live: LiveBoard,
    /// The most bytes of a workspace.
    quota: u64,
    decoders: Arc<Semaphore>,
    /// Held between the look at what a workspace has and the moment that there is more: of two uploads
    /// that fit each, one does not when both do not.
    filling: Mutex<()>,
    /// Held for reading between the moment that a blob is complete and the moment that an item
    /// names it, for writing while blobs that nothing names are deleted: otherwise the deletion of
    /// an item could take the bytes from an upload of the same content.
    naming: RwLock<()>,
}

impl MediaLibrary {
    /// The library in `store`, with at most `quota` bytes of each workspace.
    pub fn new(
        store: Store,
        clock: SharedClock,
        random: Random,
        live: LiveBoard,
        quota: u64,
    ) -> Self {
        Self {
            store,
            clock,
            random,
            live,
            quota,
            decoders: Arc::new(Semaphore::new(DECODED_AT_ONCE)),
            filling: Mutex::new(()),
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
        let blobs = self.store.blobs.as_ref();
        let used = self.store.media.used_bytes(workspace).await;
        let room = Room {
            left: self.quota.saturating_sub(used.map_err(api_error)?),
            quota: self.quota,
        };
        let arrived = intake::take(blobs, workspace, name, room, chunks);
        let stored = match arrived.await.map_err(intake_error)? {
            Arrived::Stored(stored) => stored,
            Arrived::Held { file, format } => {
                let (file, facts) = self.inspect(file, format).await?;
                let put = intake::put(blobs, workspace, file, facts);
                put.await.map_err(api_error)?
            }
        };
        let item = self.name(who, name, stored).await?;
        self.live.post(workspace, LiveEvent::Media);
        Ok(item)
    }

    /// Makes a file that is in the store an item, unless that is more than the workspace may have.
    async fn name(
        &self,
        who: &Principal,
        name: &str,
        stored: Stored,
    ) -> Result<MediaItem, ApiError> {
        let Stored {
            writer,
            content,
            bytes,
            facts,
        } = stored;
        let workspace = who.workspace_id();
        let id = MediaId::new(self.clock.now(), self.random.bytes());
        let unnamed = || match extension_of(facts.mime) {
            Some(extension) => format!("{id}.{extension}"),
            None => id.to_string(),
        };
        let item = MediaItem {
            id,
            workspace,
            name: names::clean(name).unwrap_or_else(unnamed),
            kind: facts.kind,
            mime: facts.mime.to_owned(),
            bytes,
            content,
            thumbnail: facts.thumbnail.as_deref().map(digest_of),
            width: facts.size.map(|(width, _)| width),
            height: facts.size.map(|(_, height)| height),
            duration_ms: facts.duration_ms,
            pages: facts.pages,
            uploaded_by: who.user.id,
            uploaded_at: self.clock.now(),
        };
        let _filling = self.filling.lock().await;
        if !self.has_room_for(&item).await.map_err(api_error)? {
            writer.abort().await.map_err(api_error)?;
            let limit = self.quota;
            return Err(ApiError::Media(MediaProblem::QuotaReached { limit }));
        }
        let _naming = self.naming.read().await;
        writer.commit(content).await.map_err(api_error)?;
        if let (Some(content), Some(bytes)) = (item.thumbnail, facts.thumbnail) {
            let put = self.put(workspace, content, bytes);
            put.await.map_err(api_error)?;
        }
        self.store.media.insert(&item).await.map_err(api_error)?;
        Ok(item)
    }

    /// Whether the quota leaves room for an item; what the workspace has already takes none.
    async fn has_room_for(&self, item: &MediaItem) -> Result<bool, StoreError> {
        let media = &self.store.media;
        if media.names_content(item.workspace, item.content).await? {
            return Ok(true);
        }
        let used = media.used_bytes(item.workspace).await?;
        Ok(used.saturating_add(item.bytes) <= self.quota)
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

    async fn inspect(&self, file: Vec<u8>, format: Format) -> Result<(Vec<u8>, Facts), ApiError> {
        let permit = Arc::clone(&self.decoders)
            .acquire_owned()
            .await
            .map_err(internal)?;
        tokio::task::spawn_blocking(move || {
            // A decoder that panics on bytes nobody thought of is one more way of being broken.
            let inspected = inspect(file, format);
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

    /// Items with the campaigns that use them.
    async fn cards(
        &self,
        workspace: WorkspaceId,
        items: Vec<MediaItem>,
    ) -> Result<Vec<MediaCard>, StoreError> {
        let mut cards = Vec::with_capacity(items.len());
        for item in items {
            let campaigns = &self.store.campaigns;
            let used_by = campaigns.names_using_media(workspace, item.id).await?;
            let sent_by = campaigns.names_sending_media(workspace, item.id).await?;
            cards.push(MediaCard {
                item,
                used_by,
                sent_by,
            });
        }
        Ok(cards)
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
        let items = self.cards(workspace, listed).await.map_err(api_error)?;
        let now = self.clock.now();
        Ok(MediaView { items, now })
    }

    async fn search(
        &self,
        who: &Principal,
        query: &MediaQuery,
        page: u32,
    ) -> Result<LibraryView, ApiError> {
        let (workspace, media) = (who.workspace_id(), &self.store.media);
        let counts = media.counts(workspace, &query.text);
        let counts = counts.await.map_err(api_error)?;
        let pages = counts.of(query.filter).div_ceil(MEDIA_SHOWN).max(1);
        let page = page.clamp(1, pages);
        let skipped = (page - 1) * MEDIA_SHOWN;
        let found = media.search(workspace, query, skipped, MEDIA_SHOWN);
        let found = found.await.map_err(api_error)?;
        Ok(LibraryView {
            items: self.cards(workspace, found).await.map_err(api_error)?,
            counts,
            page,
            pages,
            used_bytes: media.used_bytes(workspace).await.map_err(api_error)?,
            quota: (self.quota < u64::MAX).then_some(self.quota),
        })
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
        let sent_by = self.store.campaigns.names_sending_media(workspace, id);
        let sent_by = sent_by.await.map_err(api_error)?;
        if !sent_by.is_empty() {
            return Err(ApiError::MediaInUse(sent_by));
        }
        self.store
            .media
            .delete(workspace, id)
            .await
            .map_err(api_error)?;
        self.live.post(workspace, LiveEvent::Media);
        let _naming = self.naming.write().await;
        for content in std::iter::once(item.content).chain(item.thumbnail) {
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
