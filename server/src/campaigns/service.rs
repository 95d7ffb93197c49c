//! Writing, listing and starting campaigns: the port [`Campaigns`].

use std::collections::HashMap;
use std::sync::Arc;

use arauto_app::api::{
    Acted, ApiError, Base, CampaignPast, CampaignReview, CampaignSummary, CampaignTests, Campaigns,
    CampaignsView, LiveEvent, NotFound, PastPlace, Principal, Saved, SavedBy, TestOrder,
};
use arauto_app::domain::{
    CAMPAIGNS_SHOWN, Campaign, CampaignAction, CampaignDraft, CampaignId, CampaignQuery,
    CampaignState, ConnectionId, Page, RunId, Timestamp, WorkspaceId,
};
use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt};

use super::gates::zone_of;
use super::save::save;
use super::shared::Shared;
use super::{life, past, review, targets, test_send};
use crate::failure::{api_error, internal};
use crate::store::StoreError;

/// How many campaigns of a list have their latest run read at the same time.
const READ_TOGETHER: usize = 8;

/// Writes, lists and starts campaigns.
pub(super) struct CampaignService {
    shared: Arc<Shared>,
}

impl CampaignService {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Carries out a change in a task of its own: a browser that disconnects half-way does not
    /// leave half of it behind.
    async fn to_the_end<T, F>(&self, change: impl FnOnce(Arc<Shared>) -> F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        tokio::spawn(change(Arc::clone(&self.shared)))
            .await
            .unwrap_or_else(|error| Err(internal(format_args!("carry out a change: {error}"))))
    }
}

#[async_trait]
impl Campaigns for CampaignService {
    async fn list(&self, who: &Principal) -> Result<Vec<CampaignSummary>, ApiError> {
        let workspace = who.workspace_id();
        let campaigns = self.shared.store.campaigns.list(workspace).await;
        summaries(&self.shared, who, campaigns.map_err(api_error)?)
            .await
            .map_err(api_error)
    }

    async fn search(
        &self,
        who: &Principal,
        query: &CampaignQuery,
        page: u32,
    ) -> Result<CampaignsView, ApiError> {
        let (store, workspace) = (&self.shared.store.campaigns, who.workspace_id());
        let counts = store.counts(workspace, &query.text).await;
        let counts = counts.map_err(api_error)?;
        let page = Page::among(counts.of(query.kind), CAMPAIGNS_SHOWN, page);
        let found = store.search(workspace, query, page.skipped, CAMPAIGNS_SHOWN);
        let found = found.await.map_err(api_error)?;
        let campaigns = summaries(&self.shared, who, found).await;
        Ok(CampaignsView {
            campaigns: campaigns.map_err(api_error)?,
            counts,
            page: page.number,
            pages: page.pages,
        })
    }

    async fn get(&self, who: &Principal, id: CampaignId) -> Result<CampaignSummary, ApiError> {
        let workspace = who.workspace_id();
        let campaign = find(&self.shared, workspace, id).await?;
        let connection_name = match campaign.connection {
            Some(connection) => self
                .shared
                .store
                .connections
                .get(workspace, connection)
                .await
                .map_err(api_error)?
                .map(|connection| connection.name),
            None => None,
        };
        summary(&self.shared, who, campaign, connection_name)
            .await
            .map_err(api_error)
    }

    async fn save(
        &self,
        who: &Principal,
        base: Option<Base>,
        draft: CampaignDraft,
    ) -> Result<Saved, ApiError> {
        let who = who.clone();
        self.to_the_end(move |shared| async move { save(&shared, &who, base, draft).await })
            .await
    }

    async fn act(
        &self,
        who: &Principal,
        id: CampaignId,
        action: CampaignAction,
    ) -> Result<Acted, ApiError> {
        let workspace = who.workspace_id();
        self.to_the_end(
            move |shared| async move { life::act(&shared, workspace, id, action).await },
        )
        .await
    }

    async fn review(&self, who: &Principal, id: CampaignId) -> Result<CampaignReview, ApiError> {
        review::review(&self.shared, who.workspace_id(), id).await
    }

    async fn copy(
        &self,
        who: &Principal,
        id: CampaignId,
        name: String,
    ) -> Result<CampaignId, ApiError> {
        let who = who.clone();
        self.to_the_end(move |shared| async move { life::copy(&shared, &who, id, name).await })
            .await
    }

    async fn past(
        &self,
        who: &Principal,
        id: CampaignId,
        before: Option<PastPlace>,
    ) -> Result<CampaignPast, ApiError> {
        past::read(&self.shared, who.workspace_id(), id, before).await
    }

    async fn tests(&self, who: &Principal, id: CampaignId) -> Result<CampaignTests, ApiError> {
        test_send::read(&self.shared, who.workspace_id(), id).await
    }

    async fn test(
        &self,
        who: &Principal,
        id: CampaignId,
        order: TestOrder,
    ) -> Result<RunId, ApiError> {
        let workspace = who.workspace_id();
        self.to_the_end(move |shared| async move {
            test_send::send(&shared, workspace, id, order).await
        })
        .await
    }

    async fn delete(&self, who: &Principal, id: CampaignId) -> Result<(), ApiError> {
        let workspace = who.workspace_id();
        self.to_the_end(move |shared| async move { delete(&shared, workspace, id).await })
            .await
    }
}

/// Campaigns of one workspace with their latest runs, in the same order.
async fn summaries(
    shared: &Shared,
    who: &Principal,
    campaigns: Vec<Campaign>,
) -> Result<Vec<CampaignSummary>, StoreError> {
    let connections = shared.store.connections.list(who.workspace_id()).await?;
    let names: HashMap<ConnectionId, String> = connections
        .into_iter()
        .map(|connection| (connection.id, connection.name))
        .collect();
    let summaries = campaigns.into_iter().map(|campaign| {
        let connection_name = campaign.connection.and_then(|id| names.get(&id).cloned());
        summary(shared, who, campaign, connection_name)
    });
    futures::stream::iter(summaries)
        .buffered(READ_TOGETHER)
        .try_collect()
        .await
}

async fn summary(
    shared: &Shared,
    who: &Principal,
    campaign: Campaign,
    connection_name: Option<String>,
) -> Result<CampaignSummary, StoreError> {
    let journal = &shared.store.journal;
    let latest_run = match journal.latest_run(campaign.workspace, campaign.id).await? {
        Some(run) => {
            let tally = journal.tally(campaign.workspace, run.id).await?;
            Some((run, tally))
        }
        None => None,
    };
    let groups = targets::count(&shared.store, &campaign).await?;
    let now = shared.now();
    Ok(CampaignSummary {
        groups,
        next_run: next_run(&campaign, now),
        saved_by: SavedBy::told_to(who.user.id, campaign.updated_by.as_ref()),
        campaign,
        connection_name,
        latest_run,
        now,
    })
}

/// When the schedule of an active campaign begins its next run.
fn next_run(campaign: &Campaign, now: Timestamp) -> Option<Timestamp> {
    if campaign.state != CampaignState::Active {
        return None;
    }
    let zone = zone_of(&campaign.timing)?;
    campaign.timing.next(&zone, &campaign.past, now)
}

pub(super) async fn find(
    shared: &Shared,
    workspace: WorkspaceId,
    id: CampaignId,
) -> Result<Campaign, ApiError> {
    let campaign = shared
        .store
        .campaigns
        .get(workspace, id)
        .await
        .map_err(api_error)?;
    campaign.ok_or(ApiError::NotFound(NotFound::Campaign))
}

async fn delete(
    shared: &Arc<Shared>,
    workspace: WorkspaceId,
    id: CampaignId,
) -> Result<(), ApiError> {
    let _transition = shared.transitions.lock().await;
    let campaign = find(shared, workspace, id).await?;
    let latest = shared.store.journal.latest_run(workspace, id).await;
    let latest = latest.map_err(api_error)?;
    let is_allowed = campaign.state.after(CampaignAction::Delete).is_some();
    if !is_allowed || latest.is_some_and(|run| run.finished_at.is_none()) {
        return Err(ApiError::CampaignState);
    }
    match shared.store.campaigns.delete(workspace, id).await {
        Ok(()) => {}
        Err(StoreError::Conflict(_)) => return Err(ApiError::CampaignState),
        Err(error) => return Err(api_error(error)),
    }
    shared
        .store
        .journal
        .delete_runs(workspace, id)
        .await
        .map_err(api_error)?;
    shared.live.post(workspace, LiveEvent::Campaign(id));
    Ok(())
}
