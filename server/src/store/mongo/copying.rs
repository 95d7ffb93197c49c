//! Everything in MongoDB, as something to be copied.

use arauto_app::domain::Transfer;
use async_trait::async_trait;
use futures::stream::try_unfold;
use futures::{StreamExt, TryStreamExt};
use mongodb::Collection;
use mongodb::bson::{Bson, Document, doc};

use super::copying_documents::documents;
use super::copying_reads::{self, Source};
use super::documents::from_document;
use super::{MongoStore, calls, indexes, meta};
use crate::store::copying::PAGE;
use crate::store::{
    CopyStore, Fate, Kind, Pages, Place, Record, StoreError, StoredBlob, UNFINISHED_COPY,
};

const PLACES: [Place; 25] = [
    // But for `schema` and `ping`, which are no facts of the installation.
    ("meta", Fate::Copied(Kind::Facts)),
    ("workspaces", Fate::Copied(Kind::Workspaces)),
    ("users", Fate::Copied(Kind::Users)),
    ("browser_sessions", Fate::Copied(Kind::BrowserSessions)),
    ("connections", Fate::Copied(Kind::Connections)),
    ("connection_history", Fate::Copied(Kind::Transitions)),
    ("session_keys", Fate::Copied(Kind::SessionKeys)),
    ("group_syncs", Fate::Copied(Kind::GroupSyncs)),
    ("groups", Fate::Copied(Kind::Groups)),
    ("group_lists", Fate::Copied(Kind::GroupLists)),
    ("media", Fate::Copied(Kind::MediaItems)),
    ("blobs", Fate::Blobs),
    ("blob_files.files", Fate::Blobs),
    ("blob_files.chunks", Fate::Blobs),
    // Uploads that have not ended.
    ("blob_uploads", Fate::Left),
    ("transfers", Fate::Transfers),
    ("transfer_pieces", Fate::Transfers),
    ("campaigns", Fate::Copied(Kind::Campaigns)),
    ("missed_runs", Fate::Copied(Kind::MissedRuns)),
    ("runs", Fate::Copied(Kind::Runs)),
    ("deliveries", Fate::Copied(Kind::Deliveries)),
    ("receipts", Fate::Copied(Kind::Receipts)),
    // What servers that live tell each other.
    ("servers", Fate::Left),
    ("letters", Fate::Left),
    ("sights", Fate::Left),
];

#[async_trait]
impl CopyStore for MongoStore {
    fn places(&self) -> &'static [Place] {
        &PLACES
    }

    fn records(&self, kind: Kind) -> Pages<Record> {
        let database = self.database.clone();
        let found = self.pages(copying_reads::source(kind));
        found
            .and_then(move |page| {
                let database = database.clone();
                calls::run(async move { copying_reads::records(&database, kind, page).await })
            })
            .boxed()
    }

    fn blobs(&self) -> Pages<StoredBlob> {
        let found = self.pages(copying_reads::blobs());
        let read = |page: Vec<Document>| page.iter().map(copying_reads::blob).collect();
        found.map(move |page| page.and_then(read)).boxed()
    }

    fn transfers(&self) -> Pages<Transfer> {
        let found = self.pages(copying_reads::transfers());
        let read = |page: Vec<Document>| page.into_iter().map(from_document).collect();
        found.map(move |page| page.and_then(read)).boxed()
    }

    async fn accept(&self, records: Vec<Record>) -> Result<(), StoreError> {
        let database = self.database.clone();
        calls::run(async move {
            for alike in records.chunk_by(|one, other| one.kind() == other.kind()) {
                let (collection, documents) = documents(&database, alike).await?;
                let collection = database.collection::<Document>(collection);
                collection.insert_many(documents).await?;
            }
            Ok(())
        })
        .await
    }

    async fn clear(&self) -> Result<(), StoreError> {
        for (name, _) in PLACES.iter().filter(|(name, _)| *name != "meta") {
            let collection = self.collection(name);
            calls::run(async move { Ok(collection.drop().await?) }).await?;
        }
        let (database, facts) = (self.database.clone(), self.collection("meta"));
        calls::run(async move {
            let kept = meta::id_of(UNFINISHED_COPY);
            facts
                .delete_many(doc! { "_id": { "$nin": ["schema", kept] } })
                .await?;
            // They went with their collections.
            indexes::create(&database).await
        })
        .await
    }
}

impl MongoStore {
    /// What a source has, in its order. No cursor is kept: copying the bytes of one page may take longer
    /// than the database keeps one.
    fn pages(&self, source: Source) -> Pages<Document> {
        let collection = self.collection(source.collection);
        let pages = try_unfold(Some(None), move |after: Option<Option<Document>>| {
            let (collection, source) = (collection.clone(), source.clone());
            async move {
                let Some(after) = after else {
                    return Ok(None);
                };
                let found = calls::run(async move { page(&collection, &source, after).await });
                let found = found.await?;
                let is_full = found.len() == PAGE as usize;
                let last = found.last().filter(|_| is_full).cloned().map(Some);
                Ok((!found.is_empty()).then_some((found, last)))
            }
        });
        pages.into_stream().boxed()
    }
}

/// The documents after one, or the first ones.
async fn page(
    collection: &Collection<Document>,
    source: &Source,
    after: Option<Document>,
) -> Result<Vec<Document>, StoreError> {
    let mut page = Vec::new();
    for range in ranges(source, after.as_ref()) {
        let left = i64::from(PAGE) - i64::try_from(page.len()).unwrap_or(i64::MAX);
        if left > 0 {
            let found = collection.find(range).sort(source.order.clone());
            let found: Vec<Document> = found.limit(left).await?.try_collect().await?;
            page.extend(found);
        }
    }
    Ok(page)
}

/// What comes after a document, as queries that an index answers one after the other: what is alike but for
/// the last field of the order, then but for the last two, and so on.
fn ranges(source: &Source, after: Option<&Document>) -> Vec<Document> {
    let Some(after) = after else {
        return vec![source.filter.clone()];
    };
    let fields: Vec<&String> = source.order.keys().collect();
    let value = |field: &str| after.get(field).cloned().unwrap_or(Bson::Null);
    let range = |alike: usize| {
        let (alike, rest) = fields.split_at(alike);
        let mut range: Document = alike
            .iter()
            .map(|field| ((*field).clone(), value(field)))
            .collect();
        if let Some(field) = rest.first() {
            range.insert((*field).clone(), doc! { "$gt": value(field) });
        }
        doc! { "$and": [source.filter.clone(), range] }
    };
    (0..fields.len()).rev().map(range).collect()
}
