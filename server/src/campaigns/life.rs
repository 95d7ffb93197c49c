//! What a person does with a campaign besides writing it: starting, pausing, resuming, ending.
//!
//! A change moves the campaign first and its open run second. A crash between the two is mended by the
//! steward, which makes them agree when the next process starts.

use std::sync::Arc;

use arauto_app::api::{Acted, ApiError, LiveEvent, Principal};
use arauto_app::domain::{
    Campaign, CampaignAction, CampaignId, CampaignState, DeliveryEvent, DraftProblem,
    FailureReason, PastRuns, Run, Schedule, Standing, Timestamp, TimingProblem, WorkspaceId,
};

use super::begin::{Refusal, Wish, begin, follow, problems_to_begin};
use super::gates::{agree, zone_of};
use super::save::author;
use super::scheduler::{LOOK_AGAIN, take_turn};
use super::service::find;
use super::shared::Shared;
use crate::failure::api_error;

/// Carries out an action, if the campaign's state allows it.
pub(super) async fn act(
    shared: &Arc<Shared>,
    workspace: WorkspaceId,
    id: CampaignId,
    action: CampaignAction,
) -> Result<Acted, ApiError> {
    let _transition = shared.transitions.lock().await;
    let campaign = find(shared, workspace, id).await?;
    let state = campaign
        .state
        .after(action)
        .ok_or(ApiError::CampaignState)?;
    let acting = Acting {
        shared,
        campaign,
        now: shared.now(),
    };
    match action {
        CampaignAction::Start => acting.start().await,
        CampaignAction::Pause => acting.pause().await,
        CampaignAction::Resume => acting.resume().await,
        CampaignAction::RunNow => acting.run_now().await,
        CampaignAction::End => acting.end().await,
        CampaignAction::Archive | CampaignAction::Unarchive => acting.put_away(state).await,
        // These have calls of their own: they carry more than the action.
        CampaignAction::Clone | CampaignAction::Edit | CampaignAction::Delete => {
            Err(ApiError::CampaignState)
        }
    }
}

/// An action upon a campaign as it was read.
struct Acting<'a> {
    shared: &'a Arc<Shared>,
    campaign: Campaign,
    now: Timestamp,
}

impl Acting<'_> {
    /// From here on the schedule counts. What is due at once begins at once.
    async fn start(self) -> Result<Acted, ApiError> {
        self.at_rest().await?;
        self.check_ready().await?;
        let past = PastRuns {
            first_at: Some(self.now),
            ..PastRuns::default()
        };
        self.live_from(past).await
    }

    /// Nothing begins and nothing leaves until somebody resumes it.
    async fn pause(self) -> Result<Acted, ApiError> {
        let paused = Standing {
            state: CampaignState::Paused,
            past: self.campaign.past,
            next_at: None,
        };
        self.moved(&paused).await?;
        self.tell_open_run().await?;
        Ok(Acted::Done)
    }

    /// An unfinished run goes on; the schedule goes on from now. What was due during the pause is not
    /// made up for: its owner wanted it so.
    async fn resume(self) -> Result<Acted, ApiError> {
        let open = self.open_run().await?;
        if open.is_none() {
            self.check_ready().await?;
        }
        let before = self.campaign.past;
        let past = match self.campaign.timing.schedule {
            // Its one run waits for the window, or never had the chance to begin.
            Schedule::Now if before.runs == 0 => PastRuns {
                first_at: Some(self.now),
                ..before
            },
            Schedule::Now | Schedule::Once { .. } => before,
            _ => PastRuns {
                last_due: before.last_due.max(Some(self.now)),
                ..before
            },
        };
        if open.is_none() {
            return self.live_from(past).await;
        }
        let next = self.next(&past);
        let alive = Standing {
            state: CampaignState::Active,
            past,
            next_at: Some(next.unwrap_or(self.now.plus(LOOK_AGAIN))),
        };
        self.moved(&alive).await?;
        self.tell_open_run().await?;
        Ok(open.map_or(Acted::Done, |run| Acted::Began(run.id)))
    }

    /// One run now, whatever the schedule says.
    async fn run_now(self) -> Result<Acted, ApiError> {
        self.at_rest().await?;
        self.check_content().await?;
        let mut campaign = self.campaign.clone();
        if campaign.state != CampaignState::Active {
            let alive = Standing {
                state: CampaignState::Active,
                past: campaign.past,
                next_at: Some(self.now.plus(LOOK_AGAIN)),
            };
            campaign = self.moved(&alive).await?;
        }
        match begin(self.shared, &campaign, Wish::Person).await {
            Ok(run) => Ok(Acted::Began(run)),
            Err(refusal) => Err(refused(refusal)),
        }
    }

    /// Nothing begins any more, and what did not leave yet never will. What left is still waited for.
    async fn end(self) -> Result<Acted, ApiError> {
        let ended = Standing {
            state: CampaignState::Completed,
            past: self.campaign.past,
            next_at: None,
        };
        if let Some(run) = self.open_run().await? {
            let journal = &self.shared.store.journal;
            let event = DeliveryEvent::Refused(FailureReason::CampaignEnded);
            journal
                .record_pending_of(run.workspace, run.id, event, self.now)
                .await
                .map_err(api_error)?;
        }
        self.moved(&ended).await?;
        self.tell_open_run().await?;
        Ok(Acted::Done)
    }

    async fn put_away(self, state: CampaignState) -> Result<Acted, ApiError> {
        self.at_rest().await?;
        let away = Standing {
            state,
            past: self.campaign.past,
            next_at: None,
        };
        self.moved(&away).await?;
        Ok(Acted::Done)
    }

    /// The campaign is alive from now on, with this behind it. What is due at once begins at once.
    async fn live_from(&self, past: PastRuns) -> Result<Acted, ApiError> {
        let Some(next) = self.next(&past) else {
            let problem = DraftProblem::from(TimingProblem::Never);
            return Err(ApiError::Draft(vec![problem]));
        };
        let alive = Standing {
            state: CampaignState::Active,
            past,
            next_at: Some(next),
        };
        let campaign = self.moved(&alive).await?;
        if next > self.now {
            return Ok(Acted::Waits(next));
        }
        let begun = take_turn(self.shared, &campaign).await;
        Ok(begun.map_err(api_error)?.map_or(Acted::Done, Acted::Began))
    }

    fn next(&self, past: &PastRuns) -> Option<Timestamp> {
        let timing = &self.campaign.timing;
        zone_of(timing).and_then(|zone| timing.next(&zone, past, self.now))
    }

    async fn check_content(&self) -> Result<(), ApiError> {
        let problems = problems_to_begin(self.shared, &self.campaign).await;
        match problems.map_err(api_error)? {
            problems if problems.is_empty() => Ok(()),
            problems => Err(ApiError::Draft(problems)),
        }
    }

    /// Whether it has what a run needs, and a time at which one is due.
    async fn check_ready(&self) -> Result<(), ApiError> {
        self.check_content().await?;
        let timing = &self.campaign.timing;
        let problems = zone_of(timing).map(|zone| timing.problems(&zone, self.now));
        let problems: Vec<_> = problems
            .into_iter()
            .flatten()
            .map(DraftProblem::from)
            .collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(ApiError::Draft(problems))
        }
    }

    async fn open_run(&self) -> Result<Option<Run>, ApiError> {
        let Campaign { workspace, id, .. } = self.campaign;
        let journal = &self.shared.store.journal;
        let latest = journal.latest_run(workspace, id).await.map_err(api_error)?;
        Ok(latest.filter(|run| run.finished_at.is_none()))
    }

    /// # Errors
    /// [`ApiError::CampaignState`] when a run of it is going.
    async fn at_rest(&self) -> Result<(), ApiError> {
        match self.open_run().await? {
            // An earlier action stored it and could not tell the campaign.
            Some(run) => {
                follow(self.shared, &run);
                Err(ApiError::CampaignState)
            }
            None => Ok(()),
        }
    }

    /// The campaign where it shall stand.
    async fn moved(&self, to: &Standing) -> Result<Campaign, ApiError> {
        let Campaign { workspace, id, .. } = self.campaign;
        let campaigns = &self.shared.store.campaigns;
        let from = self.campaign.standing();
        let moved = campaigns.move_on(workspace, id, &from, to).await;
        // The scheduler or somebody else was faster; the page shows what they did.
        if !moved.map_err(api_error)? {
            return Err(ApiError::CampaignState);
        }
        self.shared.live.post(workspace, LiveEvent::Campaign(id));
        Ok(Campaign {
            state: to.state,
            past: to.past,
            next_at: to.next_at,
            ..self.campaign.clone()
        })
    }

    /// Makes the open run, if there is one, agree with the campaign. Should the store go away in
    /// between, the steward does it.
    async fn tell_open_run(&self) -> Result<(), ApiError> {
        let Some(run) = self.open_run().await? else {
            return Ok(());
        };
        let agreed = agree(self.shared, run.workspace, run.id).await;
        follow(self.shared, &run);
        agreed.map(drop).map_err(api_error)
    }
}

/// What a person is told when no run began.
fn refused(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::NotReady(problems) => ApiError::Draft(problems),
        Refusal::Going => ApiError::CampaignState,
        Refusal::Store(error) => api_error(error),
    }
}

/// Makes a new draft with the contents of a campaign.
pub(super) async fn copy(
    shared: &Shared,
    who: &Principal,
    id: CampaignId,
    name: String,
) -> Result<CampaignId, ApiError> {
    let workspace = who.workspace_id();
    let campaign = find(shared, workspace, id).await?;
    let now = shared.now();
    let copy = Campaign {
        id: CampaignId::new(now, shared.random.bytes()),
        name,
        state: CampaignState::Draft,
        past: PastRuns::default(),
        next_at: None,
        created_at: now,
        updated_at: now,
        updated_by: Some(author(who)),
        ..campaign
    };
    let campaigns = &shared.store.campaigns;
    campaigns.insert(&copy).await.map_err(api_error)?;
    shared.live.post(workspace, LiveEvent::Campaign(copy.id));
    Ok(copy.id)
}
