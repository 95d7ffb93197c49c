//! The installation's facts in MongoDB.

use async_trait::async_trait;
use mongodb::bson::doc;
use mongodb::options::ReturnDocument;

use super::documents::{binary, bytes_of};
use super::error::is_duplicate_key;
use super::{MongoStore, calls};
use crate::store::{MetaStore, StoreError};

#[async_trait]
impl MetaStore for MongoStore {
    async fn ping(&self) -> Result<(), StoreError> {
        let meta = self.collection("meta");
        calls::run(async move {
            meta.update_one(doc! { "_id": "ping" }, doc! { "$inc": { "count": 1_i64 } })
                .upsert(true)
                .await?;
            meta.find_one(doc! { "_id": "ping" }).await?;
            Ok(())
        })
        .await
    }

    async fn get(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        let meta = self.collection("meta");
        calls::run(async move {
            let found = meta.find_one(doc! { "_id": id_of(name) }).await?;
            found
                .map(|mut found| bytes_of(&mut found, "value"))
                .transpose()
        })
        .await
    }

    async fn put(&self, name: &'static str, value: &[u8]) -> Result<(), StoreError> {
        let meta = self.collection("meta");
        let value = binary(value);
        calls::run(async move {
            let put = || {
                let change = doc! { "$set": { "value": value.clone() } };
                meta.update_one(doc! { "_id": id_of(name) }, change)
                    .upsert(true)
            };
            match put().await {
                // Another process inserted it at this moment.
                Err(error) if is_duplicate_key(&error) => put().await?,
                other => other?,
            };
            Ok(())
        })
        .await
    }

    async fn get_or_insert(&self, name: &'static str, fresh: &[u8]) -> Result<Vec<u8>, StoreError> {
        let meta = self.collection("meta");
        let fresh = binary(fresh);
        calls::run(async move {
            let get = || {
                meta.find_one_and_update(
                    doc! { "_id": id_of(name) },
                    doc! { "$setOnInsert": { "value": fresh.clone() } },
                )
                .upsert(true)
                .return_document(ReturnDocument::After)
            };
            let found = match get().await {
                // Another process inserted it at this moment.
                Err(error) if is_duplicate_key(&error) => get().await?,
                other => other?,
            };
            let mut found = found.ok_or_else(|| StoreError::Damaged(format!("no {name}")))?;
            bytes_of(&mut found, "value")
        })
        .await
    }

    async fn remove(&self, name: &'static str) -> Result<(), StoreError> {
        let meta = self.collection("meta");
        calls::run(async move {
            meta.delete_one(doc! { "_id": id_of(name) }).await?;
            Ok(())
        })
        .await
    }

    fn describe(&self) -> String {
        format!("MongoDB {}", self.version())
    }
}

/// What the ids of values begin with: names of ours cannot clash with `schema` and `ping`.
pub(super) const VALUE: &str = "value:";

pub(super) fn id_of(name: &str) -> String {
    format!("{VALUE}{name}")
}
