//! The bytes of media and of files on their way, chunk by chunk.

use arauto_app::domain::Transfer;
use bytes::Bytes;
use futures::TryStreamExt;
use futures::stream::BoxStream;
use sha2::{Digest, Sha256};

use crate::store::{Store, StoreError, StoredBlob};

/// The bytes of something, in order.
type Chunks = BoxStream<'static, Result<Bytes, StoreError>>;

/// How many bytes there were, and what they hash to.
pub(super) type Counted = (u64, [u8; 32]);

/// What went wrong with bytes that were to be copied.
pub(super) enum Trouble {
    /// They were damaged before: they cannot be read as a whole.
    Damaged,
    /// The source did not give them.
    Source(StoreError),
    /// The target did not take them.
    Target(StoreError),
}

/// Opens a blob that is listed.
pub(super) async fn of_blob(store: &Store, blob: &StoredBlob) -> Result<Chunks, StoreError> {
    let opened = store.blobs.open(blob.workspace, blob.content, 0).await?;
    let missing = || StoreError::Damaged("a blob is missing".into());
    Ok(opened.ok_or_else(missing)?.chunks)
}

/// Copies a blob.
pub(super) async fn copy_blob(
    from: &Store,
    to: &Store,
    blob: &StoredBlob,
    mut passed: impl FnMut(u64),
) -> Result<Counted, Trouble> {
    let mut chunks = of_blob(from, blob).await.map_err(unreadable)?;
    let begun = to.blobs.begin(blob.workspace).await;
    let mut writer = begun.map_err(Trouble::Target)?;
    let mut count = Count::default();
    loop {
        match chunks.try_next().await {
            Ok(Some(chunk)) => {
                count.add(&chunk);
                passed(chunk.len() as u64);
                writer.write(chunk).await.map_err(Trouble::Target)?;
            }
            Ok(None) => break,
            Err(error) => {
                writer.abort().await.map_err(Trouble::Target)?;
                return Err(unreadable(error));
            }
        }
    }
    writer.commit(blob.content).await.map_err(Trouble::Target)?;
    Ok(count.end())
}

/// Copies a file on its way with what arrived of it, in its pieces.
pub(super) async fn copy_transfer(
    from: &Store,
    to: &Store,
    transfer: &Transfer,
) -> Result<Counted, Trouble> {
    let (workspace, id) = (transfer.workspace, transfer.id);
    let begun = Transfer {
        received: 0,
        ..transfer.clone()
    };
    to.transfers.begin(&begun).await.map_err(Trouble::Target)?;
    let read = from.transfers.read(transfer).await;
    let mut pieces = read.map_err(Trouble::Source)?;
    let mut count = Count::default();
    while let Some(piece) = pieces.try_next().await.map_err(Trouble::Source)? {
        let (offset, at) = (count.len, transfer.touched_at);
        count.add(&piece);
        let kept = to.transfers.append(workspace, id, offset, piece, at).await;
        if !kept.map_err(Trouble::Target)? {
            let moved = StoreError::Conflict("the transfer is somewhere else");
            return Err(Trouble::Target(moved));
        }
    }
    Ok(count.end())
}

/// Reads to the end.
pub(super) async fn counted(mut chunks: Chunks) -> Result<Counted, StoreError> {
    let mut count = Count::default();
    while let Some(chunk) = chunks.try_next().await? {
        count.add(&chunk);
    }
    Ok(count.end())
}

fn unreadable(error: StoreError) -> Trouble {
    match error {
        StoreError::Damaged(_) => Trouble::Damaged,
        error => Trouble::Source(error),
    }
}

#[derive(Default)]
struct Count {
    len: u64,
    digest: Sha256,
}

impl Count {
    fn add(&mut self, chunk: &Bytes) {
        self.len += chunk.len() as u64;
        self.digest.update(chunk);
    }

    fn end(self) -> Counted {
        (self.len, self.digest.finalize().into())
    }
}
