//! Takes the bytes of one upload: into the store as they come, hashed and limited on the way.

use arauto_app::domain::{ContentHash, MediaKind, MediaProblem, WorkspaceId};
use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use sha2::{Digest, Sha256};

use super::inspect::{SNIFFED_BYTES, Sniffed, sniff};
use crate::store::{BlobStore, BlobWriter, StoreError};

/// Why an upload was not taken.
#[derive(Debug)]
pub(super) enum IntakeError {
    /// Something about the file.
    Problem(MediaProblem),
    /// Something about the store.
    Store(StoreError),
}

impl From<MediaProblem> for IntakeError {
    fn from(problem: MediaProblem) -> Self {
        Self::Problem(problem)
    }
}

impl From<StoreError> for IntakeError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A file whose bytes have all arrived, not yet visible to anybody.
pub(super) struct Arrived {
    pub(super) writer: Box<dyn BlobWriter>,
    pub(super) content: ContentHash,
    pub(super) sniffed: Sniffed,
    /// The whole file, for the decoder; bounded by the limit of its kind.
    pub(super) file: Vec<u8>,
}

/// Reads a file to its end. What is of no accepted kind is refused at its first bytes and what is
/// too large at the first byte too many, whatever length was announced.
pub(super) async fn take<E>(
    blobs: &dyn BlobStore,
    workspace: WorkspaceId,
    chunks: impl Stream<Item = Result<Bytes, E>> + Send + Unpin,
) -> Result<Arrived, IntakeError> {
    let mut chunks = chunks.map_err(|_| MediaProblem::Interrupted);
    let first = first_bytes(&mut chunks).await?;
    let sniffed = sniff(&first)?;
    let mut chunks = stream::once(async { Ok(first) }).chain(chunks).boxed();
    let mut writer = blobs.begin(workspace).await?;
    match copy(&mut chunks, writer.as_mut(), sniffed.kind).await {
        Ok((content, file)) => Ok(Arrived {
            writer,
            content,
            sniffed,
            file,
        }),
        Err(error) => {
            // The store's own sweep takes what cannot be dropped now.
            if let Err(error) = writer.abort().await {
                tracing::warn!("failed to {error}");
            }
            Err(error)
        }
    }
}

/// As many bytes as it takes to recognise the kind, fewer when the file ends before.
async fn first_bytes(
    chunks: &mut (impl Stream<Item = Result<Bytes, MediaProblem>> + Unpin),
) -> Result<Bytes, MediaProblem> {
    let mut first = Vec::new();
    while first.len() < SNIFFED_BYTES {
        match chunks.try_next().await? {
            Some(chunk) => first.extend_from_slice(&chunk),
            None if first.is_empty() => return Err(MediaProblem::Empty),
            None => break,
        }
    }
    Ok(first.into())
}

async fn copy(
    chunks: &mut (impl Stream<Item = Result<Bytes, MediaProblem>> + Send + Unpin),
    writer: &mut dyn BlobWriter,
    kind: MediaKind,
) -> Result<(ContentHash, Vec<u8>), IntakeError> {
    let limit = kind.max_bytes();
    let mut digest = Sha256::new();
    let mut file = Vec::new();
    while let Some(chunk) = chunks.try_next().await? {
        if (file.len() + chunk.len()) as u64 > limit {
            return Err(MediaProblem::TooLarge { limit }.into());
        }
        digest.update(&chunk);
        file.extend_from_slice(&chunk);
        writer.write(chunk).await?;
    }
    Ok((ContentHash::from_bytes(digest.finalize().into()), file))
}
