//! The steward: whoever changes a run tells it, and it tells open pages (not more often than they
//! can use) and ends the run once nothing of it is open.
//!
//! It looks at what is stored and makes it consistent, so a note that comes twice or late is right
//! too. The campaign is completed first and the run finished last: a crash between the two leaves
//! an open run, which the next start finds.

use std::collections::BTreeMap;
use std::sync::Arc;

use arauto_app::api::LiveEvent;
use arauto_app::domain::{Campaign, CampaignState, Run, RunId, Standing, Timestamp, WorkspaceId};
use tokio::sync::mpsc::UnboundedReceiver;

use super::gates;
use super::patience::GaveUp;
use super::scheduler;
use super::shared::Shared;
use crate::store::StoreError;

/// Most notes that are read together.
const BATCH: usize = 256;

/// A run changed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Note {
    pub(super) workspace: WorkspaceId,
    pub(super) run: RunId,
    /// The run may have begun without its campaign being told: the process ended, or the store
    /// went away, between the two.
    pub(super) campaign_in_doubt: bool,
}

/// Reads notes until the process ends.
pub(super) async fn run(shared: Arc<Shared>, notes: UnboundedReceiver<Note>) {
    let ending = shared.ending.clone();
    let steward = Steward {
        shared,
        waiting: BTreeMap::new(),
        quiet_until: BTreeMap::new(),
    };
    tokio::select! {
        biased;
        () = steward.run(notes) => {}
        () = ending.cancelled() => {}
    }
}

struct Steward {
    shared: Arc<Shared>,
    /// The runs to look at.
    waiting: BTreeMap<RunId, Note>,
    /// When a run that was looked at lately may be looked at again.
    quiet_until: BTreeMap<RunId, Timestamp>,
}

impl Steward {
    async fn run(mut self, mut notes: UnboundedReceiver<Note>) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let next_look = self.next_look();
            let alarm = async {
                match next_look {
                    Some(time) => self.shared.clock.sleep_until(time).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                taken = notes.recv_many(&mut batch, BATCH) => {
                    if taken == 0 {
                        return;
                    }
                }
                () = alarm => {}
            }
            for note in batch.drain(..) {
                let waiting = self.waiting.entry(note.run).or_insert(note);
                waiting.campaign_in_doubt |= note.campaign_in_doubt;
            }
            self.look_at_what_is_due().await;
        }
    }

    fn next_look(&self) -> Option<Timestamp> {
        let quiet_until = |run| self.quiet_until.get(run).copied().unwrap_or_default();
        self.waiting.keys().map(quiet_until).min()
    }

    async fn look_at_what_is_due(&mut self) {
        let now = self.shared.now();
        self.quiet_until.retain(|_, until| *until > now);
        let due = |note: &Note| !self.quiet_until.contains_key(&note.run);
        let due: Vec<Note> = self.waiting.values().copied().filter(due).collect();
        for note in due {
            self.waiting.remove(&note.run);
            let quiet_until = now.plus(self.shared.config.notice_interval);
            self.quiet_until.insert(note.run, quiet_until);
            match look(&self.shared, note).await {
                Ok(()) => {}
                Err(GaveUp::Stopping) => return,
                Err(GaveUp::Refused(error)) => {
                    tracing::error!(run = %note.run, "failed to {error}; the run stays as it is");
                }
            }
        }
    }
}

/// Makes a run and its campaign agree with the run's deliveries, and tells open pages.
async fn look(shared: &Shared, note: Note) -> Result<(), GaveUp> {
    let moved = shared
        .patiently_to_the_end("look after a run", || Box::pin(settle(shared, note)))
        .await?;
    shared.live.post(note.workspace, LiveEvent::Run(note.run));
    if let Some(run) = moved {
        shared
            .live
            .post(note.workspace, LiveEvent::Campaign(run.campaign));
    }
    Ok(())
}

/// Returns the run if it or its campaign moved on, or may have: an earlier attempt's answer from the
/// store may be lost.
async fn settle(shared: &Shared, note: Note) -> Result<Option<Run>, StoreError> {
    let journal = &shared.store.journal;
    let Some(run) = journal.run(note.workspace, note.run).await? else {
        return Ok(None);
    };
    if run.finished_at.is_some() {
        return Ok(Some(run));
    }
    let is_open = journal.tally(run.workspace, run.id).await?.open() > 0;
    if is_open && !note.campaign_in_doubt {
        return Ok(None);
    }
    let _transition = shared.transitions.lock().await;
    let moved = if is_open {
        agree(shared, &run).await?
    } else {
        complete(shared, &run).await?
    };
    Ok(moved.then_some(run))
}

/// Makes a campaign and its open run agree: its pause is the run's.
async fn agree(shared: &Shared, run: &Run) -> Result<bool, StoreError> {
    let store = &shared.store;
    let Some(campaign) = store.campaigns.get(run.workspace, run.campaign).await? else {
        // Deleted while it began.
        let runs = store.journal.delete_runs(run.workspace, run.campaign);
        runs.await?;
        return Ok(true);
    };
    // A test leaves whatever becomes of its campaign. Any other run begins once its campaign is alive, so it
    // was ended meanwhile, or was over when its owner had something of it sent again: what left is still
    // waited for, and nothing else begins by it.
    if run.is_test() || !campaign.state.is_alive() {
        return Ok(false);
    }
    gates::agree(shared, run.workspace, run.id).await
}

/// Ends a run, and its campaign if nothing is due any more.
async fn complete(shared: &Shared, run: &Run) -> Result<bool, StoreError> {
    let (campaigns, journal) = (&shared.store.campaigns, &shared.store.journal);
    if let Some(campaign) = campaigns.get(run.workspace, run.campaign).await?
        && is_over(shared, run, &campaign).await?
    {
        let completed = Standing {
            state: CampaignState::Completed,
            next_at: None,
            past: campaign.past,
        };
        // Somebody who moved it meanwhile knew better.
        campaigns
            .move_on(
                run.workspace,
                run.campaign,
                &campaign.standing(),
                &completed,
            )
            .await?;
    }
    journal
        .finish_run(run.workspace, run.id, shared.now())
        .await
}

/// Whether the end of this run is the end of its campaign.
async fn is_over(shared: &Shared, run: &Run, campaign: &Campaign) -> Result<bool, StoreError> {
    let is_alive = matches!(
        campaign.state,
        CampaignState::Active | CampaignState::Paused
    );
    let journal = &shared.store.journal;
    let latest = journal.latest_run(run.workspace, run.campaign).await?;
    if !is_alive || latest.is_none_or(|latest| latest.id != run.id) {
        return Ok(false);
    }
    // What the schedule began and the campaign was not told yet: the scheduler tells it.
    if scheduler::is_untold(run, &campaign.past) {
        return Ok(false);
    }
    let now = shared.now();
    let next = gates::zone_of(&campaign.timing)
        .and_then(|zone| campaign.timing.next(&zone, &campaign.past, now));
    Ok(next.is_none())
}
