//! Takes the bytes of one upload, hashed and limited on the way: documents into the store as they come,
//! what must be seen whole into memory.

use arauto_app::api::ApiError;
use arauto_app::domain::{ContentHash, ForeignFormat, MediaProblem, WorkspaceId};
use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::desk::{Held, Origin};
use super::document::Probe;
use super::examine::Examiner;
use super::facts::Facts;
use super::ffmpeg::Bench;
use super::sniff::{Format, SNIFFED_BYTES, sniff};
use crate::failure::internal;
use crate::store::{BlobStore, BlobWriter, StoreError};

/// Why an upload was not taken.
#[derive(Debug)]
pub(super) enum IntakeError {
    /// Something about the file.
    Problem(MediaProblem),
    /// Something about the store.
    Store(StoreError),
    /// Something about the place where files are converted.
    Bench(ApiError),
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

/// How much may come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// What is left of the workspace's quota, in bytes.
    pub(super) left: u64,
    /// The quota itself, in bytes.
    pub(super) quota: u64,
}

/// Bytes on their way.
pub(super) struct Source<S> {
    /// Where they come from.
    pub(super) origin: Origin,
    /// How many there are, as far as that is known.
    pub(super) expected: Option<u64>,
    /// They themselves.
    pub(super) chunks: S,
}

/// A file whose bytes have all arrived.
pub(super) enum Arrived {
    /// It is in memory, bounded by the limit of its kind, and not looked at yet.
    Held {
        /// The whole file.
        file: Held,
        /// What its first bytes promise.
        format: Format,
    },
    /// It is on a bench, to be converted.
    OnBench {
        /// Where.
        bench: Bench,
        /// What it is.
        format: ForeignFormat,
    },
    /// It is in the store, proved, and not yet visible to anybody.
    Stored(Stored),
}

/// Bytes in the store that nobody sees yet.
pub(super) struct Stored {
    pub(super) writer: Box<dyn BlobWriter>,
    pub(super) content: ContentHash,
    pub(super) bytes: u64,
    pub(super) facts: Facts,
}

/// Reads a file to its end. What is of no accepted format is refused at its first bytes and what is
/// too large at the first byte too many, whatever length was announced.
pub(super) async fn take<E>(
    blobs: &dyn BlobStore,
    examiner: &Examiner,
    workspace: WorkspaceId,
    name: &str,
    room: Room,
    Source {
        origin,
        expected,
        chunks,
    }: Source<impl Stream<Item = Result<Bytes, E>> + Send + Unpin>,
) -> Result<Arrived, IntakeError> {
    let mut chunks = chunks.map_err(|_| MediaProblem::Interrupted);
    let first = first_bytes(&mut chunks).await?;
    let format = sniff(&first, name)?;
    let chunks = stream::once(async { Ok(first) }).chain(chunks);
    let mut chunks = limited(chunks, format.max_bytes(), room).boxed();
    if let Format::Foreign(format) = format {
        let bench = examiner.bench_for(format).map_err(IntakeError::Bench)?;
        lay(&mut chunks, &bench).await?;
        return Ok(Arrived::OnBench { bench, format });
    }
    let Some(probe) = Probe::of(format) else {
        let file = examiner.desk.gather(origin, expected, chunks).await?;
        return Ok(Arrived::Held { file, format });
    };
    let mut writer = blobs.begin(workspace).await?;
    match copy(&mut chunks, writer.as_mut(), probe).await {
        Ok((content, bytes, facts)) => Ok(Arrived::Stored(Stored {
            writer,
            content,
            bytes,
            facts,
        })),
        Err(error) => {
            // The store's own sweep takes what cannot be dropped now.
            if let Err(error) = writer.abort().await {
                tracing::warn!("failed to {error}");
            }
            Err(error)
        }
    }
}

/// Lays a file on a bench.
async fn lay(
    chunks: &mut (impl Stream<Item = Result<Bytes, MediaProblem>> + Send + Unpin),
    bench: &Bench,
) -> Result<(), IntakeError> {
    let broken = |error: std::io::Error| {
        IntakeError::Bench(internal(format_args!("keep a file to convert: {error}")))
    };
    let mut file = File::create(bench.source()).await.map_err(broken)?;
    while let Some(chunk) = chunks.try_next().await? {
        file.write_all(&chunk).await.map_err(broken)?;
    }
    file.flush().await.map_err(broken)
}

/// Puts a file that is in memory into the store.
pub(super) async fn put(
    blobs: &dyn BlobStore,
    workspace: WorkspaceId,
    file: Held,
    facts: Facts,
) -> Result<Stored, StoreError> {
    let content = digest_of(&file.bytes);
    let mut writer = blobs.begin(workspace).await?;
    let bytes = file.write_to(writer.as_mut()).await?;
    Ok(Stored {
        writer,
        content,
        bytes,
        facts,
    })
}

pub(super) fn digest_of(bytes: &[u8]) -> ContentHash {
    ContentHash::from_bytes(Sha256::digest(bytes).into())
}

/// As many bytes as it takes to recognise the format, fewer when the file ends before.
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

/// The same bytes, up to the first one too many.
fn limited(
    chunks: impl Stream<Item = Result<Bytes, MediaProblem>> + Send,
    limit: u64,
    room: Room,
) -> impl Stream<Item = Result<Bytes, MediaProblem>> + Send {
    let mut len = 0;
    chunks.map(move |chunk| {
        let chunk = chunk?;
        len += chunk.len() as u64;
        if len > limit {
            Err(MediaProblem::TooLarge { limit })
        } else if len > room.left {
            Err(MediaProblem::QuotaReached { limit: room.quota })
        } else {
            Ok(chunk)
        }
    })
}

async fn copy(
    chunks: &mut (impl Stream<Item = Result<Bytes, MediaProblem>> + Send + Unpin),
    writer: &mut dyn BlobWriter,
    mut probe: Probe,
) -> Result<(ContentHash, u64, Facts), IntakeError> {
    let mut digest = Sha256::new();
    let mut bytes = 0;
    while let Some(chunk) = chunks.try_next().await? {
        digest.update(&chunk);
        bytes += chunk.len() as u64;
        probe.feed(&chunk);
        writer.write(chunk).await?;
    }
    let content = ContentHash::from_bytes(digest.finalize().into());
    Ok((content, bytes, probe.finish()?))
}
