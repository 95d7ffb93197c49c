//! Runs that were due and never began. They are told, and never silently passed over.

use serde::{Deserialize, Serialize};

use super::{CampaignId, MissedRuns, Timestamp, WorkspaceId};

/// Runs of a campaign that were due and never began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// The workspace that owns the campaign.
    pub workspace: WorkspaceId,
    /// The campaign.
    pub campaign: CampaignId,
    /// Which.
    #[serde(flatten)]
    pub runs: MissedRuns,
    /// Why.
    pub why: MissedWhy,
    /// When that was found.
    pub noted_at: Timestamp,
}

/// Why a run never began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissedWhy {
    /// Nobody was there to begin it within the campaign's tolerance: the server was down.
    TooLate,
    /// The run before it was still going.
    StillRunning,
    /// The campaign lacked something that it needs, such as its connection; it was paused.
    NotReady,
}
