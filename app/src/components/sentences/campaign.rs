//! The words for campaigns and their runs.

use super::{Label, Tone, label};
use crate::domain::{CampaignState, RunStatus};

/// The badge of a campaign.
pub(crate) fn campaign_state(state: CampaignState) -> Label {
    match state {
        CampaignState::Draft => label(Tone::Idle, "editar", say!(campaign_state.draft)),
        CampaignState::Active => label(Tone::Progress, "progress", say!(campaign_state.active)),
        CampaignState::Completed => label(Tone::Ok, "certo", say!(campaign_state.completed)),
    }
}

/// The badge of a run.
pub(crate) fn run_status(status: RunStatus) -> Label {
    match status {
        RunStatus::Running => label(Tone::Progress, "progress", say!(run_status.running)),
        RunStatus::Completed => label(Tone::Ok, "certo", say!(run_status.completed)),
        RunStatus::CompletedWithFailures => {
            label(Tone::Warn, "warn", say!(run_status.completed_with_failures))
        }
    }
}
