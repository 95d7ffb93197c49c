//! What the pages ask about the pace of connections: the port [`Paces`].

use std::sync::Arc;

use arauto_app::api::{ApiError, NotFound, PaceView, Paces, Principal};
use arauto_app::domain::{Connection, ConnectionId, Limits, Timestamp, warm_up_rung};
use async_trait::async_trait;

use super::shared::Shared;
use super::{pace, restriction};
use crate::failure::{api_error, internal};

/// Serves the pace of connections.
pub(super) struct PaceService {
    shared: Arc<Shared>,
}

impl PaceService {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    async fn connection(&self, who: &Principal, id: ConnectionId) -> Result<Connection, ApiError> {
        let connections = &self.shared.store.connections;
        let row = connections.get(who.workspace_id(), id).await;
        row.map_err(api_error)?
            .ok_or(ApiError::NotFound(NotFound::Connection))
    }
}

#[async_trait]
impl Paces for PaceService {
    async fn get(&self, who: &Principal, id: ConnectionId) -> Result<PaceView, ApiError> {
        let connection = self.connection(who, id).await?;
        let recent = pace::recent(&self.shared, &connection).await;
        let (limits, history) = recent.map_err(api_error)?;
        let now = self.shared.now();
        let (last_hour, last_day) = history.counts(now);
        let rung = connection
            .linked_at
            .filter(|_| limits.warm_up)
            .and_then(|linked_at| warm_up_rung(linked_at, now));
        Ok(PaceView {
            limits,
            is_usual: connection.pace.is_none(),
            last_hour,
            last_day,
            warming_up: rung.map(|rung| rung.most),
        })
    }

    async fn set(
        &self,
        who: &Principal,
        id: ConnectionId,
        limits: Option<Limits>,
    ) -> Result<(), ApiError> {
        let problems = limits.map(|limits| limits.problems()).unwrap_or_default();
        if !problems.is_empty() {
            return Err(ApiError::Pace(problems));
        }
        let (shared, workspace) = (&self.shared, who.workspace_id());
        self.connection(who, id).await?;
        let connections = &shared.store.connections;
        let stored = connections.set_pace(workspace, id, limits).await;
        stored.map_err(api_error)?;
        shared.tell_queue(workspace, id);
        if let Err(error) = restriction::tell(shared, &shared.stopping, workspace, id).await {
            tracing::info!("failed to {error}; open pages look later");
        }
        Ok(())
    }

    async fn resume(
        &self,
        who: &Principal,
        id: ConnectionId,
        since: Timestamp,
    ) -> Result<(), ApiError> {
        let (shared, workspace) = (Arc::clone(&self.shared), who.workspace_id());
        // In a task of its own: a browser that disconnects half-way does not leave half of it behind.
        let lifted =
            tokio::spawn(async move { restriction::lift(&shared, workspace, id, since).await });
        lifted
            .await
            .unwrap_or_else(|error| Err(internal(format_args!("lift a restriction: {error}"))))
    }
}
