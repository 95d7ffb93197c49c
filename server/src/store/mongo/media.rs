//! Media items in MongoDB.

use arauto_app::domain::{ContentHash, MediaId, MediaItem, WorkspaceId};
use async_trait::async_trait;
use mongodb::bson::{Document, doc};

use super::documents::{collect, from_document, to_document};
use super::error::naming_conflict;
use super::{MongoStore, calls};
use crate::store::{MediaStore, StoreError};

#[async_trait]
impl MediaStore for MongoStore {
    async fn insert(&self, item: &MediaItem) -> Result<(), StoreError> {
        let (media, item) = (self.collection("media"), to_document(item)?);
        calls::run(async move {
            let inserted = media.insert_one(item).await;
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
        let change = doc! { "$set": { "name": name } };
        calls::run(async move {
            media.update_one(key(workspace, id), change).await?;
            Ok(())
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

fn key(workspace: WorkspaceId, id: MediaId) -> Document {
    doc! { "_id": id.to_string(), "workspace": workspace.to_string() }
}
