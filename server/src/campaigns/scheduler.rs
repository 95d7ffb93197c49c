//! The scheduler: begins the runs that are due.
//!
//! It asks the store for the campaigns whose time has come, so its work grows with what is due and not
//! with what there is. What becomes of a due time is the domain's decision ([`Timing::reckon`]); what is
//! not begun is noted with its reason. Where a campaign stands moves by comparison: of several servers
//! that look at it at the same time one moves it, and a time of its schedule begins one run.
//!
//! An active campaign always has a next look: a crash between two writes is found by it.
//!
//! [`Timing::reckon`]: arauto_app::domain::Timing::reckon

use std::sync::Arc;
use std::time::Duration;

use arauto_app::api::LiveEvent;
use arauto_app::domain::{
    Campaign, CampaignState, DueDecision, Missed, MissedRuns, MissedWhy, PastRuns, Reckoning, Run,
    RunId, RunOrigin, Standing, Timestamp,
};
use futures::StreamExt;
use tokio::sync::broadcast::error::RecvError;

use super::begin::{Refusal, Wish, begin};
use super::gates::zone_of;
use super::patience::GaveUp;
use super::shared::Shared;
use crate::store::StoreError;

/// How many campaigns are looked at together.
const TOGETHER: usize = 16;
/// How many are read at a time.
const BATCH: u32 = 256;
/// The longest time between two looks: campaigns that another server moved are found by it, should its
/// notice be lost.
const LOOK_AT_LEAST: Duration = Duration::from_mins(5);
/// When a campaign is looked at again that could not be dealt with.
const PUT_OFF_BY: Duration = Duration::from_mins(1);
/// When a campaign is looked at again that has nothing due any more.
pub(super) const LOOK_AGAIN: Duration = Duration::from_mins(10);

/// Begins what is due until no message is claimed any more.
pub(super) async fn run(shared: Arc<Shared>) {
    let mut notices = shared.live.subscribe();
    loop {
        let next = match look(&shared).await {
            Ok(next) => next,
            Err(GaveUp::Stopping) => return,
            Err(GaveUp::Refused(error)) => {
                tracing::error!("failed to {error}; the scheduler rests");
                None
            }
        };
        let at_least = shared.now().plus(LOOK_AT_LEAST);
        let alarm = shared
            .clock
            .sleep_until(next.map_or(at_least, |next| next.min(at_least)));
        let moved = async {
            loop {
                match notices.recv().await {
                    Ok((_, LiveEvent::Campaign(_))) | Err(RecvError::Lagged(_)) => return,
                    Ok(_) => {}
                    // The end of the process comes by itself.
                    Err(RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        tokio::select! {
            biased;
            () = alarm => {}
            () = moved => {}
            () = shared.stopping.cancelled() => return,
        }
    }
}

/// Deals with everything that is due. Returns when something is due next.
async fn look(shared: &Arc<Shared>) -> Result<Option<Timestamp>, GaveUp> {
    let campaigns = &shared.store.campaigns;
    loop {
        let next = shared
            .patiently("look for the next campaign", || campaigns.next_due_at())
            .await?;
        let now = shared.now();
        if next.is_none_or(|next| next > now) {
            return Ok(next);
        }
        let due = shared
            .patiently("look for due campaigns", || campaigns.due(now, BATCH))
            .await?;
        futures::stream::iter(due)
            .for_each_concurrent(TOGETHER, |campaign| async move {
                let id = campaign.id;
                if let Err(error) = take_turn(shared, &campaign).await {
                    tracing::warn!(campaign = %id, "failed to {error}; it is looked at again later");
                    put_off(shared, &campaign).await;
                }
            })
            .await;
        if shared.stopping.is_cancelled() {
            return Err(GaveUp::Stopping);
        }
    }
}

/// Decides about a campaign whose time has come. Returns the run that began.
pub(super) async fn take_turn(
    shared: &Arc<Shared>,
    campaign: &Campaign,
) -> Result<Option<RunId>, StoreError> {
    let journal = &shared.store.journal;
    let latest = journal.latest_run(campaign.workspace, campaign.id).await?;
    if let Some(run) = latest.as_ref().filter(|run| is_untold(run, &campaign.past)) {
        let past = decided(&campaign.past, run.due_at, true);
        settle(shared, campaign, past, run.finished_at.is_none()).await?;
        return Ok(Some(run.id));
    }
    let is_going = latest.is_some_and(|run| run.finished_at.is_none());
    let Some(reckoning) = reckon(shared, campaign, is_going) else {
        settle(shared, campaign, campaign.past, is_going).await?;
        return Ok(None);
    };
    if let Some(missed) = reckoning.missed {
        note(shared, campaign, missed, MissedWhy::TooLate).await?;
    }
    let due = reckoning.due;
    let begun = match reckoning.decision {
        DueDecision::Missed { .. } => None,
        DueDecision::Overlapped => {
            note(shared, campaign, only(due), MissedWhy::StillRunning).await?;
            None
        }
        DueDecision::Begin | DueDecision::BeginLate { .. } => {
            match begin(shared, campaign, Wish::Schedule(due)).await {
                Ok(run) => Some(run),
                Err(Refusal::Going) => {
                    note(shared, campaign, only(due), MissedWhy::StillRunning).await?;
                    None
                }
                Err(Refusal::NotReady(_)) => {
                    note(shared, campaign, only(due), MissedWhy::NotReady).await?;
                    return pause(shared, campaign, due).await.map(|()| None);
                }
                Err(Refusal::Store(error)) => return Err(error),
            }
        }
    };
    let past = decided(&campaign.past, due, begun.is_some());
    settle(shared, campaign, past, begun.is_some() || is_going).await?;
    Ok(begun)
}

fn reckon(shared: &Shared, campaign: &Campaign, is_going: bool) -> Option<Reckoning> {
    let zone = zone_of(&campaign.timing)?;
    let now = shared.now();
    campaign.timing.reckon(&zone, &campaign.past, now, is_going)
}

/// Whether the campaign does not know yet that its schedule began this run: a crash came between, or
/// another server was faster.
pub(super) fn is_untold(run: &Run, past: &PastRuns) -> bool {
    let due = Some(run.due_at);
    run.origin == RunOrigin::Schedule && due > past.last_due && due >= past.first_at
}

/// Moves the campaign behind what was decided.
async fn settle(
    shared: &Shared,
    campaign: &Campaign,
    past: PastRuns,
    is_open: bool,
) -> Result<(), StoreError> {
    let now = shared.now();
    let next = zone_of(&campaign.timing).and_then(|zone| campaign.timing.next(&zone, &past, now));
    let standing = standing_with(past, next, is_open, now);
    write(shared, campaign, &standing).await
}

/// A campaign that lacks something waits for its owner.
async fn pause(shared: &Shared, campaign: &Campaign, due: Timestamp) -> Result<(), StoreError> {
    let paused = Standing {
        state: CampaignState::Paused,
        past: decided(&campaign.past, due, false),
        next_at: None,
    };
    write(shared, campaign, &paused).await
}

/// Where a campaign stands that is due next at `next`.
fn standing_with(
    past: PastRuns,
    next: Option<Timestamp>,
    is_open: bool,
    now: Timestamp,
) -> Standing {
    let (state, next_at) = match next {
        Some(next) => (CampaignState::Active, Some(next)),
        // The steward completes it as soon as its run ends.
        None if is_open => (CampaignState::Active, Some(now.plus(LOOK_AGAIN))),
        None => (CampaignState::Completed, None),
    };
    Standing {
        state,
        past,
        next_at,
    }
}

fn decided(past: &PastRuns, due: Timestamp, begun: bool) -> PastRuns {
    PastRuns {
        first_at: past.first_at.or(Some(due)),
        runs: past.runs + u32::from(begun),
        last_due: Some(due),
    }
}

fn only(due: Timestamp) -> MissedRuns {
    MissedRuns {
        count: 1,
        from: due,
        to: due,
    }
}

async fn write(
    shared: &Shared,
    campaign: &Campaign,
    standing: &Standing,
) -> Result<(), StoreError> {
    let (workspace, id) = (campaign.workspace, campaign.id);
    let campaigns = &shared.store.campaigns;
    let from = campaign.standing();
    // Somebody else moved it meanwhile: what is due then, is found by the next look.
    if campaigns.move_on(workspace, id, &from, standing).await? {
        shared.live.post(workspace, LiveEvent::Campaign(id));
    }
    Ok(())
}

async fn note(
    shared: &Shared,
    campaign: &Campaign,
    runs: MissedRuns,
    why: MissedWhy,
) -> Result<(), StoreError> {
    tracing::info!(campaign = %campaign.id, count = runs.count, ?why, "runs never began");
    let missed = Missed {
        workspace: campaign.workspace,
        campaign: campaign.id,
        runs,
        why,
        noted_at: shared.now(),
    };
    shared.store.campaigns.note_missed(&missed).await
}

/// Has a campaign that could not be dealt with looked at again later, so that it holds up no other.
async fn put_off(shared: &Shared, campaign: &Campaign) {
    let mut standing = campaign.standing();
    standing.next_at = Some(shared.now().plus(PUT_OFF_BY));
    let campaigns = &shared.store.campaigns;
    let from = campaign.standing();
    let moved = campaigns
        .move_on(campaign.workspace, campaign.id, &from, &standing)
        .await;
    if let Err(error) = moved {
        tracing::warn!(campaign = %campaign.id, "failed to {error}");
    }
}
