//! Documents as records.

use std::collections::{HashMap, HashSet};

use arauto_app::domain::{ConnectionId, Timestamp};
use futures::TryStreamExt;
use mongodb::Database;
use mongodb::bson::{Bson, Document, doc};

use super::documents::{bytes_of, from_document};
use super::leases::parsed;
use super::{accounts, meta, session_keys};
use crate::store::{Kind, Receipts, Record, StoreError, StoredBlob, TokenHash, UNFINISHED_COPY};

/// Where documents are found.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) collection: &'static str,
    pub(super) filter: Document,
    pub(super) order: Document,
}

impl Source {
    fn all(collection: &'static str, order: Document) -> Self {
        Self {
            collection,
            filter: doc! {},
            order,
        }
    }
}

/// The blobs that are complete.
pub(super) fn blobs() -> Source {
    Source::all("blobs", doc! { "workspace": 1, "content": 1 })
}

/// The files on their way; one that is being forgotten has no place to go on at.
pub(super) fn transfers() -> Source {
    Source {
        filter: doc! { "received": { "$gte": 0_i64 } },
        ..Source::all("transfers", doc! { "_id": 1 })
    }
}

/// Where the records of a kind are found.
pub(super) fn source(kind: Kind) -> Source {
    let by_id = || doc! { "_id": 1 };
    let in_run = || doc! { "run": 1, "position": 1 };
    match kind {
        Kind::Facts => Source {
            filter: doc! { "_id": {
                "$regex": format!("^{}", meta::VALUE), "$ne": meta::id_of(UNFINISHED_COPY),
            } },
            ..Source::all("meta", by_id())
        },
        Kind::Workspaces => Source::all("workspaces", by_id()),
        Kind::Users => Source::all("users", by_id()),
        Kind::BrowserSessions => Source::all("browser_sessions", by_id()),
        Kind::Connections => Source::all("connections", by_id()),
        Kind::Transitions => Source::all("connection_history", doc! { "connection": 1, "at": 1 }),
        Kind::SessionKeys => Source::all(
            session_keys::COLLECTION,
            doc! { "connection": 1, "space": 1, "key": 1 },
        ),
        Kind::GroupSyncs => Source::all("group_syncs", by_id()),
        Kind::Groups => Source::all("groups", doc! { "workspace": 1, "connection": 1, "jid": 1 }),
        Kind::GroupLists => Source::all("group_lists", by_id()),
        Kind::MediaItems => Source::all("media", by_id()),
        Kind::Campaigns => Source::all("campaigns", by_id()),
        Kind::MissedRuns => Source::all("missed_runs", doc! { "campaign": 1, "from": 1 }),
        Kind::Runs => Source::all("runs", by_id()),
        Kind::Deliveries => Source::all("deliveries", in_run()),
        Kind::Receipts => Source::all("receipts", in_run()),
    }
}

/// Reads a page of a kind, without what nobody can see.
pub(super) async fn records(
    database: &Database,
    kind: Kind,
    mut page: Vec<Document>,
) -> Result<Vec<Record>, StoreError> {
    match kind {
        Kind::SessionKeys => keep_those_that_count(database, &mut page).await?,
        Kind::Deliveries | Kind::Receipts => keep_those_of_runs(database, &mut page).await?,
        _ => {}
    }
    page.into_iter().map(|found| record(kind, found)).collect()
}

/// Drops keys that servers wrote after they had lost their lease, and those of removed connections.
async fn keep_those_that_count(
    database: &Database,
    page: &mut Vec<Document>,
) -> Result<(), StoreError> {
    let owners = owners(database, "connections", "connection", page).await?;
    let settled: HashMap<&str, i64> = owners
        .iter()
        .filter_map(|owner| {
            let lease = owner.get_document("lease").ok();
            let settled = lease.and_then(|lease| lease.get_i64("settled").ok());
            Some((owner.get_str("_id").ok()?, settled.unwrap_or_default()))
        })
        .collect();
    page.retain(|key| {
        let settled = key
            .get_str("connection")
            .ok()
            .and_then(|id| settled.get(id));
        settled.is_some_and(|settled| key.get_i64("fence").unwrap_or_default() >= *settled)
    });
    Ok(())
}

/// Drops what belongs to a run whose start was broken off.
async fn keep_those_of_runs(
    database: &Database,
    page: &mut Vec<Document>,
) -> Result<(), StoreError> {
    let runs = owners(database, "runs", "run", page).await?;
    let visible: HashSet<&str> = runs
        .iter()
        .filter_map(|run| run.get_str("_id").ok())
        .collect();
    page.retain(|found| found.get_str("run").is_ok_and(|run| visible.contains(run)));
    Ok(())
}

/// The documents that those of a page name in a field.
async fn owners(
    database: &Database,
    collection: &str,
    field: &str,
    page: &[Document],
) -> Result<Vec<Document>, StoreError> {
    let mut named: Vec<Bson> = page
        .iter()
        .filter_map(|one| one.get(field).cloned())
        .collect();
    named.dedup();
    let owners = database.collection::<Document>(collection);
    let found = owners.find(doc! { "_id": { "$in": named } });
    let found = found.projection(doc! { "lease": 1 }).await?;
    Ok(found.try_collect().await?)
}

/// Reads a document of a kind.
fn record(kind: Kind, mut found: Document) -> Result<Record, StoreError> {
    Ok(match kind {
        Kind::Facts => Record::Fact {
            name: text(&found, "_id")?
                .trim_start_matches(meta::VALUE)
                .to_owned(),
            value: bytes_of(&mut found, "value")?,
        },
        Kind::Workspaces => Record::Workspace(from_document(found)?),
        Kind::Users => Record::User {
            password_hash: text(&found, "password_hash")?,
            user: from_document(found)?,
        },
        Kind::BrowserSessions => {
            let token = hex::decode(text(&found, "_id")?).ok();
            let token = token.and_then(|token| token.try_into().ok());
            let token = token.ok_or_else(|| damaged("_id"))?;
            Record::BrowserSession(accounts::session(TokenHash(token), found)?)
        }
        Kind::Connections => Record::Connection {
            fence: fence(&found),
            connection: from_document(found)?,
        },
        Kind::Transitions => Record::Transition {
            connection: parsed(&found, "connection")?,
            transition: from_document(found)?,
        },
        Kind::SessionKeys => Record::SessionKey {
            connection: parsed(&found, "connection")?,
            space: text(&found, "space")?,
            key: session_keys::key_of(&found)?,
            value: bytes_of(&mut found, "value")?,
        },
        Kind::GroupSyncs => Record::GroupSync {
            workspace: parsed(&found, "workspace")?,
            connection: parsed(&found, "_id")?,
            sync: from_document(found)?,
        },
        Kind::Groups => Record::Group {
            workspace: parsed(&found, "workspace")?,
            group: from_document(found)?,
        },
        Kind::GroupLists => Record::GroupList(from_document(found)?),
        Kind::MediaItems => Record::MediaItem(from_document(found)?),
        Kind::Campaigns => Record::Campaign(from_document(found)?),
        Kind::MissedRuns => Record::Missed(from_document(found)?),
        Kind::Runs => Record::Run {
            served_at: Timestamp::from_millis(found.get_i64("served_at").unwrap_or_default()),
            run: from_document(found)?,
        },
        Kind::Deliveries => Record::Delivery(from_document(found)?),
        Kind::Receipts => Record::Receipts(receipts(&found)?),
    })
}

/// Reads the reference of a blob.
pub(super) fn blob(found: &Document) -> Result<StoredBlob, StoreError> {
    let content = text(found, "content")?.try_into();
    Ok(StoredBlob {
        workspace: parsed(found, "workspace")?,
        content: content.map_err(|_| damaged("content"))?,
        len: found
            .get_i64("len")
            .map_err(|_| damaged("len"))?
            .unsigned_abs(),
    })
}

fn receipts(found: &Document) -> Result<Receipts, StoreError> {
    let position = found.get_i64("position").ok();
    let position = position.and_then(|position| u32::try_from(position).ok());
    Ok(Receipts {
        run: parsed(found, "run")?,
        position: position.ok_or_else(|| damaged("position"))?,
        delivery: parsed(found, "_id")?,
        delivered: members(found, "delivered")?,
        read: members(found, "read")?,
    })
}

fn members(found: &Document, field: &str) -> Result<Vec<i64>, StoreError> {
    let noted = found.get_array(field).map_err(|_| damaged(field))?;
    let numbers = noted.iter().map(Bson::as_i64).collect::<Option<Vec<i64>>>();
    let mut numbers = numbers.ok_or_else(|| damaged(field))?;
    numbers.sort_unstable();
    Ok(numbers)
}

/// How many holders the lease of a connection had.
fn fence(connection: &Document) -> i64 {
    let lease = connection.get_document("lease").ok();
    let fence = lease.and_then(|lease| lease.get_i64("fence").ok());
    fence.unwrap_or_default()
}

/// The fences of these connections.
pub(super) async fn fences(
    database: &Database,
    connections: impl IntoIterator<Item = ConnectionId>,
) -> Result<HashMap<String, i64>, StoreError> {
    let ids: HashSet<String> = connections.into_iter().map(|id| id.to_string()).collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let connections = database.collection::<Document>("connections");
    let found = connections.find(doc! { "_id": { "$in": ids } });
    let found = found.projection(doc! { "lease": 1 }).await?;
    let found: Vec<Document> = found.try_collect().await?;
    let of = |one: &Document| Some((one.get_str("_id").ok()?.to_owned(), fence(one)));
    Ok(found.iter().filter_map(of).collect())
}

fn text(found: &Document, field: &str) -> Result<String, StoreError> {
    let text = found.get_str(field).map_err(|_| damaged(field))?;
    Ok(text.to_owned())
}

fn damaged(field: &str) -> StoreError {
    StoreError::Damaged(format!("{field} is not in its form"))
}
