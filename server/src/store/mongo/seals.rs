//! By which master key session keys are sealed, and the exchange of what one of them sealed.
//!
//! MongoDB finds nothing by the beginning of binary values, so each document carries its seal as a
//! field beside the value, in hexadecimal.

use arauto_app::domain::ConnectionId;
use futures::TryStreamExt;
use mongodb::Database;
use mongodb::bson::{Bson, Document, doc};

use super::calls;
use super::documents::{binary, bytes_of};
use super::session_keys::{COLLECTION, Keys, WRITES_PER_COMMAND, carry_out, key_of, place, value};
use crate::store::{KeyExchange, Seal, StoreError, StoredKey};

/// The field of a value's seal, in hexadecimal.
pub(super) fn seal_field(value: &[u8]) -> String {
    hex::encode(Seal::of(value).as_bytes())
}

/// Notes the seal of each value that has none: an Arauto that knew of no seals stored it.
pub(super) async fn complete(database: &Database) -> Result<(), StoreError> {
    let keys = database.collection::<Document>(COLLECTION);
    let mut bare = keys.find(doc! { "seal": Bson::Null }).await?;
    while let Some(mut found) = bare.try_next().await? {
        let value = bytes_of(&mut found, "value")?;
        let seal = doc! { "$set": { "seal": seal_field(&value) } };
        let unchanged = doc! { "_id": found.get("_id"), "value": binary(&value) };
        keys.update_one(unchanged, seal).await?;
    }
    Ok(())
}

impl Keys {
    pub(super) async fn seals(&self) -> Result<Vec<Seal>, StoreError> {
        let keys = self.collection();
        calls::run(async move {
            let seals = keys.distinct("seal", doc! {}).await?;
            let mut seals: Vec<Seal> = seals.iter().map(seal_of).collect::<Result<_, _>>()?;
            seals.sort();
            Ok(seals)
        })
        .await
    }

    pub(super) async fn connections_under(
        &self,
        seal: &Seal,
    ) -> Result<Vec<ConnectionId>, StoreError> {
        let keys = self.collection();
        let filter = doc! { "seal": hex::encode(seal.as_bytes()) };
        calls::run(async move {
            let found = keys.distinct("connection", filter).await?;
            let id = |found: &Bson| found.as_str().and_then(|id| id.parse().ok());
            found
                .iter()
                .map(|found| id(found).ok_or_else(|| damaged("connection")))
                .collect()
        })
        .await
    }

    pub(super) async fn values_under(
        &self,
        connection: ConnectionId,
        seal: &Seal,
    ) -> Result<Vec<StoredKey>, StoreError> {
        let keys = self.collection();
        let filter = doc! {
            "seal": hex::encode(seal.as_bytes()), "connection": connection.to_string()
        };
        calls::run(async move {
            let found: Vec<Document> = keys.find(filter).await?.try_collect().await?;
            let stored = |found: Document| {
                Ok(StoredKey {
                    space: found
                        .get_str("space")
                        .map_err(|_| damaged("space"))?
                        .to_owned(),
                    key: key_of(&found)?,
                    value: value(found)?,
                })
            };
            found.into_iter().map(stored).collect()
        })
        .await
    }

    pub(super) async fn exchange_values(
        &self,
        connection: ConnectionId,
        exchanges: &[KeyExchange],
    ) -> Result<u64, StoreError> {
        let database = self.database.clone();
        let commands: Vec<Document> = exchanges
            .chunks(WRITES_PER_COMMAND)
            .map(|exchanges| exchange_command(connection, exchanges))
            .collect();
        calls::run(async move {
            let mut count = 0;
            for command in commands {
                let reply = carry_out(&database, command).await?;
                let changed = reply.get_i32("nModified").unwrap_or_default();
                count += u64::try_from(changed).unwrap_or_default();
            }
            Ok(count)
        })
        .await
    }
}

fn exchange_command(connection: ConnectionId, exchanges: &[KeyExchange]) -> Document {
    let each: Vec<Document> = exchanges
        .iter()
        .map(|KeyExchange { from, to }| {
            let mut unchanged = place(connection, &from.space, &from.key);
            unchanged.insert("value", binary(&from.value));
            let change = doc! { "$set": { "value": binary(to), "seal": seal_field(to) } };
            doc! { "q": unchanged, "u": change }
        })
        .collect();
    doc! {
        "update": COLLECTION,
        "updates": each,
        "ordered": false,
        "writeConcern": { "w": "majority", "j": true },
    }
}

fn seal_of(found: &Bson) -> Result<Seal, StoreError> {
    let bytes = found.as_str().and_then(|seal| hex::decode(seal).ok());
    bytes
        .map(|bytes| Seal::of(&bytes))
        .ok_or_else(|| damaged("seal"))
}

fn damaged(field: &str) -> StoreError {
    StoreError::Damaged(format!("a session key's {field} is not in its form"))
}
