//! A file as WhatsApp's media hosts take it: encrypted while it is read, and read anew as often as they ask for
//! it. Nothing of it is held, and nothing of it is written to a disk.

use std::io::{self, Read};
use std::sync::Arc;

use arauto_app::domain::FailureReason;
use bytes::Bytes;
use futures::TryStreamExt;
use futures::stream::BoxStream;
use tokio::runtime::Handle;
use tokio_util::io::{StreamReader, SyncIoBridge};
use wacore::download::MediaType;
use wacore::upload::{EncryptedMediaInfo, MediaEncryptor, UploadSource, encrypted_len};

use crate::whatsapp::{MediaFile, SendError};

/// How much is encrypted at a time, in bytes.
const AT_A_TIME: usize = 16 * 1024;

/// A file's bytes, for who waits for them on a thread of their own.
type Plain = SyncIoBridge<StreamReader<BoxStream<'static, io::Result<Bytes>>, Bytes>>;

/// A file, and the key that it is encrypted with.
pub(super) struct SealedFile {
    file: Arc<dyn MediaFile>,
    kind: MediaType,
    key: [u8; 32],
    len: u64,
    runtime: Handle,
}

impl SealedFile {
    /// Chooses a key, and reads the file once for what a message tells of it.
    ///
    /// # Errors
    /// [`SendError::Retry`] when it cannot be read now, [`SendError::Final`] when it is not there.
    pub(super) async fn new(
        file: Arc<dyn MediaFile>,
        kind: MediaType,
    ) -> Result<(Self, EncryptedMediaInfo), SendError> {
        let runtime = Handle::current();
        let (source, reader_runtime) = (file.clone(), runtime.clone());
        let reading = tokio::task::spawn_blocking(move || {
            let plain = open(source.as_ref(), reader_runtime)?;
            wacore::upload::encrypt_media_streaming(plain, io::sink(), kind)
                .map_err(io::Error::other)
        });
        let info = match reading.await.map_err(io::Error::other).flatten() {
            Ok(info) => info,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(SendError::Final(FailureReason::MediaUnavailable));
            }
            Err(error) => {
                tracing::warn!("failed to read a file to be sent: {error}");
                return Err(SendError::Retry);
            }
        };
        let len = usize::try_from(info.file_length).unwrap_or(usize::MAX);
        let sealed = Self {
            file,
            kind,
            key: info.media_key,
            len: encrypted_len(len) as u64,
            runtime,
        };
        Ok((sealed, info))
    }
}

impl UploadSource for SealedFile {
    fn len(&self) -> u64 {
        self.len
    }

    fn reader_from(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        let encryptor = MediaEncryptor::with_key_and_sidecar(self.key, self.kind, false);
        let mut sealing = Sealing {
            plain: open(self.file.as_ref(), self.runtime.clone())?,
            encryptor: Some(encryptor.map_err(io::Error::other)?),
            sealed: Vec::new(),
            read: 0,
        };
        // What the host has already is encrypted once more: each block follows from the one before.
        io::copy(&mut sealing.by_ref().take(offset), &mut io::sink())?;
        Ok(Box::new(sealing))
    }
}

/// Opens a file from a thread that may wait.
fn open(file: &dyn MediaFile, runtime: Handle) -> io::Result<Plain> {
    let opened = runtime.block_on(file.open()).map_err(io::Error::other)?;
    let opened = opened.ok_or(io::ErrorKind::NotFound)?;
    let chunks: BoxStream<'static, _> = Box::pin(opened.chunks.map_err(io::Error::other));
    Ok(SyncIoBridge::new_with_handle(
        StreamReader::new(chunks),
        runtime,
    ))
}

/// Encrypts what is read through it.
struct Sealing {
    plain: Plain,
    /// Absent once the file ended.
    encryptor: Option<MediaEncryptor>,
    sealed: Vec<u8>,
    /// How much of `sealed` was read.
    read: usize,
}

impl Sealing {
    /// Encrypts the next piece; tells whether there is one.
    fn go_on(&mut self) -> io::Result<bool> {
        let Some(mut encryptor) = self.encryptor.take() else {
            return Ok(false);
        };
        self.read = 0;
        self.sealed.clear();
        let mut piece = [0; AT_A_TIME];
        match self.plain.read(&mut piece)? {
            0 => {
                encryptor
                    .finalize(&mut self.sealed)
                    .map_err(io::Error::other)?;
            }
            len => {
                encryptor.update(&piece[..len], &mut self.sealed);
                self.encryptor = Some(encryptor);
            }
        }
        Ok(true)
    }
}

impl Read for Sealing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.read == self.sealed.len() {
            if !self.go_on()? {
                return Ok(0);
            }
        }
        let len = (&self.sealed[self.read..]).read(into)?;
        self.read += len;
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use futures::{StreamExt, stream};

    use super::*;
    use crate::store::{BlobReader, StoreError};

    /// A file in pieces of this many bytes.
    #[derive(Debug)]
    struct Pieces(Vec<u8>, usize);

    #[async_trait]
    impl MediaFile for Pieces {
        async fn open(&self) -> Result<Option<BlobReader>, StoreError> {
            let pieces: Vec<_> = self.0.chunks(self.1).map(Bytes::copy_from_slice).collect();
            Ok((!self.0.is_empty()).then(|| BlobReader {
                len: self.0.len() as u64,
                chunks: stream::iter(pieces).map(Ok).boxed(),
            }))
        }
    }

    #[tokio::test]
    async fn what_is_encrypted_on_the_way_is_what_is_encrypted_at_once() {
        let bytes: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        for len in [1, 15, 16, 17, AT_A_TIME, AT_A_TIME + 1, bytes.len()] {
            let plain = bytes[..len].to_vec();
            let file = Arc::new(Pieces(plain.clone(), 1_000));
            let kind = MediaType::Document;
            let (sealed, info) = SealedFile::new(file, kind).await.unwrap();
            let key = Some(&info.media_key);
            let whole = wacore::upload::encrypt_media_with_key(&plain, kind, key).unwrap();
            assert_eq!(info.file_sha256, whole.file_sha256);
            assert_eq!(info.file_enc_sha256, whole.file_enc_sha256);
            assert_eq!(
                UploadSource::len(&sealed),
                whole.data_to_upload.len() as u64
            );
            let reading = tokio::task::spawn_blocking(move || {
                for offset in [0, 1, 16, len / 2, len] {
                    let mut read = Vec::new();
                    let mut reader = sealed.reader_from(offset as u64).unwrap();
                    reader.read_to_end(&mut read).unwrap();
                    assert!(
                        read == whole.data_to_upload[offset..],
                        "{len} from {offset}"
                    );
                }
            });
            reading.await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_file_that_is_not_there_is_never_sent() {
        let file = Arc::new(Pieces(Vec::new(), 1));
        let refused = SealedFile::new(file, MediaType::Image).await;
        let reason = FailureReason::MediaUnavailable;
        assert_eq!(refused.err(), Some(SendError::Final(reason)));
    }
}
