//! Items that were taken while nothing could look into them: videos without a picture, voice notes without
//! a waveform.

use std::time::Duration;

use arauto_app::api::LiveEvent;
use arauto_app::domain::{MediaId, MediaItem, MediaKind, Waveform};

use super::desk::Origin;
use super::ffmpeg::FfmpegError;
use super::intake::digest_of;
use super::library::MediaLibrary;
use super::studio::Studio;
use crate::store::{Face, StoreError};

/// How many items are read at a time.
const PAGE: u32 = 100;
/// How long a store that does not answer is left alone.
const STORE_RESTS: Duration = Duration::from_mins(1);

/// Why an item stays as it is. Reads as "failed to {error}".
#[derive(Debug, thiserror::Error)]
enum Incomplete {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Studio(#[from] FfmpegError),
    #[error("read the file: its bytes are not there")]
    Missing,
}

impl MediaLibrary {
    /// Completes what lacks something that a studio tells: one item after the other, beside everything else,
    /// each of them once in the life of this process. It can be dropped at any moment: the next start goes on,
    /// since what is complete lacks nothing.
    pub async fn complete_items(&self) {
        let Some(studio) = self.examiner.studio().map(Studio::aside) else {
            return;
        };
        let mut after = None;
        loop {
            match self.complete_those_after(&mut after, &studio).await {
                Ok(()) => return,
                Err(error) if error.is_retryable() => {
                    tracing::warn!("failed to {error}; the media are completed later");
                    self.clock.sleep(STORE_RESTS).await;
                }
                Err(error) => {
                    tracing::warn!("failed to {error}; the media stay as they are");
                    return;
                }
            }
        }
    }

    /// Goes through the items behind `after`, which follows. An item is only met again when the store failed
    /// while it was looked at.
    async fn complete_those_after(
        &self,
        after: &mut Option<MediaId>,
        studio: &Studio,
    ) -> Result<(), StoreError> {
        loop {
            let items = self.store.media.every_item_after(*after, PAGE).await?;
            if items.is_empty() {
                return Ok(());
            }
            for item in items.iter().filter(|item| is_incomplete(item)) {
                match self.complete(item, studio).await {
                    Ok(()) => {}
                    Err(Incomplete::Store(error)) if error.is_retryable() => return Err(error),
                    Err(why) => tracing::info!(
                        workspace = %item.workspace,
                        media = %item.id,
                        "failed to {why}; the item stays as it is"
                    ),
                }
                *after = Some(item.id);
            }
            *after = items.last().map(|item| item.id);
        }
    }

    async fn complete(&self, item: &MediaItem, studio: &Studio) -> Result<(), Incomplete> {
        let blobs = &self.store.blobs;
        let opened = blobs.open(item.workspace, item.content, 0).await?;
        let chunks = opened.ok_or(Incomplete::Missing)?.chunks;
        let desk = &self.examiner.desk;
        let file = desk.gather(Origin::AtHand, Some(item.bytes), chunks);
        let file = file.await?;
        let (thumbnail, waveform) = match item.duration_ms {
            Some(duration_ms) if item.is_voice_note() => {
                (None, Some(studio.waveform(&file.bytes, duration_ms).await?))
            }
            _ => (Some(studio.thumbnail(&file.bytes).await?), None),
        };
        Ok(self.add_face(item, thumbnail, waveform).await?)
    }

    /// Adds to an item what it lacked, unless it is gone by now. It names its thumbnail once that is stored.
    async fn add_face(
        &self,
        item: &MediaItem,
        thumbnail: Option<Vec<u8>>,
        waveform: Option<Waveform>,
    ) -> Result<(), StoreError> {
        let (workspace, id) = (item.workspace, item.id);
        let content = thumbnail.as_deref().map(digest_of);
        let face = Face {
            thumbnail: content,
            waveform,
        };
        let naming = self.naming.read().await;
        if let (Some(content), Some(bytes)) = (content, thumbnail) {
            self.put(workspace, content, bytes).await?;
        }
        if self.store.media.complete(workspace, id, face).await? {
            self.live.post(workspace, LiveEvent::Media);
        }
        drop(naming);
        // It was deleted meanwhile, or completed by another server.
        if let Some(content) = content {
            let _naming = self.naming.write().await;
            self.delete_unnamed(workspace, content).await?;
        }
        Ok(())
    }
}

/// Whether a studio could tell something about an item that is not known. A GIF that was kept as a file stays
/// one: campaigns may send it as that.
fn is_incomplete(item: &MediaItem) -> bool {
    match item.kind {
        MediaKind::Video => item.thumbnail.is_none(),
        _ => item.is_voice_note() && item.duration_ms.is_some() && item.waveform.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arauto_app::domain::{ContentHash, Timestamp, UserId, WorkspaceId};

    use super::*;
    use crate::clock::ManualClock;
    use crate::live::LiveBoard;
    use crate::random::Random;
    use crate::store::Store;

    fn video(name: &str, number: u8) -> MediaItem {
        let at = Timestamp::default();
        MediaItem {
            id: MediaId::new(at, [number; 10]),
            workspace: WorkspaceId::new(at, [1; 10]),
            name: name.into(),
            kind: MediaKind::Video,
            mime: "video/mp4".into(),
            bytes: 1,
            content: ContentHash::from_bytes([number; 32]),
            thumbnail: None,
            width: Some(320),
            height: Some(240),
            duration_ms: Some(1_000),
            pages: None,
            gif: false,
            waveform: None,
            uploaded_by: UserId::new(at, [1; 10]),
            uploaded_at: at,
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_deleted_meanwhile_is_neither_brought_back_nor_leaves_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_sqlite(folder.path().join("arauto.db")).unwrap();
        let library = MediaLibrary::new(
            store.clone(),
            Arc::new(ManualClock::new(Timestamp::default())),
            Random::from_seed(1),
            LiveBoard::default(),
            u64::MAX,
            None,
        );
        let (kept, gone) = (video("fica.mp4", 1), video("sai.mp4", 2));
        store.media.insert(&kept).await.unwrap();
        let face = |bytes: &[u8]| (Some(bytes.to_vec()), digest_of(bytes));
        let (thumbnail, content) = face(b"one");
        let is_stored = async |content| {
            let opened = store.blobs.open(kept.workspace, content, 0).await;
            opened.unwrap().is_some()
        };
        library.add_face(&kept, thumbnail, None).await.unwrap();
        let read = store.media.get(kept.workspace, kept.id).await.unwrap();
        let expected = MediaItem {
            thumbnail: Some(content),
            ..kept.clone()
        };
        assert_eq!(read, Some(expected.clone()));
        assert!(is_stored(content).await);

        let (thumbnail, content) = face(b"two");
        library.add_face(&gone, thumbnail, None).await.unwrap();
        assert_eq!(
            store.media.get(gone.workspace, gone.id).await.unwrap(),
            None
        );
        assert!(!is_stored(content).await);
        // Another server was faster: its picture stays.
        let (thumbnail, content) = face(b"three");
        library.add_face(&kept, thumbnail, None).await.unwrap();
        let read = store.media.get(kept.workspace, kept.id).await.unwrap();
        assert_eq!(read, Some(expected));
        assert!(!is_stored(content).await);
    }
}
