//! What a network keeps of a message: the file's bytes, and not the store that they came from.

use std::sync::Arc;

use arauto::store::{BlobReader, StoreError};
use arauto::whatsapp::{MediaFile, OutgoingMedia, OutgoingMessage, SendError};
use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};

#[derive(Debug)]
struct Carried(Bytes);

#[async_trait]
impl MediaFile for Carried {
    async fn open(&self) -> Result<Option<BlobReader>, StoreError> {
        let (len, chunks) = (self.0.len() as u64, stream::iter([Ok(self.0.clone())]));
        let chunks = chunks.boxed();
        Ok(Some(BlobReader { len, chunks }))
    }
}

/// The message with its file read, as an upload does it. The store of a process that was killed can be
/// opened by the next one only once nobody holds it.
pub async fn carried(message: OutgoingMessage) -> Result<OutgoingMessage, SendError> {
    let Some(media) = message.media else {
        return Ok(message);
    };
    let opened = media.file.open().await.map_err(|_| SendError::Retry)?;
    let chunks = opened.ok_or(SendError::Retry)?.chunks;
    let chunks: Vec<Bytes> = chunks.try_collect().await.map_err(|_| SendError::Retry)?;
    let file = Arc::new(Carried(chunks.concat().into()));
    Ok(OutgoingMessage {
        media: Some(OutgoingMedia { file, ..media }),
        ..message
    })
}
