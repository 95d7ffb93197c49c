//! Leases in SQLite. The file has one server, so they matter only to one that runs several hubs, as
//! tests do; the fence is checked in the transaction that writes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arauto_app::domain::{ConnectionId, WorkspaceId};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::SqliteStore;
use super::columns::{Col, col};
use super::session_keys::Keys;
use crate::store::{
    Lease, LeaseStore, Seal, ServerId, SessionKeyStore, StoreError, Tenancies, Tenure,
};

#[async_trait]
impl LeaseStore for SqliteStore {
    async fn heartbeat(
        &self,
        server: ServerId,
        period: Duration,
        seal: &Seal,
    ) -> Result<Vec<Lease>, StoreError> {
        self.servers.renew(server, period, Some(seal.clone()));
        self.read(move |db| {
            let mut query = db.prepare_cached(
                "SELECT id, workspace, lease_fence FROM connections
                 WHERE lease_server = ?1 ORDER BY id",
            )?;
            let rows = query.query_map([server.as_uuid().as_bytes()], lease)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn every_server(&self) -> Result<Vec<(ServerId, Option<Seal>)>, StoreError> {
        Ok(self.servers.living())
    }

    async fn acquire(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        server: ServerId,
        period: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        let servers = self.servers.clone();
        self.write(move |db| {
            let holder = db
                .query_row(
                    "SELECT lease_server FROM connections WHERE id = ?1 AND workspace = ?2",
                    params![Col(connection), Col(workspace)],
                    holder,
                )
                .optional()?;
            let is_anothers = |holder: ServerId| holder != server && servers.left(holder).is_some();
            if holder.is_none_or(|holder| holder.is_some_and(is_anothers)) {
                return Ok(None);
            }
            // On this thread, so that the next who asks sees it.
            servers.renew(server, period, None);
            let acquired = db
                .query_row(
                    "UPDATE connections SET lease_server = ?2, lease_fence = lease_fence + 1
                     WHERE id = ?1 RETURNING id, workspace, lease_fence",
                    params![Col(connection), server.as_uuid().as_bytes()],
                    lease,
                )
                .optional()?;
            Ok(acquired)
        })
        .await
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        let lease = *lease;
        self.write(move |db| {
            db.execute(
                "UPDATE connections SET lease_server = NULL WHERE id = ?1 AND lease_fence = ?2",
                params![Col(lease.connection), lease.fence],
            )?;
            Ok(())
        })
        .await
    }

    async fn retire(&self, server: ServerId) -> Result<(), StoreError> {
        self.servers.forget(server);
        self.write(move |db| {
            db.execute(
                "UPDATE connections SET lease_server = NULL WHERE lease_server = ?1",
                [server.as_uuid().as_bytes()],
            )?;
            Ok(())
        })
        .await
    }

    async fn every_tenure(&self) -> Result<Tenancies, StoreError> {
        let servers = self.servers.clone();
        self.read(move |db| {
            let mut query = db.prepare_cached(
                "SELECT id, workspace, lease_server FROM connections ORDER BY id",
            )?;
            let rows = query.query_map([], |row| tenure(row, &servers))?;
            Ok(Tenancies {
                servers: servers
                    .living()
                    .into_iter()
                    .map(|(server, _)| server)
                    .collect(),
                tenures: rows.collect::<Result<_, _>>()?,
            })
        })
        .await
    }

    async fn tenure(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Option<Tenure>, StoreError> {
        let servers = self.servers.clone();
        self.read(move |db| {
            let mut query = db.prepare_cached(
                "SELECT id, workspace, lease_server FROM connections
                 WHERE id = ?1 AND workspace = ?2",
            )?;
            let parameters = params![Col(connection), Col(workspace)];
            let found = query.query_row(parameters, |row| tenure(row, &servers));
            Ok(found.optional()?)
        })
        .await
    }

    fn keys(&self, lease: &Lease) -> Arc<dyn SessionKeyStore> {
        Arc::new(Keys {
            writer: self.writer.clone(),
            readers: self.readers.clone(),
            lease: Some(*lease),
        })
    }
}

/// Fails unless the lease is the connection's latest. In a transaction that holds until its end.
pub(super) fn check(db: &Connection, lease: &Lease) -> Result<(), StoreError> {
    let mut query = db.prepare_cached(
        "SELECT 1 FROM connections WHERE id = ?1 AND workspace = ?2 AND lease_fence = ?3",
    )?;
    let held = query.exists(params![
        Col(lease.connection),
        Col(lease.workspace),
        lease.fence
    ])?;
    if held {
        Ok(())
    } else {
        Err(StoreError::LeaseLost)
    }
}

fn lease(row: &Row<'_>) -> rusqlite::Result<Lease> {
    Ok(Lease {
        workspace: col(row, "workspace")?,
        connection: col(row, "id")?,
        fence: row.get("lease_fence")?,
    })
}

fn holder(row: &Row<'_>) -> rusqlite::Result<Option<ServerId>> {
    let bytes: Option<[u8; 16]> = row.get("lease_server")?;
    Ok(bytes.map(ServerId::new))
}

fn tenure(row: &Row<'_>, servers: &Servers) -> rusqlite::Result<Tenure> {
    let holder = holder(row)?;
    Ok(Tenure {
        workspace: col(row, "workspace")?,
        connection: col(row, "id")?,
        holder: holder.and_then(|server| Some((server, servers.left(server)?))),
    })
}

/// Which servers live on this file, and until when. It is opened by one process, so whoever is not in
/// here lives no more.
#[derive(Clone, Default)]
pub(super) struct Servers(Arc<Mutex<HashMap<Uuid, Living>>>);

struct Living {
    until: Instant,
    seal: Option<Seal>,
}

#[allow(
    clippy::disallowed_methods,
    reason = "how long a lease lasts is the store's to measure, as a database server would"
)]
impl Servers {
    /// Lives on for `period`; what it seals with is as before unless it is told.
    fn renew(&self, server: ServerId, period: Duration, seal: Option<Seal>) {
        let until = Instant::now() + period;
        let mut servers = self.lock();
        let before = servers.remove(&server.as_uuid());
        let seal = seal.or(before.and_then(|before| before.seal));
        servers.insert(server.as_uuid(), Living { until, seal });
    }

    fn forget(&self, server: ServerId) {
        self.lock().remove(&server.as_uuid());
    }

    /// How long a server's leases still last, if they do.
    fn left(&self, server: ServerId) -> Option<Duration> {
        let until = self.lock().get(&server.as_uuid())?.until;
        let left = until.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    fn living(&self) -> Vec<(ServerId, Option<Seal>)> {
        let now = Instant::now();
        let servers = self.lock();
        let living = servers.iter().filter(|(_, server)| server.until > now);
        let mut living: Vec<_> = living
            .map(|(id, server)| (ServerId::new(*id.as_bytes()), server.seal.clone()))
            .collect();
        living.sort_unstable();
        living
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, Living>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
