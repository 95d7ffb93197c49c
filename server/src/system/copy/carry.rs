//! Carries everything from one store to another.

use arauto_app::domain::Timestamp;
use futures::TryStreamExt;

use super::CopyError;
use super::bytes::{self, Trouble};
use super::open::is_free_of_servers;
use super::tally::{Part, Sum, Tally, outlives};
use super::verify::{source_rested, verify};
use crate::store::{Kind, Store, StoreError, UNFINISHED_COPY};

/// How far a copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A part is in the target.
    Carried(Part, Sum),
    /// So many bytes of media are, of so many.
    Bytes {
        /// So many.
        done: u64,
        /// Of so many.
        all: u64,
    },
    /// Everything is, and is read back now.
    Verifying,
}

/// Is told how far a copy is.
pub type Progress<'a> = &'a mut (dyn FnMut(Step) + Send);

/// The two ends of a copy.
pub(super) struct Copy<'a> {
    pub(super) from: &'a Store,
    pub(super) to: &'a Store,
    /// Their names, as a person knows them.
    pub(super) names: (&'a str, &'a str),
    /// Sessions of browsers that end before it are not compared.
    pub(super) horizon: Timestamp,
}

impl Copy<'_> {
    pub(super) fn source(&self, reason: StoreError) -> CopyError {
        let store = self.names.0.to_owned();
        CopyError::Source { store, reason }
    }

    pub(super) fn target(&self, reason: StoreError) -> CopyError {
        let store = self.names.1.to_owned();
        CopyError::Target { store, reason }
    }
}

/// Copies everything `from` one store `to` another, which holds nothing but what an earlier try left, and
/// reads it back. Tells how many blobs could not be read as a whole; these are left out.
///
/// The target is marked as unfinished before anything else is written, and until everything was found in
/// it. Nothing is written to the source.
///
/// # Errors
/// Whatever goes wrong leaves the mark; another try begins anew.
pub async fn carry(
    from: &Store,
    to: &Store,
    names: (&str, &str),
    horizon: Timestamp,
    progress: Progress<'_>,
) -> Result<u64, CopyError> {
    let copy = Copy {
        from,
        to,
        names,
        horizon,
    };
    copy.mark().await?;
    let cleared = to.copying.clear().await;
    cleared.map_err(|error| copy.target(error))?;
    let (sums, damaged) = copy.everything(progress).await?;
    progress(Step::Verifying);
    verify(&copy, &sums).await?;
    let rested = source_rested(&copy, &sums).await;
    if !rested.map_err(|error| copy.source(error))? {
        return Err(CopyError::InUse(names.0.to_owned()));
    }
    let done = to.meta.remove(UNFINISHED_COPY).await;
    done.map_err(|error| copy.target(error))?;
    Ok(damaged)
}

impl Copy<'_> {
    /// Marks the target. A server that starts tells that it lives before it looks for the mark, and we look
    /// for servers after the mark is there: of the two one sees the other.
    async fn mark(&self) -> Result<(), CopyError> {
        let meta = &self.to.meta;
        let marked = async {
            let before = meta.get(UNFINISHED_COPY).await?;
            meta.put(UNFINISHED_COPY, self.names.0.as_bytes()).await?;
            if is_free_of_servers(self.to).await? {
                return Ok(true);
            }
            if before.is_none() {
                meta.remove(UNFINISHED_COPY).await?;
            }
            Ok(false)
        };
        match marked.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(CopyError::InUse(self.names.1.to_owned())),
            Err(error) => Err(self.target(error)),
        }
    }

    async fn everything(
        &self,
        progress: Progress<'_>,
    ) -> Result<(Vec<(Part, Sum)>, u64), CopyError> {
        let (mut sums, mut damaged) = (Vec::new(), 0);
        for part in Part::all() {
            let sum = match part {
                Part::Records(kind) => self.records(kind).await?,
                Part::Transfers => self.transfers().await?,
                Part::Blobs => self.blobs(&mut damaged, progress).await?,
            };
            progress(Step::Carried(part, sum));
            sums.push((part, sum));
        }
        Ok((sums, damaged))
    }

    async fn records(&self, kind: Kind) -> Result<Sum, CopyError> {
        let mut pages = self.from.copying.records(kind);
        let mut tally = Tally::default();
        while let Some(page) = pages.try_next().await.map_err(|error| self.source(error))? {
            for record in page.iter().filter(|one| outlives(one, self.horizon)) {
                tally.add(record);
            }
            if !page.is_empty() {
                let accepted = self.to.copying.accept(page).await;
                accepted.map_err(|error| self.target(error))?;
            }
        }
        Ok(tally.sum())
    }

    async fn transfers(&self) -> Result<Sum, CopyError> {
        let mut pages = self.from.copying.transfers();
        let mut tally = Tally::default();
        while let Some(page) = pages.try_next().await.map_err(|error| self.source(error))? {
            for transfer in page {
                let copied = bytes::copy_transfer(self.from, self.to, &transfer).await;
                let (len, digest) = copied.map_err(|trouble| self.error(trouble))?;
                tally.add(&transfer);
                tally.add_bytes(len, digest);
            }
        }
        Ok(tally.sum())
    }

    async fn blobs(&self, damaged: &mut u64, progress: Progress<'_>) -> Result<Sum, CopyError> {
        let all = self.bytes_of_blobs().await?;
        let mut pages = self.from.copying.blobs();
        let (mut tally, mut done) = (Tally::default(), 0);
        while let Some(page) = pages.try_next().await.map_err(|error| self.source(error))? {
            for blob in page {
                let copied = bytes::copy_blob(self.from, self.to, &blob, |len| {
                    done += len;
                    progress(Step::Bytes { done, all });
                });
                match copied.await {
                    Ok((len, digest)) => {
                        tally.add(&blob);
                        tally.add_bytes(len, digest);
                    }
                    // It was lost before. What is left is not held up by it.
                    Err(Trouble::Damaged) => *damaged += 1,
                    Err(trouble) => return Err(self.error(trouble)),
                }
            }
        }
        Ok(tally.sum())
    }

    async fn bytes_of_blobs(&self) -> Result<u64, CopyError> {
        let mut pages = self.from.copying.blobs();
        let mut all = 0;
        while let Some(page) = pages.try_next().await.map_err(|error| self.source(error))? {
            all += page.iter().map(|blob| blob.len).sum::<u64>();
        }
        Ok(all)
    }

    fn error(&self, trouble: Trouble) -> CopyError {
        match trouble {
            Trouble::Damaged => self.source(StoreError::Damaged("bytes are missing".into())),
            Trouble::Source(error) => self.source(error),
            Trouble::Target(error) => self.target(error),
        }
    }
}
