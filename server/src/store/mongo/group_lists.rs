//! Lists of groups in MongoDB.

use arauto_app::domain::{
    ConnectionId, GroupJid, GroupList, GroupListId, Timestamp, WorkspaceId, each_once,
};
use async_trait::async_trait;
use mongodb::bson::{Document, doc};
use mongodb::options::UpdateModifications;

use super::documents::{collect, from_document, to_bson, to_document};
use super::error::naming_conflict;
use super::{MongoStore, calls};
use crate::store::{GroupListStore, StoreError, folded};

const NAME_TAKEN: &str = "the connection has a list of that name";

#[async_trait]
impl GroupListStore for MongoStore {
    async fn insert(&self, list: &GroupList) -> Result<(), StoreError> {
        let (lists, new) = (self.collection("group_lists"), list_document(list)?);
        calls::run(async move {
            let inserted = lists.insert_one(new).await;
            inserted.map(drop).map_err(naming_conflict(NAME_TAKEN))
        })
        .await
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Vec<GroupList>, StoreError> {
        let lists = self.collection("group_lists");
        calls::run(async move {
            let found = lists.find(all_of(workspace, connection));
            collect(found.sort(doc! { "search": 1 }).await?).await
        })
        .await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        id: GroupListId,
    ) -> Result<Option<GroupList>, StoreError> {
        let lists = self.collection("group_lists");
        calls::run(async move {
            let found = lists.find_one(key(workspace, id)).await?;
            found.map(from_document).transpose()
        })
        .await
    }

    async fn rename(
        &self,
        workspace: WorkspaceId,
        id: GroupListId,
        name: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let change = doc! { "$set": {
            "name": name, "search": folded(name), "updated_at": at.as_millis()
        } };
        self.change_list(workspace, id, change).await
    }

    async fn add(
        &self,
        workspace: WorkspaceId,
        id: GroupListId,
        groups: &[GroupJid],
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        // Not `$addToSet`, which promises no order.
        let more = doc! { "$literal": to_bson(&each_once(groups))? };
        let missing = doc! { "$not": [{ "$in": ["$$this", "$groups"] }] };
        let new = doc! { "$filter": { "input": more, "cond": missing } };
        let change = doc! { "$set": {
            "groups": { "$concatArrays": ["$groups", new] }, "updated_at": at.as_millis()
        } };
        self.change_list(workspace, id, vec![change]).await
    }

    async fn remove(
        &self,
        workspace: WorkspaceId,
        id: GroupListId,
        groups: &[GroupJid],
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let change = doc! {
            "$pull": { "groups": { "$in": to_bson(&groups)? } },
            "$set": { "updated_at": at.as_millis() },
        };
        self.change_list(workspace, id, change).await
    }

    async fn delete(&self, workspace: WorkspaceId, id: GroupListId) -> Result<(), StoreError> {
        let lists = self.collection("group_lists");
        calls::run(async move {
            lists.delete_one(key(workspace, id)).await?;
            Ok(())
        })
        .await
    }

    async fn delete_all(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<(), StoreError> {
        let lists = self.collection("group_lists");
        calls::run(async move {
            lists.delete_many(all_of(workspace, connection)).await?;
            Ok(())
        })
        .await
    }
}

impl MongoStore {
    /// Changes a list in one step; tells whether it exists.
    async fn change_list(
        &self,
        workspace: WorkspaceId,
        id: GroupListId,
        change: impl Into<UpdateModifications>,
    ) -> Result<bool, StoreError> {
        let (lists, change) = (self.collection("group_lists"), change.into());
        calls::run(async move {
            let changed = lists.update_one(key(workspace, id), change).await;
            Ok(changed.map_err(naming_conflict(NAME_TAKEN))?.matched_count == 1)
        })
        .await
    }
}

/// A list as it is kept: with its name as searches read it.
pub(super) fn list_document(list: &GroupList) -> Result<Document, StoreError> {
    let mut document = to_document(list)?;
    document.insert("search", folded(&list.name));
    Ok(document)
}

fn key(workspace: WorkspaceId, id: GroupListId) -> Document {
    doc! { "_id": id.to_string(), "workspace": workspace.to_string() }
}

fn all_of(workspace: WorkspaceId, connection: ConnectionId) -> Document {
    doc! { "workspace": workspace.to_string(), "connection": connection.to_string() }
}
