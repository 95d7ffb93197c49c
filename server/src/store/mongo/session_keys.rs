//! Keys of WhatsApp sessions in MongoDB.

use arauto_app::domain::ConnectionId;
use async_trait::async_trait;
use bytes::Bytes;
use futures::TryStreamExt;
use mongodb::bson::{Bson, Document, doc};
use mongodb::{Collection, Cursor, Database};

use super::documents::{binary, bytes_of};
use super::error::DUPLICATE_KEY;
use super::seals::seal_field;
use super::{calls, leases};
use crate::store::{KeyExchange, KeyWrite, Lease, Seal, SessionKeyStore, StoreError, StoredKey};

pub(super) const COLLECTION: &str = "session_keys";
/// Most writes in one command, well under the server's limits.
pub(super) const WRITES_PER_COMMAND: usize = 500;

/// The keys of all connections, or those that the holder of a lease may use.
///
/// Each key carries the fence of the lease that it was written or taken over under. A holder reads
/// those from its own fence on and overwrites those up to it; see [`leases`] for what makes that safe.
pub(super) struct Keys {
    pub(super) database: Database,
    pub(super) lease: Option<Lease>,
}

impl Keys {
    pub(super) fn collection(&self) -> Collection<Document> {
        self.database.collection(COLLECTION)
    }

    /// Narrows a filter to what may be read.
    fn readable(&self, mut filter: Document) -> Document {
        if let Some(lease) = &self.lease {
            filter.insert("fence", doc! { "$gte": lease.fence });
        }
        filter
    }

    /// Narrows a filter to what may be changed.
    fn changeable(&self, mut filter: Document) -> Document {
        if let Some(lease) = &self.lease {
            filter.insert("fence", doc! { "$lte": lease.fence });
        }
        filter
    }
}

/// Fails when a lease was lost: what was written without it does not count.
async fn confirm(database: &Database, lease: Option<Lease>) -> Result<(), StoreError> {
    match lease {
        Some(lease) => leases::confirm(&database.collection("connections"), &lease).await,
        None => Ok(()),
    }
}

/// Takes over everything that the holders since the one that was `settled` wrote. What is older was
/// written by servers that had lost their lease, and goes.
pub(super) async fn take_over(
    database: &Database,
    lease: &Lease,
    settled: i64,
) -> Result<(), StoreError> {
    let keys = database.collection::<Document>(COLLECTION);
    let of = |fence: Document| doc! { "connection": lease.connection.to_string(), "fence": fence };
    keys.delete_many(of(doc! { "$lt": settled })).await?;
    let fresh = doc! { "$set": { "fence": lease.fence } };
    keys.update_many(of(doc! { "$gte": settled, "$lt": lease.fence }), fresh)
        .await?;
    Ok(())
}

#[async_trait]
impl SessionKeyStore for Keys {
    async fn get(
        &self,
        connection: ConnectionId,
        space: &'static str,
        key: &[u8],
    ) -> Result<Option<Bytes>, StoreError> {
        let keys = self.collection();
        let filter = self.readable(place(connection, space, key));
        calls::run(async move { keys.find_one(filter).await?.map(value).transpose() }).await
    }

    async fn get_many(
        &self,
        connection: ConnectionId,
        space: &'static str,
        keys: &[Vec<u8>],
    ) -> Result<Vec<(Vec<u8>, Bytes)>, StoreError> {
        let names: Vec<String> = keys.iter().map(hex::encode).collect();
        let keys = self.collection();
        let mut filter = self.readable(space_of(connection, space));
        filter.insert("key", doc! { "$in": names });
        calls::run(async move { pairs(keys.find(filter).await?).await }).await
    }

    async fn write(&self, connection: ConnectionId, writes: &[KeyWrite]) -> Result<(), StoreError> {
        let commands: Vec<Document> = writes
            .chunk_by(|a, b| a.value.is_some() == b.value.is_some())
            .flat_map(|alike| alike.chunks(WRITES_PER_COMMAND))
            .map(|alike| self.command(connection, alike))
            .collect();
        let (database, lease) = (self.database.clone(), self.lease);
        calls::run(async move {
            for command in commands {
                match lease {
                    Some(lease) => carry_out_held(&database, command, lease).await?,
                    None => drop(carry_out(&database, command).await?),
                }
            }
            confirm(&database, lease).await
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
        let keys = self.collection();
        let mut filter = place(connection, space, key);
        if let Some(lease) = &self.lease {
            filter.insert("fence", lease.fence);
        }
        let (database, lease) = (self.database.clone(), self.lease);
        calls::run(async move {
            let taken = keys.find_one_and_delete(filter).await?;
            confirm(&database, lease).await?;
            taken.map(value).transpose()
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
        let keys = self.collection();
        let mut filter = self.readable(space_of(connection, space));
        // "g" comes after every hexadecimal digit.
        let end = format!("{prefix}g");
        filter.insert("key", doc! { "$gte": prefix, "$lt": end });
        calls::run(async move { pairs(keys.find(filter).sort(doc! { "key": 1 }).await?).await })
            .await
    }

    async fn erase(&self, connection: ConnectionId) -> Result<(), StoreError> {
        let keys = self.collection();
        let all = self.changeable(doc! { "connection": connection.to_string() });
        let (database, lease) = (self.database.clone(), self.lease);
        calls::run(async move {
            keys.delete_many(all).await?;
            confirm(&database, lease).await
        })
        .await
    }
}

impl Keys {
    /// One command for writes that all set or all delete, in their order.
    fn command(&self, connection: ConnectionId, alike: &[KeyWrite]) -> Document {
        let deletes = alike.first().is_some_and(|write| write.value.is_none());
        let each: Vec<Document> = alike
            .iter()
            .map(|write| {
                let place = self.changeable(place(connection, write.space, &write.key));
                let Some(value) = &write.value else {
                    return doc! { "q": place, "limit": 1 };
                };
                let mut fields = doc! { "value": binary(value), "seal": seal_field(value) };
                let change = if let Some(lease) = &self.lease {
                    fields.insert("fence", lease.fence);
                    doc! { "$set": fields }
                } else {
                    // Whoever holds the lease goes on with it.
                    doc! { "$set": fields, "$setOnInsert": { "fence": 0_i64 } }
                };
                doc! { "q": place, "u": change, "upsert": true }
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

/// Carries out a command that names no lease.
pub(super) async fn carry_out(
    database: &Database,
    command: Document,
) -> Result<Document, StoreError> {
    without_problems(database.run_command(command).await?)
}

/// A command as such reports what went wrong with single writes in its reply.
fn without_problems(reply: Document) -> Result<Document, StoreError> {
    for problems in ["writeErrors", "writeConcernError"] {
        if let Some(problem) = reply.get(problems) {
            return Err(StoreError::Unavailable(format!("{problems}: {problem}")));
        }
    }
    Ok(reply)
}

/// Carries out a command of the holder of a lease.
async fn carry_out_held(
    database: &Database,
    command: Document,
    lease: Lease,
) -> Result<(), StoreError> {
    loop {
        let reply = database.run_command(command.clone()).await?;
        let problems = reply.get_array("writeErrors");
        if problems.is_ok_and(|problems| any_is_taken(problems)) {
            // The key exists and a later holder has it; or it came into being at this moment, and
            // writing it again finds it.
            confirm(database, Some(lease)).await?;
            continue;
        }
        return without_problems(reply).map(drop);
    }
}

fn any_is_taken(problems: &[Bson]) -> bool {
    let code = |problem: &Bson| problem.as_document()?.get_i32("code").ok();
    problems
        .iter()
        .any(|problem| code(problem) == Some(DUPLICATE_KEY))
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
