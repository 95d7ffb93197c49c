//! What servers show and tell each other, so that a page is the same from any of them: first what
//! is to be seen of a connection, then the notice that makes pages look.

use std::collections::HashSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

use arauto_app::api::LiveEvent;
use arauto_app::domain::{ConnectionId, WorkspaceId};
use tokio::sync::broadcast::error::RecvError;

use super::super::Hub;
use super::super::keys::{OpenError, Place};
use super::letter::{Letter, Sight};
use crate::store::StoreError;

/// Where a sight is sealed for.
const SPACE: &str = "sight";
/// Most notices that go out together.
const BATCH: usize = 256;

/// What is to be seen of a connection from here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Glimpse {
    /// What the server that runs it sees.
    Seen(Box<Sight>),
    /// The server that ran it shows nothing: another one takes it after so long.
    Adrift(Duration),
}

/// What is to be seen of a connection, wherever it runs.
pub(in super::super) async fn sight(
    hub: &Hub,
    workspace: WorkspaceId,
    connection: ConnectionId,
) -> Result<Glimpse, StoreError> {
    if let Some(sight) = own_sight(hub, workspace, connection) {
        return Ok(Glimpse::Seen(Box::new(sight)));
    }
    if let Some(exchange) = &hub.tenancy.exchange
        && let Some(sealed) = exchange.shown(connection).await?
        && let Some(sight) = open(hub, connection, &sealed)
    {
        return Ok(Glimpse::Seen(Box::new(sight)));
    }
    let tenure = hub.tenancy.leases.tenure(workspace, connection).await?;
    let holder = tenure.and_then(|tenure| tenure.holder);
    Ok(Glimpse::Adrift(
        holder.map_or(Duration::ZERO, |(_, left)| left),
    ))
}

fn own_sight(hub: &Hub, workspace: WorkspaceId, connection: ConnectionId) -> Option<Sight> {
    let seen = hub.snapshot(workspace, connection)?;
    Some(Sight {
        state: seen.state,
        since: seen.since,
        health: seen.health,
        code_for: seen.code_for,
        restoration: seen.restoration,
        sync: hub.groups().progress(connection),
    })
}

fn open(hub: &Hub, connection: ConnectionId, sealed: &[u8]) -> Option<Sight> {
    let opened = hub.tenancy.sealer.open(place(connection), sealed).ok()?;
    // From a server of another version, while one after the other is updated.
    serde_json::from_slice(&opened).ok()
}

fn place(connection: ConnectionId) -> Place<'static> {
    Place {
        connection,
        space: SPACE,
        key: &[],
    }
}

/// Tells the other servers what this one tells its pages, until the hub is dropped.
pub(super) async fn run(hub: Weak<Hub>) {
    let Some(mut notices) = hub.upgrade().map(|hub| hub.around.live.subscribe_own()) else {
        return;
    };
    loop {
        let first = match notices.recv().await {
            Ok(first) => Some(first),
            Err(RecvError::Lagged(_)) => None,
            Err(RecvError::Closed) => return,
        };
        let Some(hub) = hub.upgrade() else { return };
        if !hub.tenancy.has_others() {
            continue;
        }
        if first.is_none() {
            // Which notices were missed is unknown; what matters most is shown.
            show_all(&hub).await;
        }
        let more = std::iter::from_fn(|| notices.try_recv().ok()).take(BATCH);
        let batch: HashSet<_> = first.into_iter().chain(more).collect();
        tell(&hub, batch).await;
    }
}

async fn tell(hub: &Arc<Hub>, batch: HashSet<(WorkspaceId, LiveEvent)>) {
    let shown: HashSet<_> = batch
        .iter()
        .filter_map(|(workspace, event)| match event {
            LiveEvent::Connection(connection) | LiveEvent::Groups(connection) => {
                Some((*workspace, *connection))
            }
            _ => None,
        })
        .collect();
    for (workspace, connection) in shown {
        show(hub, workspace, connection).await;
    }
    if batch.is_empty() {
        return;
    }
    let letter = Letter::Notices(batch.into_iter().collect());
    if let Err(error) = hub.tenancy.post(None, &letter).await {
        tracing::debug!("failed to {error}; pages of other servers look later");
    }
}

/// Shows what is to be seen of every connection that this server runs: there are others now.
pub(super) async fn show_all(hub: &Arc<Hub>) {
    let all: HashSet<_> = hub
        .leases()
        .into_iter()
        .map(|lease| (lease.workspace, LiveEvent::Connection(lease.connection)))
        .collect();
    tell(hub, all).await;
}

async fn show(hub: &Hub, workspace: WorkspaceId, connection: ConnectionId) {
    let (Some(sight), Some(exchange)) =
        (own_sight(hub, workspace, connection), &hub.tenancy.exchange)
    else {
        return;
    };
    let Some(lease) = hub.lease_of(connection) else {
        return;
    };
    let sealed = serde_json::to_vec(&sight)
        .map_err(|_| OpenError::Form)
        .and_then(|bytes| hub.tenancy.sealer.seal(place(connection), &bytes));
    let Ok(sealed) = sealed else { return };
    if let Err(error) = exchange.show(&lease, sealed.into()).await {
        tracing::debug!(%connection, "failed to {error}; other servers show what is stored");
    }
}
