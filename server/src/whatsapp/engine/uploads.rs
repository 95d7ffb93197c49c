//! Uploads of one connection: the same file goes up once and is named by every message of a run.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use arauto_app::domain::Timestamp;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use wa_rs::Client;
use wa_rs::upload::{UploadOptions, UploadResponse};
use wacore::download::MediaType;

use super::failures::upload_error;
use crate::clock::SharedClock;
use crate::whatsapp::SendError;

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
    /// Held while a file goes up: a second message with the same file waits for it.
    known: Mutex<HashMap<[u8; 32], Upload>>,
}

impl Uploads {
    pub(super) fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            known: Mutex::default(),
        }
    }

    /// The upload of these bytes: an earlier one, or a new one.
    pub(super) async fn of_image(
        &self,
        client: &Client,
        bytes: &Bytes,
    ) -> Result<Arc<UploadResponse>, SendError> {
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        let mut known = self.known.lock().await;
        let now = self.clock.now();
        known.retain(|_, upload| now.since(upload.at) < NAMED_FOR);
        if let Some(upload) = known.get(&digest) {
            return Ok(upload.response.clone());
        }
        let uploaded = client
            .upload(bytes.to_vec(), MediaType::Image, UploadOptions::new())
            .await
            .map_err(|error| {
                tracing::warn!("failed to upload an image: {error:#}");
                upload_error(error.as_ref())
            })?;
        let response = Arc::new(uploaded);
        let upload = Upload {
            response: response.clone(),
            at: now,
        };
        known.insert(digest, upload);
        Ok(response)
    }
}
