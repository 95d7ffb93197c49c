//! The words for campaigns and their runs.

use super::{Label, Tone, label};
use crate::api::SavedBy;
use crate::domain::{CampaignAction, CampaignState, MissedWhy, RunStatus};

/// The badge of a campaign.
pub(crate) fn campaign_state(state: CampaignState) -> Label {
    match state {
        CampaignState::Draft => label(Tone::Idle, "editar", say!(campaign_state.draft)),
        CampaignState::Active => label(Tone::Ok, "relogio", say!(campaign_state.active)),
        CampaignState::Paused => label(Tone::Warn, "pausar", say!(campaign_state.paused)),
        CampaignState::Archived => label(Tone::Idle, "arquivar", say!(campaign_state.archived)),
        CampaignState::Completed => label(Tone::Ok, "certo", say!(campaign_state.completed)),
    }
}

/// The words and the icon of a button.
pub(crate) fn campaign_action(action: CampaignAction) -> (&'static str, &'static str) {
    match action {
        CampaignAction::Start => ("iniciar", say!(campaign_action.start)),
        CampaignAction::Pause => ("pausar", say!(campaign_action.pause)),
        CampaignAction::Resume => ("iniciar", say!(campaign_action.resume)),
        CampaignAction::RunNow => ("enviar", say!(campaign_action.run_now)),
        CampaignAction::End => ("encerrar", say!(campaign_action.end)),
        CampaignAction::Archive => ("arquivar", say!(campaign_action.archive)),
        CampaignAction::Unarchive => ("desfazer", say!(campaign_action.unarchive)),
        CampaignAction::Clone => ("copiar", say!(campaign_action.clone)),
        CampaignAction::Edit => ("editar", say!(campaign_action.edit)),
        CampaignAction::Delete => ("lixo", say!(campaign_action.delete)),
    }
}

/// Why a run never began.
pub(crate) fn missed_why(why: MissedWhy) -> &'static str {
    match why {
        MissedWhy::TooLate => say!(missed.too_late),
        MissedWhy::StillRunning => say!(missed.still_running),
        MissedWhy::NotReady => say!(missed.not_ready),
    }
}

/// That a campaign was saved; only another person is named.
pub(crate) fn saved_by(by: &SavedBy) -> String {
    match by {
        SavedBy::Another(name) => say!(editor.saved_by, name = name.clone()),
        SavedBy::Oneself | SavedBy::Unknown => say!(editor.saved).to_owned(),
    }
}

/// That a campaign was changed while somebody wrote on a copy of it.
pub(crate) fn changed_by(by: &SavedBy) -> String {
    match by {
        SavedBy::Oneself => say!(error.campaign_changed).to_owned(),
        SavedBy::Another(name) => say!(error.campaign_changed_by, name = name.clone()),
        SavedBy::Unknown => say!(error.campaign_changed_meanwhile).to_owned(),
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
