//! Leases: which server runs which connection.
//!
//! A connection's lease covers its WhatsApp session, the session's keys, and the queue of its runs:
//! a run belongs to one connection for ever, so the lease of the connection is the run's too. Its
//! **fence** grows with each change of holder, and whatever only the holder may write carries it: a
//! server that was paused, lost its lease and woke up finds a newer fence and gets
//! [`StoreError::LeaseLost`].
//!
//! How long a lease lasts is measured by the store, whose clock all servers share. A holder measures
//! its own end from before it asked, so it never believes in a lease for longer than the store does.

use std::sync::Arc;
use std::time::Duration;

use arauto_app::domain::{ConnectionId, WorkspaceId};
use async_trait::async_trait;
use uuid::Uuid;

use super::{Seal, SessionKeyStore, StoreError};

/// One start of a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId(Uuid);

impl ServerId {
    /// Makes an identifier of 16 random bytes.
    pub const fn new(random: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(random))
    }

    /// The identifier as a UUID, for a store to keep.
    pub const fn as_uuid(&self) -> Uuid {
        self.0
    }
}

impl std::fmt::Display for ServerId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for ServerId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

/// The right to run a connection, until it expires or another server gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The workspace of the connection.
    pub workspace: WorkspaceId,
    /// The connection.
    pub connection: ConnectionId,
    /// Which holder this is, counted from 1.
    pub fence: i64,
}

/// Who runs a connection now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tenure {
    /// The workspace of the connection.
    pub workspace: WorkspaceId,
    /// The connection.
    pub connection: ConnectionId,
    /// The holder of its lease and how long that still lasts; absent when nobody holds it, or the
    /// lease expired.
    pub holder: Option<(ServerId, Duration)>,
}

/// The whole house: who is there, and who runs what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tenancies {
    /// The servers that live, in a fixed order.
    pub servers: Vec<ServerId>,
    /// All connections, in a fixed order.
    pub tenures: Vec<Tenure>,
}

/// Leases of connections.
#[async_trait]
pub trait LeaseStore: Send + Sync {
    /// Notes that a server lives and what it seals session keys with, and renews all its leases for
    /// `period` from now. Returns them: one that is missing belongs to another server by now.
    async fn heartbeat(
        &self,
        server: ServerId,
        period: Duration,
        seal: &Seal,
    ) -> Result<Vec<Lease>, StoreError>;
    /// The servers that live, in a fixed order, with what each seals session keys with; `None` for a
    /// server of a version that does not tell.
    async fn every_server(&self) -> Result<Vec<(ServerId, Option<Seal>)>, StoreError>;
    /// Takes the lease of a connection for `period` if it is free, expired or the server's own, and
    /// everything that the holders before wrote with it; what they still try to write is refused from
    /// here on. `None` when another server holds it, or when there is no such connection.
    async fn acquire(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        server: ServerId,
        period: Duration,
    ) -> Result<Option<Lease>, StoreError>;
    /// Gives a lease back; one that was lost is no error.
    async fn release(&self, lease: &Lease) -> Result<(), StoreError>;
    /// Ends a server and all its leases: its own orderly end, or that of one that is known to be
    /// dead.
    async fn retire(&self, server: ServerId) -> Result<(), StoreError>;
    /// Who lives and who runs what, of all workspaces, but for connections that are being made.
    async fn every_tenure(&self) -> Result<Tenancies, StoreError>;
    /// Who runs one connection; `None` when there is no such connection.
    async fn tenure(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Option<Tenure>, StoreError>;
    /// The session keys of the lease's connection as its holder may use them: once another server
    /// holds the lease, every change fails with [`StoreError::LeaseLost`].
    fn keys(&self, lease: &Lease) -> Arc<dyn SessionKeyStore>;
}
