//! Letters between servers in MongoDB. A change stream rings when one is posted; on a standalone
//! server, which has none, the mailbox is looked into every second.

use std::collections::HashSet;
use std::time::Duration;

use arauto_app::domain::ConnectionId;
use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use mongodb::Collection;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, Document, doc};
use mongodb::change_stream::ChangeStream;
use mongodb::change_stream::event::ChangeStreamEvent;

use super::documents::{binary, bytes_of};
use super::error::is_duplicate_key;
use super::leases::after;
use super::{MongoStore, calls};
use crate::store::{Exchange, LETTER_LIVES, Lease, SIGHT_LIVES, ServerId, StoreError};

/// How often the mailbox is looked into where nothing rings.
const LOOK_EVERY: Duration = Duration::from_secs(1);

#[async_trait]
impl Exchange for MongoStore {
    async fn post(
        &self,
        from: ServerId,
        to: Option<ServerId>,
        letter: Bytes,
    ) -> Result<(), StoreError> {
        let letters = self.collection("letters");
        let letter = vec![doc! { "$set": {
            "from": from.to_string(),
            "to": to.map_or(Bson::Null, |to| Bson::String(to.to_string())),
            "letter": { "$literal": binary(&letter) },
            "until": after(LETTER_LIVES),
        } }];
        calls::run(async move {
            // An update, because only that can take the time from the database.
            letters
                .update_one(doc! { "_id": ObjectId::new() }, letter)
                .upsert(true)
                .await?;
            Ok(())
        })
        .await
    }

    fn letters(&self, to: ServerId) -> BoxStream<'static, Bytes> {
        let mailbox = Mailbox {
            letters: self.collection("letters"),
            to,
            bell: None,
            read: HashSet::new(),
        };
        stream::unfold(mailbox, |mut mailbox| async {
            let letters = mailbox.next().await;
            Some((stream::iter(letters), mailbox))
        })
        .flatten()
        .boxed()
    }

    async fn show(&self, lease: &Lease, sight: Bytes) -> Result<(), StoreError> {
        let (sights, lease) = (self.collection("sights"), *lease);
        calls::run(async move {
            let key =
                doc! { "_id": lease.connection.to_string(), "fence": { "$lte": lease.fence } };
            let sight = vec![doc! { "$set": {
                "fence": lease.fence,
                "sight": { "$literal": binary(&sight) },
                "until": after(SIGHT_LIVES),
            } }];
            match sights.update_one(key, sight).upsert(true).await {
                Err(error) if is_duplicate_key(&error) => Err(StoreError::LeaseLost),
                other => Ok(other.map(drop)?),
            }
        })
        .await
    }

    async fn shown(&self, connection: ConnectionId) -> Result<Option<Bytes>, StoreError> {
        let (sights, connections) = (self.collection("sights"), self.collection("connections"));
        calls::run(async move {
            let id = doc! { "_id": connection.to_string() };
            let found = sights.find_one(id.clone()).await?;
            let held = doc! { "$expr": { "$gt": ["$lease.until", "$$NOW"] } };
            let held = connections.find_one(doc! { "$and": [id, held] }).await?;
            let (Some(mut found), Some(held)) = (found, held) else {
                return Ok(None);
            };
            let holder = held.get_document("lease").ok();
            let of_holder = holder.and_then(|lease| lease.get("fence")) == found.get("fence");
            if !of_holder {
                return Ok(None);
            }
            bytes_of(&mut found, "sight").map(|sight| Some(sight.into()))
        })
        .await
    }
}

type Bell = ChangeStream<ChangeStreamEvent<Document>>;

/// The letters to one server.
struct Mailbox {
    letters: Collection<Document>,
    to: ServerId,
    /// Rings when a letter is posted, where the database has that.
    bell: Option<Bell>,
    /// The letters that were read and are still there.
    read: HashSet<ObjectId>,
}

impl Mailbox {
    /// Waits for a reason to look, and returns what is new.
    async fn next(&mut self) -> Vec<Bytes> {
        if let Some(bell) = &mut self.bell {
            if !matches!(bell.next().await, Some(Ok(_))) {
                self.bell = None;
            }
        } else {
            // The bell first: what is posted while it is hung up is found by the look.
            self.bell = hang_bell(&self.letters, self.to).await;
            if self.bell.is_none() {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
        match self.look().await {
            Ok(letters) => letters,
            Err(error) => {
                tracing::warn!("failed to {error}; letters of other servers wait");
                self.bell = None;
                tokio::time::sleep(LOOK_EVERY).await;
                Vec::new()
            }
        }
    }

    async fn look(&mut self) -> Result<Vec<Bytes>, StoreError> {
        let (letters, me) = (self.letters.clone(), self.to.to_string());
        let found: Vec<Document> = calls::run(async move {
            let to_me = doc! {
                "from": { "$ne": &me },
                "to": { "$in": [&me, Bson::Null] },
                "$expr": { "$gt": ["$until", "$$NOW"] },
            };
            let found = letters
                .find(to_me)
                .sort(doc! { "until": 1, "_id": 1 })
                .await?;
            Ok(found.try_collect().await?)
        })
        .await?;
        let mut still_there = HashSet::new();
        let mut new = Vec::new();
        for mut letter in found {
            let Ok(id) = letter.get_object_id("_id") else {
                continue;
            };
            if !self.read.contains(&id) {
                new.push(bytes_of(&mut letter, "letter")?.into());
            }
            still_there.insert(id);
        }
        self.read = still_there;
        Ok(new)
    }
}

async fn hang_bell(letters: &Collection<Document>, to: ServerId) -> Option<Bell> {
    let posted = doc! { "$match": {
        "operationType": "insert",
        "fullDocument.from": { "$ne": to.to_string() },
    } };
    letters.watch().pipeline([posted]).await.ok()
}
