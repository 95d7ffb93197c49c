//! What the owner of a run has sent again of it, or takes as sent.
//!
//! A message that is sent again is another one, with an id of its own and the text of its run. The run
//! opens again for it and its campaign stays as it is. Whoever asks names how often the run was opened
//! when they looked: of two clicks, or two servers, one has an effect.

use std::collections::HashMap;
use std::sync::Arc;

use arauto_app::api::{ApiError, LiveEvent, NotFound};
use arauto_app::domain::{
    Delivery, DeliveryState, Gate, Group, GroupJid, RepeatAction, RepeatObstacle, Repeatable, Run,
    RunId, WorkspaceId,
};

use super::begin::{groups_of, wake_queues};
use super::freeze::known_refusal;
use super::gates::gate_of;
use super::shared::Shared;
use crate::failure::api_error;
use crate::store::StoreError;

/// What may be sent again of a run, seen from how its deliveries ended.
pub(super) async fn repeatable(
    shared: &Shared,
    run: &Run,
    outcomes: &[(DeliveryState, u32)],
) -> Result<Repeatable, StoreError> {
    let mut found = Repeatable::of(outcomes);
    if found.failures + found.unanswered > 0 {
        found.obstacle = obstacle(shared, run).await?;
    }
    Ok(found)
}

async fn obstacle(shared: &Shared, run: &Run) -> Result<Option<RepeatObstacle>, StoreError> {
    let store = &shared.store;
    let latest = store
        .journal
        .latest_run(run.workspace, run.campaign)
        .await?;
    let mut is_removed = true;
    for (connection, _) in run.senders() {
        let known = store.connections.get(run.workspace, connection).await?;
        is_removed &= known.is_none();
    }
    Ok(if is_removed {
        Some(RepeatObstacle::ConnectionRemoved)
    } else if !run.is_test() && latest.is_some_and(|latest| latest.id != run.id) {
        Some(RepeatObstacle::RanSince)
    } else {
        None
    })
}

/// Carries out what the owner of a run chose, unless the run was opened again since they looked.
pub(super) async fn act(
    shared: &Arc<Shared>,
    workspace: WorkspaceId,
    id: RunId,
    action: RepeatAction,
    seen: u32,
) -> Result<(), ApiError> {
    // No run of the campaign begins meanwhile.
    let _transition = shared.transitions.lock().await;
    let run = shared.store.journal.run(workspace, id).await;
    let run = run
        .map_err(api_error)?
        .ok_or(ApiError::NotFound(NotFound::Run))?;
    if action == RepeatAction::Presume {
        let journal = &shared.store.journal;
        let presumed = journal.presume(workspace, id, shared.now()).await;
        shared.note(workspace, id);
        return presumed.map(drop).map_err(api_error);
    }
    if let Some(obstacle) = obstacle(shared, &run).await.map_err(api_error)? {
        return Err(ApiError::NotRepeatable(obstacle));
    }
    send_again(shared, &run, action, seen).await
}

async fn send_again(
    shared: &Arc<Shared>,
    run: &Run,
    action: RepeatAction,
    seen: u32,
) -> Result<(), ApiError> {
    let journal = &shared.store.journal;
    let ended = journal.repeatable(run.workspace, run.id, action).await;
    let ended = ended.map_err(api_error)?;
    // Somebody was faster.
    if ended.is_empty() || run.reopened != seen {
        return Ok(());
    }
    let positions = willing(shared, run, &ended).await.map_err(api_error)?;
    if positions.is_empty() {
        return Err(ApiError::NotRepeatable(RepeatObstacle::GroupsRefuse));
    }
    let gate = gate(shared, run).await.map_err(api_error)?;
    let now = shared.now();
    let renewed = journal
        .renew(run.workspace, run.id, seen, &positions, gate, now)
        .await;
    // Whatever the store answered: it may have been done.
    shared.note(run.workspace, run.id);
    wake_queues(shared, run);
    let campaign = LiveEvent::Campaign(run.campaign);
    shared.live.post(run.workspace, campaign);
    let renewed = renewed.map_err(api_error)?;
    tracing::info!(run = %run.id, renewed, ?action, "messages are sent again");
    Ok(())
}

/// The places of those whose groups take our messages, as far as the latest sync of their connection
/// tells. A connection that was removed knows no groups any more.
async fn willing(shared: &Shared, run: &Run, ended: &[Delivery]) -> Result<Vec<u32>, StoreError> {
    let mut positions = Vec::new();
    for (connection, _) in run.senders() {
        let theirs = || ended.iter().filter(|one| one.connection == connection);
        let targets = theirs().filter_map(|one| one.target.group().cloned());
        let targets: Vec<GroupJid> = targets.collect();
        let groups = groups_of(shared, run.workspace, connection, &targets).await?;
        let known: HashMap<&GroupJid, &Group> =
            groups.iter().map(|group| (&group.jid, group)).collect();
        let takes_ours = |one: &&Delivery| {
            let group = one.target.group();
            // Nothing keeps us from writing to ourselves.
            group.is_none_or(|jid| known_refusal(known.get(jid).copied()).is_none())
        };
        positions.extend(theirs().filter(takes_ours).map(|one| one.position));
    }
    Ok(positions)
}

/// When what is sent again may leave: in the campaign's window, and not during its pause. A test knows
/// neither.
async fn gate(shared: &Shared, run: &Run) -> Result<Gate, StoreError> {
    if run.is_test() {
        return Ok(run.gate);
    }
    let campaigns = &shared.store.campaigns;
    let campaign = campaigns.get(run.workspace, run.campaign).await?;
    Ok(campaign.map_or(run.gate, |campaign| gate_of(&campaign, shared.now())))
}
