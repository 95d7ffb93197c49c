//! Beginning a run: what it sends, to whom and in which span of time is decided here, once.

use std::sync::Arc;

use arauto_app::api::LiveEvent;
use arauto_app::domain::{
    Campaign, CampaignDraft, ConnectionId, DraftProblem, Group, GroupJid, Run, RunId, RunOrigin,
    Timestamp, WorkspaceId,
};

use super::freeze::{Firing, freeze};
use super::gates::gate_of;
use super::shared::Shared;
use super::{parts, targets};
use crate::store::StoreError;

/// Who wants a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// A person, now.
    Person,
    /// The schedule, for this time.
    Schedule(Timestamp),
}

/// Why no run began.
pub(super) enum Refusal {
    /// The campaign lacks something.
    NotReady(Vec<DraftProblem>),
    /// A run of it is still going.
    Going,
    /// The store failed. The run may have begun all the same; if it has, it goes on like any other.
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Begins a run. A time that the schedule names begins one run, however often it is asked for.
pub(super) async fn begin(
    shared: &Arc<Shared>,
    campaign: &Campaign,
    wish: Wish,
) -> Result<RunId, Refusal> {
    let journal = &shared.store.journal;
    let latest = journal.latest_run(campaign.workspace, campaign.id).await?;
    let number = latest.as_ref().map_or(1, |run| run.number + 1);
    if let Some(run) = answers(latest, wish)? {
        return Ok(run);
    }
    let problems = problems_to_begin(shared, campaign).await?;
    if !problems.is_empty() {
        return Err(Refusal::NotReady(problems));
    }
    let parts = parts::of(shared, campaign).await?;
    let Some(first) = parts.first() else {
        return Err(Refusal::NotReady(vec![DraftProblem::ConnectionGone]));
    };
    let now = shared.now();
    let firing = Firing {
        connection: first.connection.id,
        connection_name: first.connection.name.clone(),
        number,
        origin: match wish {
            Wish::Person => RunOrigin::Person,
            Wish::Schedule(_) => RunOrigin::Schedule,
        },
        due_at: match wish {
            Wish::Person => now,
            Wish::Schedule(due) => due,
        },
        gate: gate_of(campaign, now),
    };
    let (run, deliveries) = freeze(campaign, &firing, &parts, now, &shared.random);
    match journal.begin_run(&run, &deliveries).await {
        Ok(()) => {}
        // Another server was faster.
        Err(StoreError::Conflict(what)) => {
            let latest = journal.latest_run(campaign.workspace, campaign.id).await?;
            return match answers(latest, wish)? {
                Some(run) => Ok(run),
                None => Err(Refusal::Store(StoreError::Conflict(what))),
            };
        }
        Err(error) => {
            follow(shared, &run);
            return Err(Refusal::Store(error));
        }
    }
    follow(shared, &run);
    shared
        .live
        .post(campaign.workspace, LiveEvent::Campaign(campaign.id));
    Ok(run.id)
}

/// Whether the latest run is what is wished for, or stands in its way.
fn answers(latest: Option<Run>, wish: Wish) -> Result<Option<RunId>, Refusal> {
    match latest {
        Some(run) if run.origin == RunOrigin::Schedule && wish == Wish::Schedule(run.due_at) => {
            Ok(Some(run.id))
        }
        Some(run) if run.finished_at.is_none() => Err(Refusal::Going),
        _ => Ok(None),
    }
}

/// Has a run looked after and its messages sent.
pub(super) fn follow(shared: &Arc<Shared>, run: &Run) {
    shared.note_in_doubt(run.workspace, run.id);
    wake_queues(shared, run);
}

/// Wakes the queue of every connection that sends a run.
pub(super) fn wake_queues(shared: &Arc<Shared>, run: &Run) {
    for (connection, _) in run.senders() {
        shared.wake_queue(run.workspace, connection);
    }
}

/// What keeps a run of this campaign from beginning.
pub(super) async fn problems_to_begin(
    shared: &Shared,
    campaign: &Campaign,
) -> Result<Vec<DraftProblem>, StoreError> {
    let draft = campaign.draft();
    let mut problems = draft.problems_to_start();
    problems.extend(missing_references(shared, campaign.workspace, &draft).await?);
    if problems.is_empty() && targets::count(&shared.store, campaign).await? == 0 {
        problems.push(DraftProblem::ListsEmpty);
    }
    Ok(problems)
}

/// What a draft names that is not in the workspace (any more), or does not go with its text.
pub(super) async fn missing_references(
    shared: &Shared,
    workspace: WorkspaceId,
    draft: &CampaignDraft,
) -> Result<Vec<DraftProblem>, StoreError> {
    let store = &shared.store;
    let mut problems = Vec::new();
    for sender in draft.senders() {
        let known = store.connections.get(workspace, sender.connection).await?;
        if known.is_none() && !problems.contains(&DraftProblem::ConnectionGone) {
            problems.push(DraftProblem::ConnectionGone);
        }
    }
    for (variant, content) in draft.variants() {
        if let Some(media) = content.media {
            match store.media.get(workspace, media).await? {
                None => problems.push(DraftProblem::MediaGone { variant }),
                Some(item) => problems.extend(content.problem_with(item.kind, variant)),
            }
        }
    }
    Ok(problems)
}

/// Those of the targets that are groups of the connection.
pub(super) async fn groups_of(
    shared: &Shared,
    workspace: WorkspaceId,
    connection: ConnectionId,
    targets: &[GroupJid],
) -> Result<Vec<Group>, StoreError> {
    let groups = &shared.store.groups;
    groups.among(workspace, connection, targets).await
}
