//! The library: what the product may ask of it, and how a file gets into it and out again.

use arauto_app::api::{
    ApiError, LibraryView, LiveEvent, Media, MediaCard, MediaView, NotFound, Principal,
};
use arauto_app::domain::{
    ContentHash, MEDIA_SHOWN, MediaId, MediaItem, MediaProblem, MediaQuery, TransferStep,
    WorkspaceId, extension_of,
};
use async_trait::async_trait;
use bytes::Bytes;
use futures::Stream;
use tokio::sync::{Mutex, RwLock};

use super::desk::Origin;
use super::examine::{Examiner, Steps};
use super::intake::{self, Arrived, IntakeError, Room, Source, Stored, digest_of};
use super::names;
use super::studio::Studio;
use super::transfers::Finishing;
use crate::clock::SharedClock;
use crate::failure::api_error;
use crate::live::LiveBoard;
use crate::random::Random;
use crate::store::{BlobReader, Store, StoreError};

/// What is known of a file before it is there.
pub(super) struct Arrival {
    /// The identifier of the item that it becomes.
    pub(super) id: MediaId,
    /// Its name, as it came.
    pub(super) name: String,
    /// How many bytes of the quota were kept free for it.
    pub(super) reserved: u64,
}

/// The media of all workspaces of this server.
pub struct MediaLibrary {
    pub(super) store: Store,
    pub(super) clock: SharedClock,
    random: Random,
    pub(super) live: LiveBoard,
    /// The most bytes of a workspace.
    pub(super) quota: u64,
    pub(super) examiner: Examiner,
    pub(super) finishing: Finishing,
    /// Held between the look at what a workspace has and the moment that there is more: of two uploads
    /// that fit each, one does not when both do not.
    pub(super) filling: Mutex<()>,
    /// Held for reading between the moment that a blob is complete and the moment that an item
    /// names it, for writing while blobs that nothing names are deleted: otherwise the deletion of
    /// an item could take the bytes from an upload of the same content.
    pub(super) naming: RwLock<()>,
}

impl MediaLibrary {
    /// The library in `store`, with at most `quota` bytes of each workspace. Without a studio nothing is
    /// converted.
    pub fn new(
        store: Store,
        clock: SharedClock,
        random: Random,
        live: LiveBoard,
        quota: u64,
        studio: Option<Studio>,
    ) -> Self {
        Self {
            store,
            clock,
            random,
            live,
            quota,
            examiner: Examiner::new(studio),
            finishing: Finishing::default(),
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
        let arrival = Arrival {
            id: self.new_id(),
            name: name.to_owned(),
            reserved: 0,
        };
        let steps = Steps::default();
        let source = Source {
            origin: Origin::Form,
            expected: None,
            chunks,
        };
        let stored = self.prepare(who, &arrival, source, &steps).await?;
        self.name(who, arrival, stored).await
    }

    /// The identifier of an item to come.
    pub(super) fn new_id(&self) -> MediaId {
        MediaId::new(self.clock.now(), self.random.bytes())
    }

    /// Brings a file into the store, proved, and converted where it must be; nobody sees it yet.
    pub(super) async fn prepare<E>(
        &self,
        who: &Principal,
        arrival: &Arrival,
        source: Source<impl Stream<Item = Result<Bytes, E>> + Send + Unpin>,
        steps: &Steps,
    ) -> Result<Stored, ApiError> {
        let (workspace, examiner) = (who.workspace_id(), &self.examiner);
        let blobs = self.store.blobs.as_ref();
        let taken = self.taken_bytes(workspace).await.map_err(api_error)?;
        let room = Room {
            left: self
                .quota
                .saturating_sub(taken - arrival.reserved.min(taken)),
            quota: self.quota,
        };
        let arrived = intake::take(blobs, examiner, workspace, &arrival.name, room, source);
        let (file, facts) = match arrived.await.map_err(intake_error)? {
            Arrived::Stored(stored) => return Ok(stored),
            Arrived::Held { file, format } => {
                steps.send_replace(TransferStep::Checking);
                examiner.held(file, format, steps).await?
            }
            Arrived::OnBench { bench, format } => examiner.on_bench(bench, format, steps).await?,
        };
        let put = intake::put(blobs, workspace, file, facts);
        put.await.map_err(api_error)
    }

    /// Makes a file that is in the store an item, unless that is more than the workspace may have.
    pub(super) async fn name(
        &self,
        who: &Principal,
        arrival: Arrival,
        stored: Stored,
    ) -> Result<MediaItem, ApiError> {
        let Stored {
            writer,
            content,
            bytes,
            facts,
        } = stored;
        let workspace = who.workspace_id();
        let id = arrival.id;
        let extension = extension_of(facts.mime);
        let name = match (names::clean(&arrival.name), extension) {
            (Some(name), Some(extension)) if facts.converted => {
                names::with_extension(&name, extension)
            }
            (Some(name), _) => name,
            (None, Some(extension)) => format!("{id}.{extension}"),
            (None, None) => id.to_string(),
        };
        let item = MediaItem {
            id,
            workspace,
            name,
            kind: facts.kind,
            mime: facts.mime.to_owned(),
            bytes,
            content,
            thumbnail: facts.thumbnail.as_deref().map(digest_of),
            width: facts.size.map(|(width, _)| width),
            height: facts.size.map(|(_, height)| height),
            duration_ms: facts.duration_ms,
            pages: facts.pages,
            gif: facts.gif,
            waveform: facts.waveform,
            uploaded_by: who.user.id,
            uploaded_at: self.clock.now(),
        };
        let _filling = self.filling.lock().await;
        if !self
            .has_room_for(&item, arrival.reserved)
            .await
            .map_err(api_error)?
        {
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
        let item = match self.store.media.insert(&item).await {
            Ok(()) => item,
            // Another server ended the same transfer.
            Err(StoreError::Conflict(_)) => self.item(who, id).await?,
            Err(error) => return Err(api_error(error)),
        };
        self.live.post(workspace, LiveEvent::Media);
        Ok(item)
    }

    /// How many bytes a workspace has, with those that are on their way.
    pub(super) async fn taken_bytes(&self, workspace: WorkspaceId) -> Result<u64, StoreError> {
        let used = self.store.media.used_bytes(workspace).await?;
        let coming = self.store.transfers.announced_bytes(workspace).await?;
        Ok(used.saturating_add(coming))
    }

    /// Whether the quota leaves room for an item, beside what was kept free for it; what the workspace has
    /// already takes none.
    async fn has_room_for(&self, item: &MediaItem, reserved: u64) -> Result<bool, StoreError> {
        let media = &self.store.media;
        if media.names_content(item.workspace, item.content).await? {
            return Ok(true);
        }
        let taken = self.taken_bytes(item.workspace).await?;
        let others = taken.saturating_sub(reserved);
        Ok(others.saturating_add(item.bytes) <= self.quota)
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

    pub(super) async fn put(
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
        let ids: Vec<_> = items.iter().map(|item| item.id).collect();
        let uses = self.store.campaigns.media_uses(workspace, &ids).await?;
        let cards = items.into_iter().zip(uses).map(|(item, uses)| MediaCard {
            item,
            used_by: uses.used_by,
            sent_by: uses.sent_by,
        });
        Ok(cards.collect())
    }

    pub(super) async fn delete_unnamed(
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
            converts: self.examiner.converts(),
            now: self.clock.now(),
        })
    }

    async fn make_voice_note(&self, who: &Principal, id: MediaId) -> Result<(), ApiError> {
        self.voice_note_of(who, id).await.map(drop)
    }

    async fn chosen(&self, who: &Principal, ids: &[MediaId]) -> Result<Vec<MediaItem>, ApiError> {
        let mut chosen = Vec::new();
        for id in ids {
            let item = self.store.media.get(who.workspace_id(), *id).await;
            chosen.extend(item.map_err(api_error)?);
        }
        Ok(chosen)
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
        // From the look at what it names: whoever names more of it comes before that, or finds it gone.
        let _naming = self.naming.write().await;
        let item = self.item(who, id).await?;
        let uses = self.store.campaigns.media_uses(workspace, &[id]).await;
        let uses = uses.map_err(api_error)?.pop().unwrap_or_default();
        if !uses.sent_by.is_empty() {
            return Err(ApiError::MediaInUse(uses.sent_by));
        }
        self.store
            .media
            .delete(workspace, id)
            .await
            .map_err(api_error)?;
        self.live.post(workspace, LiveEvent::Media);
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
        IntakeError::Bench(error) => error,
    }
}
