//! Campaigns: writing, listing, starting.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Principal};
use crate::domain::{
    Campaign, CampaignDraft, CampaignId, ConnectionId, GroupJid, GroupListId, MediaId,
    MessageContent, Run, RunId, RunTally, Timestamp,
};

/// What the rest of the product may ask of the campaigns.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Campaigns: Send + Sync {
    /// All of the workspace, latest change first, each with its latest run.
    async fn list(&self, who: &Principal) -> Result<Vec<CampaignSummary>, ApiError>;
    /// One campaign.
    async fn get(&self, who: &Principal, id: CampaignId) -> Result<CampaignSummary, ApiError>;
    /// Saves a draft: a new campaign without `id`, a change of an existing one with it.
    async fn save(
        &self,
        who: &Principal,
        id: Option<CampaignId>,
        draft: CampaignDraft,
    ) -> Result<CampaignId, ApiError>;
    /// Begins a run now.
    async fn start(&self, who: &Principal, id: CampaignId) -> Result<RunId, ApiError>;
    /// Deletes a campaign and its runs; refused while a run is going.
    async fn delete(&self, who: &Principal, id: CampaignId) -> Result<(), ApiError>;
}

/// A campaign and its latest run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignSummary {
    /// The campaign.
    pub campaign: Campaign,
    /// The name of its connection, while that exists.
    pub connection_name: Option<String>,
    /// How many groups it goes to, as its lists are now.
    pub groups: u32,
    /// Its latest run, if it ever ran, with what became of it.
    pub latest_run: Option<(Run, RunTally)>,
    /// The server's time when this view was made.
    pub now: Timestamp,
}

/// The workspace's campaigns.
#[server(prefix = "/api", endpoint = "campaigns")]
pub async fn list_campaigns() -> Result<Vec<CampaignSummary>, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Campaigns>().list(&who).await
}

/// One campaign.
#[server(prefix = "/api", endpoint = "campaign")]
pub async fn get_campaign(id: CampaignId) -> Result<CampaignSummary, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Campaigns>()
        .get(&who, id)
        .await
}

/// What follows the saving of a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterSaving {
    /// Stay with the campaign.
    #[default]
    Stay,
    /// Start it.
    Start,
}

/// The editor's form as a browser posts it, with or without WASM: an unchosen select posts an
/// empty text, unchecked boxes post nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CampaignForm {
    /// The campaign to change; empty for a new one.
    #[serde(default)]
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// The chosen connection; empty for none.
    #[serde(default)]
    pub connection: String,
    /// The chosen lists.
    #[serde(default)]
    pub lists: Vec<String>,
    /// The addresses of the chosen groups that have a box on the page.
    #[serde(default)]
    pub targets: Vec<String>,
    /// The addresses of the other chosen groups, with spaces between them.
    #[serde(default)]
    pub others: String,
    /// The text.
    #[serde(default)]
    pub text: String,
    /// The chosen media; empty for none.
    #[serde(default)]
    pub media: String,
    /// What follows.
    #[serde(default)]
    pub then: AfterSaving,
}

impl CampaignForm {
    /// The draft that the form describes. What is no identifier at all counts as not chosen: no
    /// person can type one.
    pub fn draft(&self) -> CampaignDraft {
        CampaignDraft {
            name: self.name.trim().to_owned(),
            connection: self.connection.parse::<ConnectionId>().ok(),
            lists: self
                .lists
                .iter()
                .filter_map(|id| id.parse::<GroupListId>().ok())
                .collect(),
            targets: self
                .targets
                .iter()
                .filter_map(|jid| jid.parse::<GroupJid>().ok())
                .chain(super::jids_in(&self.others))
                .collect(),
            content: MessageContent {
                // Browsers post line ends as CRLF; WhatsApp's own are LF.
                text: self.text.replace("\r\n", "\n"),
                media: self.media.parse::<MediaId>().ok(),
            },
        }
    }
}

/// Saves the editor's form, starts the campaign if asked, and leads to its page or its run's.
#[server(prefix = "/api", endpoint = "save-campaign")]
pub async fn save_campaign(form: CampaignForm) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    let campaigns = super::principal::port::<dyn Campaigns>();
    let id = campaigns
        .save(&who, form.id.parse().ok(), form.draft())
        .await?;
    match form.then {
        AfterSaving::Stay => leptos_axum::redirect(&format!("/campanhas/{id}")),
        AfterSaving::Start => {
            let run = campaigns.start(&who, id).await?;
            leptos_axum::redirect(&format!("/execucoes/{run}"));
        }
    }
    Ok(())
}

/// Starts a saved campaign and leads to its run.
#[server(prefix = "/api", endpoint = "start-campaign")]
pub async fn start_campaign(id: CampaignId) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    let run = super::principal::port::<dyn Campaigns>()
        .start(&who, id)
        .await?;
    leptos_axum::redirect(&format!("/execucoes/{run}"));
    Ok(())
}

/// Deletes a campaign and leads to the list.
#[server(prefix = "/api", endpoint = "delete-campaign")]
pub async fn delete_campaign(id: CampaignId) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Campaigns>()
        .delete(&who, id)
        .await?;
    leptos_axum::redirect("/campanhas");
    Ok(())
}
