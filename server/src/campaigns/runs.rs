//! Watching runs: the port [`Runs`].

use std::collections::HashMap;
use std::sync::Arc;

use arauto_app::api::{ApiError, NotFound, Principal, RunView, Runs};
use arauto_app::domain::{
    ConnectionId, DELIVERIES_SHOWN, Delivery, DeliveryQuery, OutageChoice, Page, Reached,
    RepeatAction, Run, RunId, RunTally, Timestamp, WorkspaceId,
};
use async_trait::async_trait;

use super::gates::zone_named;
use super::shared::Shared;
use super::{outage, repeat, senders};
use crate::failure::{api_error, internal};
use crate::store::StoreError;

/// Reads runs.
pub(super) struct RunService {
    shared: Arc<Shared>,
}

impl RunService {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// A page of the deliveries that are looked for, and what the text finds.
    async fn rows(
        &self,
        run: &Run,
        tally: &RunTally,
        query: &DeliveryQuery,
        page: u32,
    ) -> Result<(RunTally, Page, Vec<Delivery>), StoreError> {
        let journal = &self.shared.store.journal;
        let found = if query.text.trim().is_empty() {
            *tally
        } else {
            let search = journal.tally_of_search(run.workspace, run.id, &query.text);
            search.await?
        };
        let page = Page::among(query.kind.count(&found), DELIVERIES_SHOWN, page);
        let rows = journal
            .search_deliveries(run.workspace, run.id, query, page.skipped, DELIVERIES_SHOWN)
            .await?;
        Ok((found, page, rows))
    }

    /// How many members each of these deliveries of a run reached.
    async fn reached(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        rows: &[Delivery],
    ) -> Result<Vec<Reached>, StoreError> {
        let positions: Vec<u32> = rows.iter().map(|row| row.position).collect();
        let journal = &self.shared.store.journal;
        let reached = journal.reached(workspace, run, &positions).await?;
        let reached: HashMap<u32, Reached> = reached.into_iter().collect();
        let of = |position| reached.get(position).copied().unwrap_or_default();
        Ok(positions.iter().map(of).collect())
    }
}

/// What each delivery says, or would say now.
fn texts(run: &Run, deliveries: &[Delivery], now: Timestamp) -> Vec<String> {
    let Some(zone) = zone_named(&run.zone) else {
        return Vec::new();
    };
    let text = |delivery| run.text_of(delivery, &zone, now);
    deliveries.iter().map(text).collect()
}

#[async_trait]
impl Runs for RunService {
    async fn get(
        &self,
        who: &Principal,
        id: RunId,
        query: &DeliveryQuery,
        page: u32,
    ) -> Result<RunView, ApiError> {
        let (store, workspace) = (&self.shared.store, who.workspace_id());
        let run = store.journal.run(workspace, id).await.map_err(api_error)?;
        let run = run.ok_or(ApiError::NotFound(NotFound::Run))?;
        let (campaign, outcomes) = tokio::try_join!(
            store.campaigns.get(workspace, run.campaign),
            store.journal.outcomes(workspace, id),
        )
        .map_err(api_error)?;
        let campaign = campaign.ok_or(ApiError::NotFound(NotFound::Run))?;
        let media = match run.content.media {
            Some(media) => store.media.get(workspace, media).await.map_err(api_error)?,
            None => None,
        };
        let tally: RunTally = outcomes.iter().copied().collect();
        let rows = self.rows(&run, &tally, query, page).await;
        let (found, page, deliveries) = rows.map_err(api_error)?;
        let reached = self.reached(workspace, id, &deliveries).await;
        let reached = reached.map_err(api_error)?;
        let repeatable = repeat::repeatable(&self.shared, &run, &outcomes).await;
        let repeatable = repeatable.map_err(api_error)?;
        let now = self.shared.now();
        let senders = senders::read(&self.shared, &run, &tally).await;
        let senders = senders.map_err(api_error)?;
        let texts = texts(&run, &deliveries, now);
        Ok(RunView {
            senders,
            run,
            texts,
            campaign_name: campaign.name,
            media,
            tally,
            repeatable,
            found,
            deliveries,
            reached,
            page: page.number,
            pages: page.pages,
            now,
        })
    }

    async fn deliveries(
        &self,
        who: &Principal,
        id: RunId,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<(Delivery, Reached)>, ApiError> {
        let (workspace, journal) = (who.workspace_id(), &self.shared.store.journal);
        let every = DeliveryQuery::default();
        let rows = journal.search_deliveries(workspace, id, &every, skipped, limit);
        let rows = rows.await.map_err(api_error)?;
        let reached = self.reached(workspace, id, &rows).await;
        let reached = reached.map_err(api_error)?;
        Ok(rows.into_iter().zip(reached).collect())
    }

    async fn repeat(
        &self,
        who: &Principal,
        id: RunId,
        action: RepeatAction,
        seen: u32,
    ) -> Result<(), ApiError> {
        let (shared, workspace) = (Arc::clone(&self.shared), who.workspace_id());
        // In a task of its own, for the same reason as below.
        let repeated =
            tokio::spawn(async move { repeat::act(&shared, workspace, id, action, seen).await });
        repeated
            .await
            .unwrap_or_else(|error| Err(internal(format_args!("send messages again: {error}"))))
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
