//! The look at a campaign before it is started.

use std::time::Duration;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Principal};
use crate::domain::{
    CampaignId, CampaignState, CivilDate, CivilDateTime, DraftProblem, FailureReason, MediaItem,
};

/// What is known of a campaign before it is started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignReview {
    /// Its name.
    pub name: String,
    /// Where it is in its life.
    pub state: CampaignState,
    /// What it lacks.
    pub problems: Vec<DraftProblem>,
    /// How many groups receive the message.
    pub receiving: u32,
    /// Those that do not, by reason.
    pub excluded: Vec<Excluded>,
    /// What some of the groups would read now; each variant once at least.
    pub samples: Vec<SampleMessage>,
    /// The next runs, by the clocks of the campaign's zone.
    pub next_runs: Vec<CivilDateTime>,
    /// Whether the first of them begins with the start itself.
    pub begins_at_start: bool,
    /// What day it is in that zone.
    pub today: CivilDate,
    /// How long a run takes at the present pace; `None` when that cannot be told.
    pub takes: Option<Duration>,
    /// Whether the first run ends before its window closes; `None` without a window, and when it cannot be
    /// told how long it takes.
    pub fits_window: Option<bool>,
}

/// Groups that do not receive the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    /// Why.
    pub reason: FailureReason,
    /// Their subjects, in the order of the run.
    pub groups: Vec<String>,
}

/// A message as a group would read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleMessage {
    /// The group's subject.
    pub group: String,
    /// The text.
    pub text: String,
    /// The image.
    pub media: Option<MediaItem>,
}

/// Looks at a saved campaign as a start would find it now. Nothing is stored.
#[server(prefix = "/api", endpoint = "review-campaign")]
pub async fn review_campaign(id: CampaignId) -> Result<CampaignReview, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn super::Campaigns>()
        .review(&who, id)
        .await
}
