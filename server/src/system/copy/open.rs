//! Opens both ends of a copy, and refuses what would lose something.

use futures::TryStreamExt;

use super::CopyError;
use super::tally::Part;
use crate::config::StoreAddress;
use crate::store::{Inspection, Kind, Pages, Store, StoreError, UNFINISHED_COPY};

/// Opens the source as it is, to read it. Not even its schema is changed, so that the Arauto that wrote it
/// goes on with it whatever becomes of the copy.
pub(super) async fn source(address: &StoreAddress) -> Result<Store, CopyError> {
    let name = address.to_string();
    let failed = |reason| CopyError::Source {
        store: name.clone(),
        reason,
    };
    let Some(found) = look(address).await.map_err(failed)? else {
        return Err(CopyError::NothingThere(name));
    };
    let mut is_free = !found.in_use;
    check_schema(&name, &found)?;
    if found.found == 0 {
        return Err(CopyError::NothingThere(name));
    }
    let store = found.store;
    is_free &= is_free_of_servers(&store).await.map_err(failed)?;
    if !is_free {
        return Err(CopyError::InUse(name));
    }
    if mark(&store).await.map_err(failed)?.is_some() {
        return Err(CopyError::SourceUnfinished(name));
    }
    Ok(store)
}

/// Opens the target, once it is known to be empty or what an earlier try of the same copy left.
pub(super) async fn target(address: &StoreAddress, source: &str) -> Result<Store, CopyError> {
    let name = address.to_string();
    if name == source {
        return Err(CopyError::Same(name));
    }
    let failed = |reason| match reason {
        StoreError::InUse(_) => CopyError::InUse(name.clone()),
        reason => CopyError::Target {
            store: name.clone(),
            reason,
        },
    };
    if let Some(found) = look(address).await.map_err(failed)? {
        if found.in_use || !is_free_of_servers(&found.store).await.map_err(failed)? {
            return Err(CopyError::InUse(name));
        }
        // An earlier try may have been killed while it prepared the database. What is empty is brought to
        // this program's version when it is opened.
        let is_older = found.found < found.known;
        if !is_older {
            check_schema(&name, &found)?;
        }
        if found.found > 0 {
            match check_content(&name, &found.store, source).await {
                Err(CopyError::Target {
                    reason: StoreError::Damaged(_),
                    ..
                }) if is_older => check_schema(&name, &found)?,
                checked => checked?,
            }
        }
    }
    match address {
        StoreAddress::File(path) => Store::open_sqlite(path),
        StoreAddress::MongoDb(url) => Store::open_mongo(url).await,
    }
    .map_err(failed)
}

/// Looks at a store without changing it; `None` when there is none.
async fn look(address: &StoreAddress) -> Result<Option<Inspection>, StoreError> {
    match address {
        StoreAddress::File(path) if !path.exists() => Ok(None),
        StoreAddress::File(path) => Store::inspect_sqlite(path).map(Some),
        StoreAddress::MongoDb(url) => Store::inspect_mongo(url).await.map(Some),
    }
}

/// An empty store has no version yet.
fn check_schema(name: &str, inspection: &Inspection) -> Result<(), CopyError> {
    let (found, known) = (inspection.found, inspection.known);
    if found == 0 || found == known {
        return Ok(());
    }
    Err(CopyError::Schema {
        store: name.to_owned(),
        found,
        known,
    })
}

/// Whether no server lives on a store, as far as the store knows.
pub(super) async fn is_free_of_servers(store: &Store) -> Result<bool, StoreError> {
    Ok(store.leases.every_server().await?.is_empty())
}

/// Of which store this is an unfinished copy.
async fn mark(store: &Store) -> Result<Option<String>, StoreError> {
    let mark = store.meta.get(UNFINISHED_COPY).await?;
    Ok(mark.map(|of| String::from_utf8_lossy(&of).into_owned()))
}

async fn check_content(name: &str, store: &Store, source: &str) -> Result<(), CopyError> {
    let name = name.to_owned();
    let failed = |reason| CopyError::Target {
        store: name.clone(),
        reason,
    };
    match mark(store).await.map_err(failed)? {
        Some(of) if of == source => return Ok(()),
        Some(of) => return Err(CopyError::UnfinishedCopyOf { store: name, of }),
        None => {}
    }
    let parts = parts_with_something(store).await.map_err(failed)?;
    if parts.is_empty() {
        return Ok(());
    }
    Err(CopyError::NotEmpty { store: name, parts })
}

/// What a store holds. Facts alone are nothing: a server that was started once, before anybody made an
/// account, left a key that sealed nothing.
async fn parts_with_something(store: &Store) -> Result<Vec<Part>, StoreError> {
    let copying = &store.copying;
    let mut parts = Vec::new();
    for part in Part::all().filter(|part| *part != Part::Records(Kind::Facts)) {
        let has_something = match part {
            Part::Records(kind) => has_something(copying.records(kind)).await?,
            Part::Transfers => has_something(copying.transfers()).await?,
            Part::Blobs => has_something(copying.blobs()).await?,
        };
        if has_something {
            parts.push(part);
        }
    }
    Ok(parts)
}

async fn has_something<T>(mut pages: Pages<T>) -> Result<bool, StoreError> {
    while let Some(page) = pages.try_next().await? {
        if !page.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}
