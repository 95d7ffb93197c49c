//! Campaigns as pages show them.

use serde::{Deserialize, Serialize};

use super::SavedBy;
use crate::domain::{
    Campaign, CampaignAction, CampaignCounts, CampaignFacts, Missed, Run, RunId, RunTally,
    Timestamp,
};

/// What came of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acted {
    /// A run began, or goes on.
    Began(RunId),
    /// The first run is due then.
    Waits(Timestamp),
    /// Nothing else.
    Done,
}

/// A place in a campaign's past: what was before it is shown next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastPlace {
    /// Runs of a lower number.
    pub number: u32,
    /// Missed runs that were due earlier.
    pub due: Timestamp,
}

/// A part of what a campaign did and missed, the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignPast {
    /// Its runs.
    pub runs: Vec<(Run, RunTally)>,
    /// Those that never began.
    pub missed: Vec<Missed>,
    /// Where the next part begins, if there is one.
    pub next: Option<PastPlace>,
    /// The server's time when this view was made.
    pub now: Timestamp,
}

/// A campaign and its latest run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignSummary {
    /// The campaign.
    pub campaign: Campaign,
    /// Who saved it last.
    pub saved_by: SavedBy,
    /// The name of its connection, while that exists.
    pub connection_name: Option<String>,
    /// How many groups it goes to, as its lists are now.
    pub groups: u32,
    /// Its latest run, if it ever ran, with what became of it.
    pub latest_run: Option<(Run, RunTally)>,
    /// When its schedule begins the next one, while it is active.
    pub next_run: Option<Timestamp>,
    /// The server's time when this view was made.
    pub now: Timestamp,
}

impl CampaignSummary {
    /// What a person can do with it now, the next thing first.
    pub fn offered(&self) -> Vec<CampaignAction> {
        let latest = self.latest_run.as_ref();
        self.campaign.state.offered(CampaignFacts {
            run_is_open: latest.is_some_and(|(run, _)| run.finished_at.is_none()),
            is_recurring: self.campaign.timing.schedule.is_recurring(),
        })
    }
}

/// A page of the campaigns that are looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignsView {
    /// The page.
    pub campaigns: Vec<CampaignSummary>,
    /// How many campaigns the text finds, by their state.
    pub counts: CampaignCounts,
    /// Which page it is, from 1; the last one when it is less than what was asked for.
    pub page: u32,
    /// How many pages there are.
    pub pages: u32,
}
