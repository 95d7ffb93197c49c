//! Saving what was written.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::CampaignForm;
#[cfg(feature = "ssr")]
use super::{AfterSaving, Campaigns, back_with};
use crate::api::ApiError;
#[cfg(feature = "ssr")]
use crate::api::{Principal, principal::port};
use crate::domain::{CampaignDraft, CampaignId, Timestamp};

/// The copy of a saved campaign that a change was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// The campaign.
    pub id: CampaignId,
    /// When that copy was saved ([`Campaign::updated_at`](crate::domain::Campaign::updated_at)): what
    /// somebody saved since is not overwritten.
    pub seen: Timestamp,
}

/// What became of a saving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The campaign.
    pub id: CampaignId,
    /// When, by the server's clock, and always later than the saving before.
    pub at: Timestamp,
}

impl From<Saved> for Base {
    fn from(saved: Saved) -> Self {
        Self {
            id: saved.id,
            seen: saved.at,
        }
    }
}

/// Saves the editor's form and leads to the campaign, or to what shall be done with it. A form without
/// script that is refused is led back with all that it holds.
#[server(prefix = "/api", endpoint = "save-campaign")]
pub async fn save_campaign(form: CampaignForm) -> Result<Saved, ApiError> {
    let saved = match save(&form).await {
        Ok(saved) => saved,
        Err(error) => {
            back_with(&form, &error);
            return Err(error);
        }
    };
    let id = saved.id;
    leptos_axum::redirect(&match form.then {
        AfterSaving::Stay => format!("/campanhas/{id}"),
        AfterSaving::Review => format!("/campanhas/{id}/conferencia"),
        AfterSaving::Test => format!("/campanhas/{id}/teste"),
    });
    Ok(saved)
}

#[cfg(feature = "ssr")]
async fn save(form: &CampaignForm) -> Result<Saved, ApiError> {
    let who = Principal::from_context()?;
    let draft = form.draft().map_err(ApiError::Draft)?;
    port::<dyn Campaigns>().save(&who, form.base(), draft).await
}

/// Keeps a draft while it is written: a new campaign without `base`, a change of one with it.
#[server(prefix = "/api", endpoint = "keep-draft", input = leptos::server_fn::codec::Json)]
pub async fn keep_draft(base: Option<Base>, draft: CampaignDraft) -> Result<Saved, ApiError> {
    let who = Principal::from_context()?;
    port::<dyn Campaigns>().save(&who, base, draft).await
}
