//! Uploads of one connection: the same file goes up once and is named by every message of a run.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use arauto_app::domain::{ContentHash, FailureReason, MediaKind, Timestamp};
use tokio::sync::Mutex;
use wa_rs::Client;
use wa_rs::upload::UploadResponse;
use wacore::download::MediaType;

use super::failures::upload_error;
use super::sealed::SealedFile;
use crate::clock::SharedClock;
use crate::whatsapp::{OutgoingMedia, SendError};

/// How long an upload is named again. WhatsApp keeps files for about a month after the upload;
/// members open messages later than we send them, so only a small part of that is used.
const NAMED_FOR: Duration = Duration::from_hours(24);

struct Upload {
    response: Arc<UploadResponse>,
    at: Timestamp,
}

/// Remembers what was uploaded.
pub(super) struct Uploads {
    clock: SharedClock,
    /// Held while a file goes up: a second message with the same file waits for it. The kind is part
    /// of what a file is encrypted with.
    known: Mutex<HashMap<(MediaKind, ContentHash), Upload>>,
}

impl Uploads {
    pub(super) fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            known: Mutex::default(),
        }
    }

    /// The upload of this file: an earlier one, or a new one.
    pub(super) async fn of(
        &self,
        client: &Client,
        media: &OutgoingMedia,
    ) -> Result<Arc<UploadResponse>, SendError> {
        let key = (media.item.kind, media.item.content);
        let mut known = self.known.lock().await;
        let now = self.clock.now();
        known.retain(|_, upload| now.since(upload.at) < NAMED_FOR);
        if let Some(upload) = known.get(&key) {
            return Ok(upload.response.clone());
        }
        let kind = match media.item.kind {
            MediaKind::Image => MediaType::Image,
            MediaKind::Video => MediaType::Video,
            MediaKind::Audio => MediaType::Audio,
            MediaKind::Document => MediaType::Document,
        };
        let (sealed, info) = SealedFile::new(media.file.clone(), kind).await?;
        if info.file_sha256 != *media.item.content.as_bytes() {
            tracing::error!(media = %media.item.id, "failed to read a file as it was stored");
            return Err(SendError::Final(FailureReason::MediaUnavailable));
        }
        let uploaded = client
            .upload_stream(sealed, info, kind)
            .await
            .map_err(|error| {
                tracing::warn!("failed to upload a file: {error:#}");
                upload_error(error.as_ref())
            })?;
        let response = Arc::new(uploaded);
        let upload = Upload {
            response: response.clone(),
            at: now,
        };
        known.insert(key, upload);
        Ok(response)
    }
}
