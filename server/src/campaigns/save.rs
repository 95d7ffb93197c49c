//! Saving what a person wrote, without overwriting what somebody else did.

use std::collections::HashSet;
use std::time::Duration;

use arauto_app::api::{ApiError, Base, LiveEvent, Principal, Saved, SavedBy};
use arauto_app::domain::{
    Author, Campaign, CampaignDraft, CampaignId, CampaignState, Group, GroupJid, PastRuns, Sender,
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
    who: &Principal,
    base: Option<Base>,
    draft: CampaignDraft,
) -> Result<Saved, ApiError> {
    let workspace = who.workspace_id();
    let before = match base {
        Some(base) => Some(unchanged(shared, who, base).await?),
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
    let written = written(shared, who, before.as_ref(), draft).await;
    let campaign = written.map_err(api_error)?;
    write(shared, who, &campaign, before.as_ref()).await?;
    shared
        .live
        .post(workspace, LiveEvent::Campaign(campaign.id));
    Ok(Saved {
        id: campaign.id,
        at: campaign.updated_at,
    })
}

/// The campaign as it is stored, while that is the copy that somebody read and it can be edited.
async fn unchanged(shared: &Shared, who: &Principal, base: Base) -> Result<Campaign, ApiError> {
    let stored = find(shared, who.workspace_id(), base.id).await?;
    if !stored.state.can_edit() {
        return Err(ApiError::CampaignState);
    }
    if stored.updated_at != base.seen {
        return Err(ApiError::CampaignChanged {
            at: stored.updated_at,
            by: SavedBy::told_to(who.user.id, stored.updated_by.as_ref()),
        });
    }
    Ok(stored)
}

/// The campaign that a draft makes of the one before.
async fn written(
    shared: &Shared,
    who: &Principal,
    before: Option<&Campaign>,
    draft: CampaignDraft,
) -> Result<Campaign, StoreError> {
    let workspace = who.workspace_id();
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
        updated_by: Some(author(who)),
    })
}

/// What is noted of who saves something.
pub(super) fn author(who: &Principal) -> Author {
    Author {
        id: who.user.id,
        name: who.user.name.clone(),
    }
}

async fn write(
    shared: &Shared,
    who: &Principal,
    campaign: &Campaign,
    before: Option<&Campaign>,
) -> Result<(), ApiError> {
    let campaigns = &shared.store.campaigns;
    let Some(before) = before else {
        return campaigns.insert(campaign).await.map_err(api_error);
    };
    let seen = before.updated_at;
    match campaigns.update(campaign, seen).await {
        // Deleted, started or saved by somebody else since it was read.
        Err(StoreError::Conflict(_)) => {
            let id = campaign.id;
            unchanged(shared, who, Base { id, seen }).await?;
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
