//! Reads a copy back and compares it with what was copied.

use arauto_app::domain::Timestamp;
use futures::TryStreamExt;

use super::CopyError;
use super::bytes::{self, counted};
use super::carry::Copy;
use super::open::is_free_of_servers;
use super::tally::{Part, Sum, Tally, outlives};
use crate::store::{Kind, Store, StoreError};

/// Finds everything in the target: as many of each part, in the same order, each the same.
///
/// # Errors
/// [`CopyError::Differs`] when it is not so.
pub(super) async fn verify(copy: &Copy<'_>, sums: &[(Part, Sum)]) -> Result<(), CopyError> {
    for (part, copied) in sums {
        let found = match part {
            Part::Records(kind) => records(copy.to, *kind, copy.horizon).await,
            Part::Transfers => transfers(copy).await,
            Part::Blobs => blobs(copy).await,
        };
        match found {
            Ok(found) if found == *copied => {}
            // What cannot be understood is not what was copied.
            Ok(_) | Err(StoreError::Damaged(_)) => return Err(CopyError::Differs(*part)),
            Err(error) => return Err(copy.target(error)),
        }
    }
    Ok(())
}

/// Whether the source is still as it was copied: a server may have come and gone meanwhile, and moved the
/// keys of sessions on. An embedded store is ours alone.
pub(super) async fn source_rested(
    copy: &Copy<'_>,
    sums: &[(Part, Sum)],
) -> Result<bool, StoreError> {
    let is_shared = copy.from.exchange.is_some();
    let looked_at = if is_shared { sums } else { &[] };
    for (part, copied) in looked_at {
        if let Part::Records(kind) = part
            && records(copy.from, *kind, copy.horizon).await? != *copied
        {
            return Ok(false);
        }
    }
    is_free_of_servers(copy.from).await
}

async fn records(store: &Store, kind: Kind, horizon: Timestamp) -> Result<Sum, StoreError> {
    let mut pages = store.copying.records(kind);
    let mut tally = Tally::default();
    while let Some(page) = pages.try_next().await? {
        for record in page.iter().filter(|one| outlives(one, horizon)) {
            tally.add(record);
        }
    }
    Ok(tally.sum())
}

async fn transfers(copy: &Copy<'_>) -> Result<Sum, StoreError> {
    let mut pages = copy.to.copying.transfers();
    let mut tally = Tally::default();
    while let Some(page) = pages.try_next().await? {
        for transfer in page {
            let (len, digest) = counted(copy.to.transfers.read(&transfer).await?).await?;
            tally.add(&transfer);
            tally.add_bytes(len, digest);
        }
    }
    Ok(tally.sum())
}

async fn blobs(copy: &Copy<'_>) -> Result<Sum, StoreError> {
    let mut pages = copy.to.copying.blobs();
    let mut tally = Tally::default();
    while let Some(page) = pages.try_next().await? {
        for blob in page {
            let (len, digest) = counted(bytes::of_blob(copy.to, &blob).await?).await?;
            tally.add(&blob);
            tally.add_bytes(len, digest);
        }
    }
    Ok(tally.sum())
}
