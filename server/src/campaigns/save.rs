//! Saving what a person wrote, without overwriting what somebody else did.

use std::collections::HashSet;
use std::time::Duration;

use arauto_app::api::{ApiError, Base, LiveEvent, Saved};
use arauto_app::domain::{
    Campaign, CampaignDraft, CampaignId, CampaignState, Group, GroupJid, PastRuns, Sender,
    TimingProblem, WorkspaceId, Zone, one_per_connection,
};

use super::begin::{groups_of, missing_references};
use super::service::find;
use super::shared::Shared;
use super::targets;
use crate::failure::api_error;
use crate::store::StoreError;

/// The least between two savings of a campaign: the time of a saving tells it from the others, however
/// the clock moves.
const TICK: Duration = Duration::from_millis(1);

/// Saves a draft: as a new campaign, or over the copy that it was made from.
pub(super) async fn save(
    shared: &Shared,
    workspace: WorkspaceId,
    base: Option<Base>,
    draft: CampaignDraft,
) -> Result<Saved, ApiError> {
    let before = match base {
        Some(base) => Some(unchanged(shared, workspace, base).await?),
        None => None,
    };
    let mut problems = draft.problems_to_save();
    let missing = missing_references(shared, workspace, &draft).await;
    problems.extend(missing.map_err(api_error)?);
    if Zone::embedded(&draft.timing.zone).is_none() {
        problems.push(TimingProblem::ZoneUnknown.into());
    }
    if !problems.is_empty() {
        return Err(ApiError::Draft(problems));
    }
    let written = written(shared, workspace, before.as_ref(), draft).await;
    let campaign = written.map_err(api_error)?;
    write(shared, &campaign, before.as_ref()).await?;
    shared
        .live
        .post(workspace, LiveEvent::Campaign(campaign.id));
    Ok(Saved {
        id: campaign.id,
        at: campaign.updated_at,
    })
}

/// The campaign as it is stored, while that is the copy that somebody read and it can be edited.
async fn unchanged(
    shared: &Shared,
    workspace: WorkspaceId,
    base: Base,
) -> Result<Campaign, ApiError> {
    let stored = find(shared, workspace, base.id).await?;
    if !stored.state.can_edit() {
        return Err(ApiError::CampaignState);
    }
    if stored.updated_at != base.seen {
        return Err(ApiError::CampaignChanged {
            at: stored.updated_at,
        });
    }
    Ok(stored)
}

/// The campaign that a draft makes of the one before.
async fn written(
    shared: &Shared,
    workspace: WorkspaceId,
    before: Option<&Campaign>,
    draft: CampaignDraft,
) -> Result<Campaign, StoreError> {
    let mut senders = known_senders(shared, workspace, draft.senders()).await?;
    let first = match draft.connection {
        Some(_) if !senders.is_empty() => Some(senders.remove(0)),
        _ => None,
    };
    let (lists, targets) = first.map_or_else(Default::default, |one| (one.lists, one.targets));
    let now = shared.now();
    Ok(Campaign {
        id: before.map_or_else(
            || CampaignId::new(now, shared.random.bytes()),
            |before| before.id,
        ),
        workspace,
        name: draft.name.trim().to_owned(),
        connection: draft.connection,
        lost_connection: draft.connection.is_none()
            && before.is_some_and(|before| before.lost_connection),
        lists,
        targets,
        also: senders,
        pace: draft.pace,
        content: draft.content,
        others: draft.others,
        timing: draft.timing,
        state: before.map_or(CampaignState::Draft, |before| before.state),
        past: before.map_or_else(PastRuns::default, |before| before.past),
        next_at: None,
        created_at: before.map_or(now, |before| before.created_at),
        updated_at: before.map_or(now, |before| now.max(before.updated_at.plus(TICK))),
    })
}

async fn write(
    shared: &Shared,
    campaign: &Campaign,
    before: Option<&Campaign>,
) -> Result<(), ApiError> {
    let campaigns = &shared.store.campaigns;
    let Some(before) = before else {
        return campaigns.insert(campaign).await.map_err(api_error);
    };
    let (workspace, seen) = (campaign.workspace, before.updated_at);
    match campaigns.update(campaign, seen).await {
        // Deleted, started or saved by somebody else since it was read.
        Err(StoreError::Conflict(_)) => {
            let id = campaign.id;
            unchanged(shared, workspace, Base { id, seen }).await?;
            Err(ApiError::CampaignState)
        }
        written => written.map_err(api_error),
    }
}

/// The connections of a draft, each once, with those of their lists and groups that are theirs.
async fn known_senders(
    shared: &Shared,
    workspace: WorkspaceId,
    chosen: Vec<Sender>,
) -> Result<Vec<Sender>, StoreError> {
    let mut senders = Vec::new();
    for chosen in one_per_connection(chosen) {
        let connection = chosen.connection;
        let groups = groups_of(shared, workspace, connection, &chosen.targets).await?;
        let lists =
            targets::known_lists(&shared.store, workspace, connection, &chosen.lists).await?;
        senders.push(Sender {
            connection,
            lists,
            targets: known_targets(chosen.targets, &groups),
        });
    }
    Ok(senders)
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
