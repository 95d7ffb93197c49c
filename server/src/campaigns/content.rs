//! What a run sends, read once and kept while the run goes on; files stay in the store.

use std::fmt;
use std::sync::Arc;

use arauto_app::domain::wording::Template;
use arauto_app::domain::{
    ContentHash, Delivery, FailureReason, MediaId, MessageContent, MessageId, Run, RunId,
    Timestamp, WorkspaceId, Zone,
};
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use sha2::{Digest, Sha256};

use super::gates::zone_named;
use super::shared::Shared;
use crate::store::{BlobReader, BlobStore, Store, StoreError};
use crate::whatsapp::{MediaFile, OutgoingMedia, OutgoingMessage};

/// A run's content, ready to be sent.
pub(super) struct Content {
    run: Run,
    zone: Zone,
    first: Variant,
    others: Vec<Variant>,
}

/// One of the variants of a run's message.
struct Variant {
    template: Template,
    media: Option<OutgoingMedia>,
}

impl Content {
    /// The message for one delivery. What it says was settled by the claim that is stored: `now` counts
    /// only for one that was never claimed.
    pub(super) fn message(
        &self,
        id: MessageId,
        delivery: &Delivery,
        now: Timestamp,
    ) -> OutgoingMessage {
        let variant = match delivery.variant {
            0 => &self.first,
            other => self.others.get(other as usize - 1).unwrap_or(&self.first),
        };
        let Self { run, zone, .. } = self;
        OutgoingMessage {
            id,
            to: delivery.target.clone(),
            text: run.say(&variant.template, delivery, zone, now),
            media: variant.media.clone(),
            again: delivery.attempts > 1,
        }
    }
}

/// What became of the attempt to read a run's content.
#[derive(Clone)]
pub(super) enum Loaded {
    /// It can be sent.
    Ready(Arc<Content>),
    /// It can never be sent.
    Unusable(FailureReason),
    /// The run was deleted.
    RunGone,
}

/// The content of the run that a queue works on.
#[derive(Default)]
pub(super) struct ContentCache(Option<(RunId, Arc<Content>)>);

impl ContentCache {
    /// Forgets the content: nothing is due.
    pub(super) fn clear(&mut self) {
        self.0 = None;
    }

    /// The content of a run, asked for once: whoever claimed a message of it does not wait for a store
    /// that is away.
    pub(super) async fn of(
        &mut self,
        shared: &Shared,
        workspace: WorkspaceId,
        run: RunId,
    ) -> Result<Loaded, StoreError> {
        if let Some((id, content)) = &self.0
            && *id == run
        {
            return Ok(Loaded::Ready(Arc::clone(content)));
        }
        self.clear();
        let loaded = load(&shared.store, workspace, run).await?;
        if let Loaded::Ready(content) = &loaded {
            self.0 = Some((run, Arc::clone(content)));
        }
        Ok(loaded)
    }
}

async fn load(store: &Store, workspace: WorkspaceId, run: RunId) -> Result<Loaded, StoreError> {
    let Some(run) = store.journal.run(workspace, run).await? else {
        return Ok(Loaded::RunGone);
    };
    let Some(zone) = zone_named(&run.zone) else {
        let what = format!("the zone {} has no rules", run.zone);
        return Err(StoreError::Damaged(what));
    };
    let first = match load_variant(store, workspace, &run.content).await? {
        Ok(variant) => variant,
        Err(reason) => return Ok(Loaded::Unusable(reason)),
    };
    let mut others = Vec::with_capacity(run.others.len());
    for content in &run.others {
        match load_variant(store, workspace, content).await? {
            Ok(variant) => others.push(variant),
            Err(reason) => return Ok(Loaded::Unusable(reason)),
        }
    }
    Ok(Loaded::Ready(Arc::new(Content {
        run,
        zone,
        first,
        others,
    })))
}

/// One variant, or why it can never be sent.
async fn load_variant(
    store: &Store,
    workspace: WorkspaceId,
    content: &MessageContent,
) -> Result<Result<Variant, FailureReason>, StoreError> {
    let Ok(template) = content.text.parse::<Template>() else {
        tracing::error!("failed to read the text of a run, which was checked before it began");
        return Ok(Err(FailureReason::InvalidMessage));
    };
    let media = match content.media {
        None => None,
        Some(media) => match load_media(store, workspace, media).await {
            Ok(Some(media)) => Some(media),
            Err(error) if error.is_retryable() => return Err(error),
            damaged => {
                let error = damaged.err();
                tracing::error!(%media, error = error.map(tracing::field::display), "failed to read media whole");
                return Ok(Err(FailureReason::MediaUnavailable));
            }
        },
    };
    Ok(Ok(Variant { template, media }))
}

/// The file of a media item; `None` when the item, or any of its bytes, is not as it was stored.
async fn load_media(
    store: &Store,
    workspace: WorkspaceId,
    media: MediaId,
) -> Result<Option<OutgoingMedia>, StoreError> {
    let Some(item) = store.media.get(workspace, media).await? else {
        return Ok(None);
    };
    let file = Stored {
        blobs: store.blobs.clone(),
        workspace,
        content: item.content,
    };
    if !file.is_whole().await? {
        return Ok(None);
    }
    let mut thumbnail = None;
    if let Some(content) = item.thumbnail {
        thumbnail = load_blob(store, workspace, content).await?;
        if thumbnail.is_none() {
            return Ok(None);
        }
    }
    Ok(Some(OutgoingMedia {
        item,
        file: Arc::new(file),
        thumbnail,
    }))
}

/// A file that stays where it is until it is sent.
struct Stored {
    blobs: Arc<dyn BlobStore>,
    workspace: WorkspaceId,
    content: ContentHash,
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Stored").field(&self.content).finish()
    }
}

#[async_trait]
impl MediaFile for Stored {
    async fn open(&self) -> Result<Option<BlobReader>, StoreError> {
        self.blobs.open(self.workspace, self.content, 0).await
    }
}

impl Stored {
    /// Whether it is there, byte for byte.
    async fn is_whole(&self) -> Result<bool, StoreError> {
        let Some(mut blob) = self.open().await? else {
            return Ok(false);
        };
        let mut digest = Sha256::new();
        while let Some(chunk) = blob.chunks.try_next().await? {
            digest.update(&chunk);
        }
        Ok(ContentHash::from_bytes(digest.finalize().into()) == self.content)
    }
}

async fn load_blob(
    store: &Store,
    workspace: WorkspaceId,
    content: ContentHash,
) -> Result<Option<Bytes>, StoreError> {
    let Some(mut blob) = store.blobs.open(workspace, content, 0).await? else {
        return Ok(None);
    };
    let mut bytes = BytesMut::new();
    while let Some(chunk) = blob.chunks.try_next().await? {
        bytes.extend_from_slice(&chunk);
    }
    let digest = ContentHash::from_bytes(Sha256::digest(&bytes).into());
    Ok((digest == content).then(|| bytes.freeze()))
}
