//! Keys of WhatsApp sessions in MongoDB.

use arauto_app::domain::ConnectionId;
use async_trait::async_trait;
use bytes::Bytes;
use futures::TryStreamExt;
use mongodb::bson::{Document, doc};
use mongodb::{Cursor, Database};

use super::documents::{binary, bytes_of};
use super::seals::seal_field;
use super::{MongoStore, calls};
use crate::store::{KeyExchange, KeyWrite, Seal, SessionKeyStore, StoreError, StoredKey};

pub(super) const COLLECTION: &str = "session_keys";
/// Most writes in one command, well under the server's limits.
pub(super) const WRITES_PER_COMMAND: usize = 500;

#[async_trait]
impl SessionKeyStore for MongoStore {
    async fn get(
        &self,
        connection: ConnectionId,
        space: &'static str,
        key: &[u8],
    ) -> Result<Option<Bytes>, StoreError> {
        let (keys, filter) = (self.collection(COLLECTION), place(connection, space, key));
        calls::run(async move { keys.find_one(filter).await?.map(value).transpose() }).await
    }

    async fn get_many(
        &self,
        connection: ConnectionId,
        space: &'static str,
        keys: &[Vec<u8>],
    ) -> Result<Vec<(Vec<u8>, Bytes)>, StoreError> {
        let names: Vec<String> = keys.iter().map(hex::encode).collect();
        let keys = self.collection(COLLECTION);
        calls::run(async move {
            let mut filter = space_of(connection, space);
            filter.insert("key", doc! { "$in": names });
            pairs(keys.find(filter).await?).await
        })
        .await
    }

    async fn write(&self, connection: ConnectionId, writes: &[KeyWrite]) -> Result<(), StoreError> {
        let commands: Vec<Document> = writes
            .chunk_by(|a, b| a.value.is_some() == b.value.is_some())
            .flat_map(|alike| alike.chunks(WRITES_PER_COMMAND))
            .map(|alike| command(connection, alike))
            .collect();
        let database = self.database.clone();
        calls::run(async move {
            for command in commands {
                carry_out(&database, command).await?;
            }
            Ok(())
        })
        .await
    }

    async fn every_seal(&self) -> Result<Vec<Seal>, StoreError> {
        self.seals().await
    }

    async fn every_connection_under(&self, seal: &Seal) -> Result<Vec<ConnectionId>, StoreError> {
        self.connections_under(seal).await
    }

    async fn under(
        &self,
        connection: ConnectionId,
        seal: &Seal,
    ) -> Result<Vec<StoredKey>, StoreError> {
        self.values_under(connection, seal).await
    }

    async fn exchange(
        &self,
        connection: ConnectionId,
        exchanges: Vec<KeyExchange>,
    ) -> Result<u64, StoreError> {
        self.exchange_values(connection, &exchanges).await
    }

    async fn take(
        &self,
        connection: ConnectionId,
        space: &'static str,
        key: &[u8],
    ) -> Result<Option<Bytes>, StoreError> {
        let (keys, filter) = (self.collection(COLLECTION), place(connection, space, key));
        calls::run(async move {
            keys.find_one_and_delete(filter)
                .await?
                .map(value)
                .transpose()
        })
        .await
    }

    async fn scan(
        &self,
        connection: ConnectionId,
        space: &'static str,
        prefix: &[u8],
    ) -> Result<Vec<(Vec<u8>, Bytes)>, StoreError> {
        let prefix = hex::encode(prefix);
        let keys = self.collection(COLLECTION);
        calls::run(async move {
            let mut filter = space_of(connection, space);
            // "g" comes after every hexadecimal digit.
            let end = format!("{prefix}g");
            filter.insert("key", doc! { "$gte": prefix, "$lt": end });
            pairs(keys.find(filter).sort(doc! { "key": 1 }).await?).await
        })
        .await
    }

    async fn erase(&self, connection: ConnectionId) -> Result<(), StoreError> {
        let keys = self.collection(COLLECTION);
        calls::run(async move {
            keys.delete_many(doc! { "connection": connection.to_string() })
                .await?;
            Ok(())
        })
        .await
    }
}

fn space_of(connection: ConnectionId, space: &str) -> Document {
    doc! { "connection": connection.to_string(), "space": space }
}

/// Keys are kept in hexadecimal: MongoDB sorts binary values by length first, which no range over
/// a prefix survives.
pub(super) fn place(connection: ConnectionId, space: &str, key: &[u8]) -> Document {
    let mut place = space_of(connection, space);
    place.insert("key", hex::encode(key));
    place
}

/// One command for writes that all set or all delete, in their order.
fn command(connection: ConnectionId, alike: &[KeyWrite]) -> Document {
    let deletes = alike.first().is_some_and(|write| write.value.is_none());
    let each: Vec<Document> = alike
        .iter()
        .map(|write| {
            let place = place(connection, write.space, &write.key);
            let Some(value) = &write.value else {
                return doc! { "q": place, "limit": 1 };
            };
            let fields = doc! { "value": binary(value), "seal": seal_field(value) };
            doc! { "q": place, "u": { "$set": fields }, "upsert": true }
        })
        .collect();
    let mut command = if deletes {
        doc! { "delete": COLLECTION, "deletes": each }
    } else {
        doc! { "update": COLLECTION, "updates": each }
    };
    command.insert("ordered", true);
    command.insert("writeConcern", doc! { "w": "majority", "j": true });
    command
}

/// A command as such reports what went wrong with single writes in its reply.
pub(super) async fn carry_out(
    database: &Database,
    command: Document,
) -> Result<Document, StoreError> {
    let reply = database.run_command(command).await?;
    for problems in ["writeErrors", "writeConcernError"] {
        if let Some(problem) = reply.get(problems) {
            return Err(StoreError::Unavailable(format!("{problems}: {problem}")));
        }
    }
    Ok(reply)
}

pub(super) fn value(mut found: Document) -> Result<Bytes, StoreError> {
    bytes_of(&mut found, "value").map(Bytes::from)
}

async fn pairs(found: Cursor<Document>) -> Result<Vec<(Vec<u8>, Bytes)>, StoreError> {
    let found: Vec<Document> = found.try_collect().await?;
    found
        .into_iter()
        .map(|found| {
            let key = key_of(&found)?;
            Ok((key, value(found)?))
        })
        .collect()
}

pub(super) fn key_of(found: &Document) -> Result<Vec<u8>, StoreError> {
    found
        .get_str("key")
        .ok()
        .and_then(|key| hex::decode(key).ok())
        .ok_or_else(|| StoreError::Damaged("a session key has no name".into()))
}
