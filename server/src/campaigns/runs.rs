//! Watching runs: the port [`Runs`].

use std::sync::Arc;

use arauto_app::api::{ApiError, NotFound, Principal, RunView, Runs};
use arauto_app::domain::{
    ConnectionState, Delivery, DeliveryState, Run, RunId, RunTally, Timestamp,
};
use async_trait::async_trait;

use super::shared::Shared;
use crate::failure::api_error;

/// Reads runs.
pub(super) struct RunService {
    shared: Arc<Shared>,
}

impl RunService {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// When the next message goes out, while the interval between messages is what holds it.
    fn next_at(
        &self,
        run: &Run,
        state: Option<&ConnectionState>,
        deliveries: &[Delivery],
        now: Timestamp,
    ) -> Option<Timestamp> {
        if !state.is_some_and(ConnectionState::can_send) {
            return None;
        }
        let not_before = self.shared.lane(run.connection)?.not_before();
        let held = |delivery: &Delivery| match delivery.state {
            DeliveryState::Pending => true,
            DeliveryState::Unconfirmed => delivery.retry_at.is_some_and(|at| at <= not_before),
            _ => false,
        };
        (not_before > now && deliveries.iter().any(held)).then_some(not_before)
    }
}

#[async_trait]
impl Runs for RunService {
    async fn get(&self, who: &Principal, id: RunId) -> Result<RunView, ApiError> {
        let (store, workspace) = (&self.shared.store, who.workspace_id());
        let run = store.journal.run(workspace, id).await.map_err(api_error)?;
        let run = run.ok_or(ApiError::NotFound(NotFound::Run))?;
        let (campaign, connection, deliveries) = tokio::try_join!(
            store.campaigns.get(workspace, run.campaign),
            store.connections.get(workspace, run.connection),
            store.journal.deliveries(workspace, id),
        )
        .map_err(api_error)?;
        let campaign = campaign.ok_or(ApiError::NotFound(NotFound::Run))?;
        let media = match run.content.media {
            Some(media) => store.media.get(workspace, media).await.map_err(api_error)?,
            None => None,
        };
        let mut tally = RunTally::default();
        for delivery in &deliveries {
            tally.add(delivery.state);
        }
        // The session's own word is fresher than the stored one, which bridges a start.
        let connection_state = connection.as_ref().map(|connection| {
            let live = self.shared.messenger.state(connection.id);
            live.unwrap_or_else(|| connection.state.clone())
        });
        let now = self.shared.now();
        Ok(RunView {
            next_at: self.next_at(&run, connection_state.as_ref(), &deliveries, now),
            run,
            campaign_name: campaign.name,
            connection_name: connection.map(|connection| connection.name),
            connection_state,
            media,
            tally,
            deliveries,
            now,
        })
    }
}
