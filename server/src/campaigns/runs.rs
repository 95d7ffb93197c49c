//! Watching runs: the port [`Runs`].

use std::sync::Arc;

use arauto_app::api::{ApiError, NotFound, OutageQuestion, Principal, RunView, Runs};
use arauto_app::domain::{
    Connection, ConnectionId, ConnectionState, Delivery, DeliveryState, Hold, OutageChoice, Run,
    RunId, RunTally, Timestamp,
};
use async_trait::async_trait;

use super::shared::Shared;
use super::{outage, pace};
use crate::failure::{api_error, internal};
use crate::store::StoreError;
use crate::whatsapp::outage_question;

/// Reads runs.
pub(super) struct RunService {
    shared: Arc<Shared>,
}

impl RunService {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// What holds the run's next message, while its connection can send and its gate is open.
    async fn hold(
        &self,
        run: &Run,
        connection: Option<&Connection>,
        state: Option<&ConnectionState>,
        deliveries: &[Delivery],
    ) -> Result<Option<Hold>, StoreError> {
        let now = self.shared.now();
        let (Some(connection), Some(state)) = (connection, state) else {
            return Ok(None);
        };
        let lane = self.shared.lane(run.connection);
        let waits_for_answer = lane.is_some_and(|l| run.started_at < l.presence.held_before());
        if !state.can_send() || waits_for_answer || !run.gate.is_open_at(now) {
            return Ok(None);
        }
        let hold = pace::decision(&self.shared, connection).await?.hold();
        let held = |delivery: &Delivery| match (delivery.state, hold) {
            (DeliveryState::Pending, _) => true,
            (DeliveryState::Unconfirmed, Some(hold)) => delivery
                .retry_at
                .is_some_and(|at| hold.until.is_none_or(|until| at <= until)),
            _ => false,
        };
        Ok(hold.filter(|_| deliveries.iter().any(held)))
    }

    /// What the owner is asked, if the run waits for the answer.
    async fn question(
        &self,
        run: &Run,
        tally: &RunTally,
        connection: Option<&Connection>,
        state: Option<&ConnectionState>,
    ) -> Result<Option<OutageQuestion>, StoreError> {
        match (connection, state) {
            (Some(connection), Some(state)) if tally.open() > 0 => {
                let question = outage_question(&self.shared.store, connection, state).await?;
                Ok(question.filter(|question| run.started_at < question.outage.back_at))
            }
            _ => Ok(None),
        }
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
        // The session's own word is fresher than the stored one, which bridges a start and tells of
        // connections that another server runs.
        let live = self.shared.messenger.state(run.connection);
        let now = self.shared.now();
        let connection_state = connection
            .as_ref()
            .map(|connection| live.unwrap_or_else(|| connection.state.clone()));
        let hold = self
            .hold(
                &run,
                connection.as_ref(),
                connection_state.as_ref(),
                &deliveries,
            )
            .await
            .map_err(api_error)?;
        let question = self
            .question(&run, &tally, connection.as_ref(), connection_state.as_ref())
            .await
            .map_err(api_error)?;
        Ok(RunView {
            hold,
            restriction: (connection.as_ref())
                .and_then(|connection| connection.restriction)
                .filter(|restriction| restriction.holds_at(now)),
            run,
            campaign_name: campaign.name,
            connection_name: connection.map(|connection| connection.name),
            connection_state,
            question,
            media,
            tally,
            deliveries,
            now,
        })
    }

    async fn settle_outage(
        &self,
        who: &Principal,
        connection: ConnectionId,
        back_at: Timestamp,
        choice: OutageChoice,
    ) -> Result<(), ApiError> {
        let (shared, workspace) = (Arc::clone(&self.shared), who.workspace_id());
        // In a task of its own: a browser that disconnects half-way does not leave half of it behind.
        let settled = tokio::spawn(async move {
            outage::settle(&shared, workspace, connection, back_at, choice).await
        });
        settled
            .await
            .unwrap_or_else(|error| Err(internal(format_args!("settle an outage: {error}"))))
    }
}
