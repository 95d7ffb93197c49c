//! Leases in MongoDB. A connection's lease is a part of its document, so that what is noted in the
//! document and the lease can be asked for in one step. Times are the database's (`$$NOW`).
//!
//! Keys and deliveries are documents of their own. What protects those is the order of things: a
//! holder **writes, then confirms** that it still holds the lease, and counts only on what was
//! confirmed. A new holder takes the lease first and what was written under it afterwards. So a write
//! either came in time to be taken over, or its writer hears that the lease is lost.

use std::sync::Arc;
use std::time::Duration;

use arauto_app::domain::{ConnectionId, WorkspaceId};
use async_trait::async_trait;
use futures::TryStreamExt;
use mongodb::bson::{Bson, Document, doc};
use mongodb::options::ReturnDocument;
use mongodb::{Collection, Database};

use super::error::is_duplicate_key;
use super::session_keys::{self, Keys};
use super::{MongoStore, calls};
use crate::store::{
    Lease, LeaseStore, Seal, ServerId, SessionKeyStore, StoreError, Tenancies, Tenure,
};

/// How long a new connection is left to the server that made it.
const LEFT_TO_ITS_MAKER: Duration = Duration::from_secs(5);

#[async_trait]
impl LeaseStore for MongoStore {
    async fn heartbeat(
        &self,
        server: ServerId,
        period: Duration,
        seal: &Seal,
    ) -> Result<Vec<Lease>, StoreError> {
        let (connections, servers) = (self.collection("connections"), self.collection("servers"));
        let (process, seal) = (self.process, hex::encode(seal.as_bytes()));
        calls::run(async move {
            let me = doc! { "_id": server.to_string() };
            // Uploads name their process: those of one that lives are left alone.
            let note = doc! { "until": after(period), "process": process, "seal": seal };
            let until = vec![doc! { "$set": note }];
            match servers.update_one(me, until).upsert(true).await {
                Err(error) if !is_duplicate_key(&error) => return Err(error.into()),
                _ => {}
            }
            let mine = doc! { "lease.server": server.to_string() };
            let renewed = vec![doc! { "$set": { "lease.until": after(period) } }];
            connections.update_many(mine.clone(), renewed).await?;
            let held: Vec<Document> = connections.find(mine).await?.try_collect().await?;
            held.iter().map(lease).collect()
        })
        .await
    }

    async fn every_server(&self) -> Result<Vec<(ServerId, Option<Seal>)>, StoreError> {
        let servers = self.collection("servers");
        calls::run(async move {
            let living: Vec<Document> = living(&servers).await?;
            let seal = |server: &Document| {
                let seal = hex::decode(server.get_str("seal").ok()?).ok()?;
                Some(Seal::of(&seal))
            };
            living
                .iter()
                .map(|server| Ok((parsed(server, "_id")?, seal(server))))
                .collect()
        })
        .await
    }

    async fn acquire(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        server: ServerId,
        period: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        let database = self.database.clone();
        calls::run(async move { acquire(&database, workspace, connection, server, period).await })
            .await
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        let (connections, lease) = (self.collection("connections"), *lease);
        calls::run(async move {
            let ended = doc! { "$unset": { "lease.server": "", "lease.until": "" } };
            connections.update_one(held(&lease), ended).await?;
            Ok(())
        })
        .await
    }

    async fn retire(&self, server: ServerId) -> Result<(), StoreError> {
        let (connections, servers) = (self.collection("connections"), self.collection("servers"));
        calls::run(async move {
            let theirs = doc! { "lease.server": server.to_string() };
            let ended = doc! { "$unset": { "lease.server": "", "lease.until": "" } };
            connections.update_many(theirs, ended).await?;
            servers
                .delete_one(doc! { "_id": server.to_string() })
                .await?;
            Ok(())
        })
        .await
    }

    async fn every_tenure(&self) -> Result<Tenancies, StoreError> {
        let (connections, servers) = (self.collection("connections"), self.collection("servers"));
        calls::run(async move {
            let living = living(&servers).await?;
            let found = connections.aggregate(tenures(not_being_made())).await?;
            let found: Vec<Document> = found.try_collect().await?;
            Ok(Tenancies {
                servers: living
                    .iter()
                    .map(|server| parsed(server, "_id"))
                    .collect::<Result<_, _>>()?,
                tenures: found.iter().map(tenure).collect::<Result<_, _>>()?,
            })
        })
        .await
    }

    async fn tenure(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Option<Tenure>, StoreError> {
        let connections = self.collection("connections");
        calls::run(async move {
            let one = doc! { "_id": connection.to_string(), "workspace": workspace.to_string() };
            let found = connections
                .aggregate(tenures(one))
                .await?
                .try_next()
                .await?;
            found.as_ref().map(tenure).transpose()
        })
        .await
    }

    fn keys(&self, lease: &Lease) -> Arc<dyn SessionKeyStore> {
        Arc::new(Keys {
            database: self.database.clone(),
            lease: Some(*lease),
        })
    }
}

/// The servers that live, in a fixed order.
async fn living(servers: &Collection<Document>) -> Result<Vec<Document>, StoreError> {
    let living = doc! { "$expr": { "$gt": ["$until", "$$NOW"] } };
    let living = servers.find(living).sort(doc! { "_id": 1 }).await?;
    Ok(living.try_collect().await?)
}

/// Takes the lease, then what was written under it, and notes last that all of it was taken.
async fn acquire(
    database: &Database,
    workspace: WorkspaceId,
    connection: ConnectionId,
    server: ServerId,
    period: Duration,
) -> Result<Option<Lease>, StoreError> {
    let connections = database.collection::<Document>("connections");
    let mut free = doc! { "_id": connection.to_string(), "workspace": workspace.to_string() };
    free.insert(
        "$or",
        vec![
            doc! { "lease.until": { "$exists": false } },
            doc! { "lease.server": server.to_string() },
            doc! { "$expr": { "$lte": ["$lease.until", "$$NOW"] } },
        ],
    );
    let fence = doc! { "$add": [{ "$ifNull": ["$lease.fence", 0_i64] }, 1_i64] };
    let taken = vec![doc! { "$set": { "lease": {
        "server": server.to_string(),
        "until": after(period),
        "fence": fence,
        "settled": { "$ifNull": ["$lease.settled", 0_i64] },
    } } }];
    let taken = connections
        .find_one_and_update(free, taken)
        .return_document(ReturnDocument::After)
        .await?;
    let Some(taken) = taken else {
        return Ok(None);
    };
    let acquired = lease(&taken)?;
    let settled = taken.get_document("lease").ok();
    let settled = settled.and_then(|lease| lease.get_i64("settled").ok());
    session_keys::take_over(database, &acquired, settled.unwrap_or_default()).await?;
    let all_taken = doc! { "$set": { "lease.settled": acquired.fence } };
    let noted = connections.update_one(held(&acquired), all_taken).await?;
    Ok((noted.matched_count == 1).then_some(acquired))
}

/// Fails unless the lease is the connection's latest.
pub(super) async fn confirm(
    connections: &Collection<Document>,
    lease: &Lease,
) -> Result<(), StoreError> {
    let found = connections.find_one(held(lease));
    match found.projection(doc! { "_id": 1 }).await? {
        Some(_) => Ok(()),
        None => Err(StoreError::LeaseLost),
    }
}

/// The document of a lease's connection while the lease is its latest.
pub(super) fn held(lease: &Lease) -> Document {
    doc! {
        "_id": lease.connection.to_string(),
        "workspace": lease.workspace.to_string(),
        "lease.fence": lease.fence,
    }
}

/// A time from now, by the database's clock.
pub(super) fn after(period: Duration) -> Document {
    let millis = i64::try_from(period.as_millis()).unwrap_or(i64::MAX);
    doc! { "$add": ["$$NOW", millis] }
}

/// Leaves out a connection that was made a moment ago and never ran: whoever made it takes it.
fn not_being_made() -> Document {
    let ran = doc! { "$ne": [{ "$type": "$lease" }, "missing"] };
    let moment = i64::try_from(LEFT_TO_ITS_MAKER.as_millis()).unwrap_or(i64::MAX);
    let since = doc! { "$subtract": [{ "$toLong": "$$NOW" }, moment] };
    doc! { "$expr": { "$or": [ran, { "$lt": ["$created_at", since] }] } }
}

fn tenures(of: Document) -> Vec<Document> {
    let left = doc! { "$subtract": ["$lease.until", "$$NOW"] };
    vec![
        doc! { "$match": of },
        doc! { "$sort": { "_id": 1 } },
        doc! { "$project": { "workspace": 1, "server": "$lease.server", "left": left } },
    ]
}

fn tenure(found: &Document) -> Result<Tenure, StoreError> {
    let holder = match (found.get("server"), found.get("left")) {
        (Some(Bson::String(_)), Some(Bson::Int64(left))) if *left > 0 => Some((
            parsed(found, "server")?,
            Duration::from_millis(left.unsigned_abs()),
        )),
        _ => None,
    };
    Ok(Tenure {
        workspace: parsed(found, "workspace")?,
        connection: parsed(found, "_id")?,
        holder,
    })
}

fn lease(connection: &Document) -> Result<Lease, StoreError> {
    let fence = connection
        .get_document("lease")
        .and_then(|lease| lease.get_i64("fence"))
        .map_err(|error| StoreError::Damaged(format!("a lease: {error}")))?;
    Ok(Lease {
        workspace: parsed(connection, "workspace")?,
        connection: parsed(connection, "_id")?,
        fence,
    })
}

/// An identifier that is kept as text.
pub(super) fn parsed<T: std::str::FromStr>(
    document: &Document,
    field: &str,
) -> Result<T, StoreError> {
    let text = document.get_str(field).ok();
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| StoreError::Damaged(format!("{field} holds no identifier")))
}
