//! Writing, listing and starting campaigns: the port [`Campaigns`].

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arauto_app::api::{ApiError, CampaignSummary, Campaigns, LiveEvent, NotFound, Principal};
use arauto_app::domain::{
    Campaign, CampaignDraft, CampaignId, CampaignState, ConnectionId, DraftProblem, Group,
    GroupJid, Run, RunId, Timestamp, WorkspaceId,
};
use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt};

use super::freeze::freeze;
use super::shared::Shared;
use super::targets;
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
        let (store, workspace) = (&self.shared.store, who.workspace_id());
        let (campaigns, connections) = tokio::try_join!(
            store.campaigns.list(workspace),
            store.connections.list(workspace)
        )
        .map_err(api_error)?;
        let names: HashMap<ConnectionId, String> = connections
            .into_iter()
            .map(|connection| (connection.id, connection.name))
            .collect();
        let summaries = campaigns.into_iter().map(|campaign| {
            let connection_name = campaign.connection.and_then(|id| names.get(&id).cloned());
            summary(&self.shared, campaign, connection_name)
        });
        futures::stream::iter(summaries)
            .buffered(READ_TOGETHER)
            .try_collect()
            .await
            .map_err(api_error)
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
        summary(&self.shared, campaign, connection_name)
            .await
            .map_err(api_error)
    }

    async fn save(
        &self,
        who: &Principal,
        id: Option<CampaignId>,
        draft: CampaignDraft,
    ) -> Result<CampaignId, ApiError> {
        let workspace = who.workspace_id();
        self.to_the_end(move |shared| async move { save(&shared, workspace, id, draft).await })
            .await
    }

    async fn start(&self, who: &Principal, id: CampaignId) -> Result<RunId, ApiError> {
        let workspace = who.workspace_id();
        self.to_the_end(move |shared| async move { start(&shared, workspace, id).await })
            .await
    }

    async fn delete(&self, who: &Principal, id: CampaignId) -> Result<(), ApiError> {
        let workspace = who.workspace_id();
        self.to_the_end(move |shared| async move { delete(&shared, workspace, id).await })
            .await
    }
}

async fn summary(
    shared: &Shared,
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
    Ok(CampaignSummary {
        groups,
        campaign,
        connection_name,
        latest_run,
        now: shared.now(),
    })
}

async fn find(
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

async fn save(
    shared: &Shared,
    workspace: WorkspaceId,
    id: Option<CampaignId>,
    draft: CampaignDraft,
) -> Result<CampaignId, ApiError> {
    let mut problems = draft.problems_to_save();
    problems.extend(missing_references(shared, workspace, &draft).await?);
    if !problems.is_empty() {
        return Err(ApiError::Draft(problems));
    }
    let groups = groups_of(shared, workspace, draft.connection, &draft.targets).await?;
    let targets = known_targets(draft.targets, &groups);
    let lists =
        targets::known_lists(&shared.store, workspace, draft.connection, &draft.lists).await;
    let now = shared.now();
    let existing = match id {
        Some(id) => Some(find(shared, workspace, id).await?),
        None => None,
    };
    let is_new = existing.is_none();
    if existing
        .as_ref()
        .is_some_and(|campaign| !campaign.state.can_edit())
    {
        return Err(ApiError::CampaignState);
    }
    let campaign = Campaign {
        id: id.unwrap_or_else(|| CampaignId::new(now, shared.random.bytes())),
        workspace,
        name: draft.name.trim().to_owned(),
        connection: draft.connection,
        lists: lists.map_err(api_error)?,
        targets,
        content: draft.content,
        state: existing
            .as_ref()
            .map_or(CampaignState::Draft, |campaign| campaign.state),
        created_at: existing.map_or(now, |campaign| campaign.created_at),
        updated_at: now,
    };
    write(shared, &campaign, is_new).await?;
    shared
        .live
        .post(workspace, LiveEvent::Campaign(campaign.id));
    Ok(campaign.id)
}

async fn write(shared: &Shared, campaign: &Campaign, is_new: bool) -> Result<(), ApiError> {
    let campaigns = &shared.store.campaigns;
    if is_new {
        return campaigns.insert(campaign).await.map_err(api_error);
    }
    match campaigns.update(campaign).await {
        // Deleted, or started, since it was read.
        Err(StoreError::Conflict(_)) => {
            find(shared, campaign.workspace, campaign.id).await?;
            Err(ApiError::CampaignState)
        }
        written => written.map_err(api_error),
    }
}

/// What a draft names that is not in the workspace (any more).
async fn missing_references(
    shared: &Shared,
    workspace: WorkspaceId,
    draft: &CampaignDraft,
) -> Result<Vec<DraftProblem>, ApiError> {
    let store = &shared.store;
    let mut problems = Vec::new();
    if let Some(connection) = draft.connection {
        let found = store
            .connections
            .get(workspace, connection)
            .await
            .map_err(api_error)?;
        if found.is_none() {
            problems.push(DraftProblem::ConnectionGone);
        }
    }
    if let Some(media) = draft.content.media {
        let found = store.media.get(workspace, media).await.map_err(api_error)?;
        if found.is_none() {
            problems.push(DraftProblem::MediaGone);
        }
    }
    Ok(problems)
}

/// Those of the targets that are groups of the connection.
async fn groups_of(
    shared: &Shared,
    workspace: WorkspaceId,
    connection: Option<ConnectionId>,
    targets: &[GroupJid],
) -> Result<Vec<Group>, ApiError> {
    match connection {
        Some(connection) => {
            let groups = &shared.store.groups;
            let found = groups.among(workspace, connection, targets).await;
            found.map_err(api_error)
        }
        None => Ok(Vec::new()),
    }
}

/// The targets that are groups of the chosen connection, each once. Others come from a form that
/// was filled in for another connection, and go with it.
fn known_targets(targets: Vec<GroupJid>, groups: &[Group]) -> Vec<GroupJid> {
    let known: HashSet<&GroupJid> = groups.iter().map(|group| &group.jid).collect();
    let mut seen = HashSet::new();
    targets
        .into_iter()
        .filter(|target| known.contains(target) && seen.insert(target.clone()))
        .collect()
}

async fn start(
    shared: &Arc<Shared>,
    workspace: WorkspaceId,
    id: CampaignId,
) -> Result<RunId, ApiError> {
    let _transition = shared.transitions.lock().await;
    let campaign = find(shared, workspace, id).await?;
    let number = latest_run_at_rest(shared, &campaign)
        .await?
        .map_or(1, |run| run.number + 1);
    let draft = CampaignDraft {
        name: campaign.name.clone(),
        connection: campaign.connection,
        lists: campaign.lists.clone(),
        targets: campaign.targets.clone(),
        content: campaign.content.clone(),
    };
    let mut problems = draft.problems_to_start();
    problems.extend(missing_references(shared, workspace, &draft).await?);
    let connection = match campaign.connection {
        Some(connection) if problems.is_empty() => connection,
        _ => return Err(ApiError::Draft(problems)),
    };
    let targets = targets::now(&shared.store, &campaign, connection).await;
    let targets = targets.map_err(api_error)?;
    if targets.is_empty() {
        return Err(ApiError::Draft(vec![DraftProblem::ListsEmpty]));
    }
    let groups = groups_of(shared, workspace, Some(connection), &targets).await?;
    let (now, random) = (shared.now(), &shared.random);
    let (run, deliveries) = freeze(
        &campaign, connection, number, &targets, &groups, now, random,
    );
    match shared.store.journal.begin_run(&run, &deliveries).await {
        Ok(()) => {}
        // Another server was faster.
        Err(StoreError::Conflict(_)) => return Err(ApiError::CampaignState),
        Err(error) => {
            // Whether the run is there is unknown. If it is, it goes on like any other.
            follow(shared, workspace, run.id, connection, now);
            return Err(api_error(error));
        }
    }
    let (from, to) = (campaign.state, CampaignState::Active);
    match shared
        .store
        .campaigns
        .change_state(workspace, id, from, to)
        .await
    {
        Ok(true) => {}
        // The run has begun, whatever the campaign says: the steward makes the two agree.
        Ok(false) => tracing::warn!(campaign = %id, "a campaign changed while it was started"),
        Err(error) => tracing::warn!(campaign = %id, "failed to {error}; its run has begun"),
    }
    follow(shared, workspace, run.id, connection, now);
    shared.live.post(workspace, LiveEvent::Campaign(id));
    Ok(run.id)
}

/// The latest run of a campaign at rest, if it ever ran.
///
/// # Errors
/// [`ApiError::CampaignState`] when a run of it is going.
async fn latest_run_at_rest(
    shared: &Arc<Shared>,
    campaign: &Campaign,
) -> Result<Option<Run>, ApiError> {
    if !campaign.state.can_start() {
        return Err(ApiError::CampaignState);
    }
    let journal = &shared.store.journal;
    let latest = journal
        .latest_run(campaign.workspace, campaign.id)
        .await
        .map_err(api_error)?;
    match latest {
        // An earlier start stored it and could not tell the campaign.
        Some(run) if run.finished_at.is_none() => {
            follow(shared, run.workspace, run.id, run.connection, shared.now());
            Err(ApiError::CampaignState)
        }
        latest => Ok(latest),
    }
}

/// Has a run looked after and its messages sent.
fn follow(
    shared: &Arc<Shared>,
    workspace: WorkspaceId,
    run: RunId,
    connection: ConnectionId,
    now: Timestamp,
) {
    shared.note_in_doubt(workspace, run);
    shared.wake_queue(workspace, connection, now);
}

async fn delete(
    shared: &Arc<Shared>,
    workspace: WorkspaceId,
    id: CampaignId,
) -> Result<(), ApiError> {
    let _transition = shared.transitions.lock().await;
    let campaign = find(shared, workspace, id).await?;
    latest_run_at_rest(shared, &campaign).await?;
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
