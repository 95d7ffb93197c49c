//! The server functions about campaigns that exist.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{Acted, Campaigns};
use super::{CampaignPast, CampaignSummary, CampaignsView, PastPlace};
use crate::api::ApiError;
#[cfg(feature = "ssr")]
use crate::api::{Principal, principal::port};
#[cfg(feature = "ssr")]
use crate::domain::CAMPAIGN_NAME_MAX_CHARS;
use crate::domain::{CampaignAction, CampaignId, CampaignQuery};

/// The campaigns that are looked for; everything may be left out.
#[server(prefix = "/api", endpoint = "search-campaigns")]
pub async fn search_campaigns(
    #[server(default)] query: CampaignQuery,
    #[server(default)] page: u32,
) -> Result<CampaignsView, ApiError> {
    let who = Principal::from_context()?;
    port::<dyn Campaigns>().search(&who, &query, page).await
}

/// The workspace's campaigns.
#[server(prefix = "/api", endpoint = "campaigns")]
pub async fn list_campaigns() -> Result<Vec<CampaignSummary>, ApiError> {
    let who = Principal::from_context()?;
    port::<dyn Campaigns>().list(&who).await
}

/// One campaign.
#[server(prefix = "/api", endpoint = "campaign")]
pub async fn get_campaign(id: CampaignId) -> Result<CampaignSummary, ApiError> {
    let who = Principal::from_context()?;
    port::<dyn Campaigns>().get(&who, id).await
}

/// Leads to the run that an action began, else to the campaign.
#[cfg(feature = "ssr")]
fn lead_to(id: CampaignId, acted: Acted) {
    leptos_axum::redirect(&match acted {
        Acted::Began(run) => format!("/execucoes/{run}"),
        Acted::Waits(_) | Acted::Done => format!("/campanhas/{id}"),
    });
}

/// Carries out an action on a saved campaign and leads to what came of it.
#[server(prefix = "/api", endpoint = "act-on-campaign")]
pub async fn act_on_campaign(id: CampaignId, action: CampaignAction) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    let acted = port::<dyn Campaigns>().act(&who, id, action).await?;
    lead_to(id, acted);
    Ok(())
}

/// Copies a campaign and leads to the copy.
#[server(prefix = "/api", endpoint = "copy-campaign")]
pub async fn copy_campaign(id: CampaignId) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    let campaigns = port::<dyn Campaigns>();
    let name = campaigns.get(&who, id).await?.campaign.name;
    let copy = campaigns.copy(&who, id, copy_name(&name)).await?;
    leptos_axum::redirect(&format!("/campanhas/{copy}"));
    Ok(())
}

/// The name of a copy, within the limit.
#[cfg(feature = "ssr")]
fn copy_name(name: &str) -> String {
    let of = |name: &str| say!(campaigns.copy_of, name = name.to_owned());
    let mut kept = name;
    while of(kept).chars().count() > CAMPAIGN_NAME_MAX_CHARS {
        let Some((last, _)) = kept.char_indices().next_back() else {
            break;
        };
        kept = kept[..last].trim_end();
    }
    of(kept)
}

/// What a campaign did and missed.
#[server(prefix = "/api", endpoint = "campaign-past")]
pub async fn get_campaign_past(
    id: CampaignId,
    before: Option<PastPlace>,
) -> Result<CampaignPast, ApiError> {
    let who = Principal::from_context()?;
    port::<dyn Campaigns>().past(&who, id, before).await
}

/// Deletes a campaign and leads to the list.
#[server(prefix = "/api", endpoint = "delete-campaign")]
pub async fn delete_campaign(id: CampaignId) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    port::<dyn Campaigns>().delete(&who, id).await?;
    leptos_axum::redirect("/campanhas");
    Ok(())
}
