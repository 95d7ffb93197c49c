//! Media items in MongoDB.

use arauto_app::domain::{
    ContentHash, MediaCounts, MediaId, MediaItem, MediaKind, MediaOrder, MediaQuery, WorkspaceId,
};
use async_trait::async_trait;
use futures::TryStreamExt;
use mongodb::bson::{Bson, Document, doc};
use serde::Deserialize;

use super::documents::{collect, from_document, to_bson, to_document};
use super::error::naming_conflict;
use super::{MongoStore, calls};
use crate::store::{Face, MediaStore, StoreError, folded};

#[derive(Deserialize)]
struct Counted {
    id: MediaKind,
    items: i64,
}

#[derive(Deserialize)]
struct Used {
    bytes: i64,
}

#[async_trait]
impl MediaStore for MongoStore {
    async fn insert(&self, item: &MediaItem) -> Result<(), StoreError> {
        let (media, new) = (self.collection("media"), item_document(item)?);
        calls::run(async move {
            let inserted = media.insert_one(new).await;
            inserted
                .map(drop)
                .map_err(naming_conflict("the media item exists already"))
        })
        .await
    }

    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<MediaItem>, StoreError> {
        let media = self.collection("media");
        calls::run(async move {
            let found = media
                .find(doc! { "workspace": workspace.to_string() })
                .sort(doc! { "uploaded_at": -1, "_id": -1 })
                .await?;
            collect(found).await
        })
        .await
    }

    async fn search(
        &self,
        workspace: WorkspaceId,
        query: &MediaQuery,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<MediaItem>, StoreError> {
        let media = self.collection("media");
        let mut filter = named(workspace, &folded(&query.text));
        filter.insert("kind", doc! { "$in": to_bson(&query.filter.kinds())? });
        let order = match query.order {
            MediaOrder::Newest => doc! { "uploaded_at": -1, "_id": -1 },
            MediaOrder::Name => doc! { "search": 1, "_id": 1 },
            MediaOrder::Largest => doc! { "bytes": -1, "_id": -1 },
        };
        calls::run(async move {
            let page = media.find(filter).sort(order);
            let page = page.skip(u64::from(skipped)).limit(i64::from(limit));
            collect(page.await?).await
        })
        .await
    }

    async fn counts(&self, workspace: WorkspaceId, text: &str) -> Result<MediaCounts, StoreError> {
        let media = self.collection("media");
        let count = [
            doc! { "$match": named(workspace, &folded(text)) },
            doc! { "$group": { "_id": "$kind", "items": { "$sum": 1_i64 } } },
        ];
        calls::run(async move {
            let counted: Vec<Counted> = collect(media.aggregate(count).await?).await?;
            let of_kind = |counted: Counted| {
                let items = u32::try_from(counted.items).unwrap_or(u32::MAX);
                (counted.id, items)
            };
            Ok(counted.into_iter().map(of_kind).collect())
        })
        .await
    }

    async fn used_bytes(&self, workspace: WorkspaceId) -> Result<u64, StoreError> {
        let media = self.collection("media");
        let sum = [
            doc! { "$match": { "workspace": workspace.to_string() } },
            doc! { "$group": { "_id": "$content", "bytes": { "$max": "$bytes" } } },
            doc! { "$group": { "_id": null, "bytes": { "$sum": "$bytes" } } },
        ];
        calls::run(async move {
            let sum = media.aggregate(sum).await?.try_next().await?;
            let Some(sum) = sum else {
                return Ok(0);
            };
            let used: Used = from_document(sum)?;
            Ok(used.bytes.unsigned_abs())
        })
        .await
    }

    async fn every_item_after(
        &self,
        after: Option<MediaId>,
        limit: u32,
    ) -> Result<Vec<MediaItem>, StoreError> {
        let media = self.collection("media");
        let later = match after {
            Some(after) => doc! { "_id": { "$gt": after.to_string() } },
            None => doc! {},
        };
        calls::run(async move {
            let found = media.find(later).sort(doc! { "_id": 1 });
            collect(found.limit(i64::from(limit)).await?).await
        })
        .await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
    ) -> Result<Option<MediaItem>, StoreError> {
        let media = self.collection("media");
        calls::run(async move {
            let found = media.find_one(key(workspace, id)).await?;
            found.map(from_document).transpose()
        })
        .await
    }

    async fn rename(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
        name: &str,
    ) -> Result<(), StoreError> {
        let media = self.collection("media");
        let change = doc! { "$set": { "name": name, "search": folded(name) } };
        calls::run(async move {
            media.update_one(key(workspace, id), change).await?;
            Ok(())
        })
        .await
    }

    async fn complete(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
        face: Face,
    ) -> Result<bool, StoreError> {
        let media = self.collection("media");
        let or = |field: &str, added: Bson| doc! { "$ifNull": [field, { "$literal": added }] };
        let change = doc! { "$set": {
            "thumbnail": or("$thumbnail", to_bson(&face.thumbnail)?),
            "waveform": or("$waveform", to_bson(&face.waveform)?),
        } };
        calls::run(async move {
            let updated = media.update_one(key(workspace, id), [change].to_vec());
            Ok(updated.await?.matched_count == 1)
        })
        .await
    }

    async fn delete(&self, workspace: WorkspaceId, id: MediaId) -> Result<(), StoreError> {
        let media = self.collection("media");
        calls::run(async move {
            media.delete_one(key(workspace, id)).await?;
            Ok(())
        })
        .await
    }

    async fn names_content(
        &self,
        workspace: WorkspaceId,
        content: ContentHash,
    ) -> Result<bool, StoreError> {
        let media = self.collection("media");
        calls::run(async move {
            for field in ["content", "thumbnail"] {
                let named = doc! { "workspace": workspace.to_string(), field: content.to_string() };
                if media.find_one(named).await?.is_some() {
                    return Ok(true);
                }
            }
            Ok(false)
        })
        .await
    }
}

/// An item as it is kept: with its name as searches read it.
pub(super) fn item_document(item: &MediaItem) -> Result<Document, StoreError> {
    let mut document = to_document(item)?;
    document.insert("search", folded(&item.name));
    Ok(document)
}

fn key(workspace: WorkspaceId, id: MediaId) -> Document {
    doc! { "_id": id.to_string(), "workspace": workspace.to_string() }
}

fn named(workspace: WorkspaceId, text: &str) -> Document {
    let mut filter = doc! { "workspace": workspace.to_string() };
    if !text.is_empty() {
        // As it is written: what a person types is no pattern.
        let found = doc! { "$indexOfCP": ["$search", { "$literal": text }] };
        filter.insert("$expr", doc! { "$gte": [found, 0] });
    }
    filter
}
