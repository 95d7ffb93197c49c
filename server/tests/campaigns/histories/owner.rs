//! What the owner of a campaign does in a history.

use std::ops::Range;

use arauto::clock::Clock as _;
use arauto_app::api::ApiError;
use arauto_app::domain::*;
use rand::{Rng, rngs::StdRng};

use super::super::world::{Process, World};

/// The owner, and what they did so far, whether or not they were told that it was done.
#[derive(Default)]
pub struct Owner {
    /// Paused it once.
    pub paused: bool,
    /// When it was paused for sure: from the answer on, until something else was asked for.
    pub pauses: Vec<Range<Timestamp>>,
    /// Ended it.
    pub ended: bool,
    /// Gave up what had waited through an outage.
    pub dropped: bool,
    /// How often something was to be sent again.
    pub repeated: u32,
}

/// What the owner looks at.
pub struct Desk<'a> {
    pub world: &'a World,
    pub process: &'a Process,
    pub campaign: CampaignId,
}

impl Desk<'_> {
    async fn act(&self, action: CampaignAction) -> Result<(), ApiError> {
        let done = self.process.act(&self.world.who, self.campaign, action);
        done.await.map(drop)
    }
}

impl Owner {
    /// Starts it. Tells whether it can ever begin: a store that is away leaves that open.
    pub async fn start(&self, desk: &Desk<'_>) -> bool {
        let started = desk.act(CampaignAction::Start).await;
        !matches!(started, Err(ApiError::Draft(_)))
    }

    async fn pause(&mut self, desk: &Desk<'_>) {
        self.paused = true;
        if desk.act(CampaignAction::Pause).await.is_ok() {
            let now = desk.world.clock.now();
            self.pauses.push(now..Timestamp::from_millis(i64::MAX));
        }
    }

    fn no_longer_surely_paused(&mut self, desk: &Desk<'_>) {
        let now = desk.world.clock.now();
        if let Some(pause) = self.pauses.last_mut() {
            pause.end = pause.end.min(now);
        }
    }

    /// Resumes it, or ends it when nothing of it is due any more.
    pub async fn resume_or_end(&mut self, desk: &Desk<'_>) {
        self.no_longer_surely_paused(desk);
        if let Err(ApiError::Draft(_)) = desk.act(CampaignAction::Resume).await {
            self.ended = true;
            let _ = desk.act(CampaignAction::End).await;
        }
    }

    /// Does something now and then.
    pub async fn stir(&mut self, desk: &Desk<'_>, state: CampaignState, random: &mut StdRng) {
        if state != CampaignState::Paused {
            self.no_longer_surely_paused(desk);
        }
        match (random.random_range(0..60), state) {
            (0 | 1, CampaignState::Active) => self.pause(desk).await,
            (0..6, CampaignState::Paused) => self.resume_or_end(desk).await,
            (6, CampaignState::Active) => drop(desk.act(CampaignAction::RunNow).await),
            (7, CampaignState::Active) if random.random_bool(0.2) => {
                self.ended = true;
                let _ = desk.act(CampaignAction::End).await;
            }
            _ => {}
        }
    }

    /// Answers the question after an outage, if there is one.
    pub async fn answer(&mut self, desk: &Desk<'_>, asked: Option<Outage>, random: &mut StdRng) {
        let Some(outage) = asked.filter(|outage| !outage.dropping) else {
            return;
        };
        let choice = if random.random_bool(0.7) {
            OutageChoice::Send
        } else {
            OutageChoice::Drop
        };
        self.dropped |= choice == OutageChoice::Drop;
        let (runs, who) = (desk.process.engine.runs(), &desk.world.who);
        let settled = runs.settle_outage(who, desk.world.connection, outage.back_at, choice);
        let _ = settled.await;
    }

    /// Has something of a run sent again that is over, or takes it as sent.
    pub async fn repeat(&mut self, desk: &Desk<'_>, run: &Run, random: &mut StdRng) {
        let actions = [
            RepeatAction::Failures,
            RepeatAction::Unanswered,
            RepeatAction::Presume,
        ];
        let action = actions[random.random_range(0..actions.len())];
        self.repeated += 1;
        self.no_longer_surely_paused(desk);
        let runs = desk.process.engine.runs();
        let repeated = runs.repeat(&desk.world.who, run.id, action, run.reopened);
        let _ = repeated.await;
    }
}
