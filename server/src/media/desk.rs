//! Files in memory: few at a time, however many people send, so that memory does not grow with them.

use std::io;
use std::path::Path;
use std::sync::Arc;

use arauto_app::domain::MediaKind;
use bytes::Bytes;
use futures::{Stream, TryStreamExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::store::{BlobWriter, StoreError};

/// How many files of the store's, or of ffmpeg's, may be in memory at a time.
const AT_HAND: usize = 2;
/// How many that come from a form, as fast or slowly as a network brings them: they hold up nobody but
/// other forms.
const FROM_FORMS: usize = 1;

/// Where the bytes of a file come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// From a browser, at its own pace.
    Form,
    /// From this side of the network: they are there as soon as they are asked for.
    AtHand,
}

/// Gives files a place in memory. Cheap to clone; all clones share the places.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    at_hand: Arc<Semaphore>,
    from_forms: Arc<Semaphore>,
}

/// A file in memory, and the place that it takes. Its kind bounds its size.
#[derive(Debug)]
pub(super) struct Held {
    /// The whole file.
    pub(super) bytes: Vec<u8>,
    _place: Place,
}

/// A place for one file; there is always one, since nobody closes the semaphores.
type Place = Option<OwnedSemaphorePermit>;

impl Held {
    /// Writes all of it, and keeps its place until that is done; tells how many bytes it had.
    pub(super) async fn write_to(self, writer: &mut dyn BlobWriter) -> Result<u64, StoreError> {
        let Self { bytes, _place } = self;
        let len = bytes.len() as u64;
        writer.write(bytes.into()).await?;
        Ok(len)
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            at_hand: Arc::new(Semaphore::new(AT_HAND)),
            from_forms: Arc::new(Semaphore::new(FROM_FORMS)),
        }
    }
}

impl Desk {
    /// Waits for a place, then reads all that comes: `expected` bytes, as far as that is known.
    pub(super) async fn gather<E>(
        &self,
        origin: Origin,
        expected: Option<u64>,
        mut chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<Held, E> {
        let place = self.place(origin).await;
        // Whatever was announced, more than this is never held.
        let expected = expected.unwrap_or(0).min(MediaKind::Video.max_bytes());
        let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(0));
        while let Some(chunk) = chunks.try_next().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(Held {
            bytes,
            _place: place,
        })
    }

    /// Waits for a place, then reads a file that lies on this machine.
    ///
    /// # Errors
    /// [`io::ErrorKind::FileTooLarge`] when it is larger than what is held.
    pub(super) async fn pick_up(&self, file: &Path) -> io::Result<Held> {
        let place = self.place(Origin::AtHand).await;
        if tokio::fs::metadata(file).await?.len() > MediaKind::Video.max_bytes() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let bytes = tokio::fs::read(file).await?;
        Ok(Held {
            bytes,
            _place: place,
        })
    }

    async fn place(&self, origin: Origin) -> Place {
        let places = match origin {
            Origin::Form => &self.from_forms,
            Origin::AtHand => &self.at_hand,
        };
        Arc::clone(places).acquire_owned().await.ok()
    }
}
