//! Campaigns: writing, listing, starting.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, OwnPaceForm, Principal, TimingForm};
#[cfg(feature = "ssr")]
use super::{CampaignReview, CampaignTests, TestOrder};
#[cfg(feature = "ssr")]
use crate::domain::CAMPAIGN_NAME_MAX_CHARS;
use crate::domain::{
    Campaign, CampaignAction, CampaignCounts, CampaignDraft, CampaignFacts, CampaignId,
    CampaignQuery, ConnectionId, DraftProblem, GroupJid, GroupListId, MediaId, MessageContent,
    Missed, Run, RunId, RunTally, Sender, Timestamp, Timing,
};

/// What the rest of the product may ask of the campaigns.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Campaigns: Send + Sync {
    /// All of the workspace, latest change first, each with its latest run.
    async fn list(&self, who: &Principal) -> Result<Vec<CampaignSummary>, ApiError>;
    /// A page (from 1) of those that are looked for, latest change first, each with its latest run.
    async fn search(
        &self,
        who: &Principal,
        query: &CampaignQuery,
        page: u32,
    ) -> Result<CampaignsView, ApiError>;
    /// One campaign.
    async fn get(&self, who: &Principal, id: CampaignId) -> Result<CampaignSummary, ApiError>;
    /// Saves a draft: a new campaign without `id`, a change of an existing one with it.
    async fn save(
        &self,
        who: &Principal,
        id: Option<CampaignId>,
        draft: CampaignDraft,
    ) -> Result<CampaignId, ApiError>;
    /// Carries out an action that its state allows.
    async fn act(
        &self,
        who: &Principal,
        id: CampaignId,
        action: CampaignAction,
    ) -> Result<Acted, ApiError>;
    /// What a start would find now: whom it reaches, what they read, when and for how long.
    async fn review(&self, who: &Principal, id: CampaignId) -> Result<CampaignReview, ApiError>;
    /// What a test can choose from, and the latest tests.
    async fn tests(&self, who: &Principal, id: CampaignId) -> Result<CampaignTests, ApiError>;
    /// Sends the message of a saved campaign to one chat; tells the run that it is. Once a test began since
    /// its owner looked, that one is the answer.
    async fn test(
        &self,
        who: &Principal,
        id: CampaignId,
        order: TestOrder,
    ) -> Result<RunId, ApiError>;
    /// Makes a new draft of that name with the contents of a campaign.
    async fn copy(
        &self,
        who: &Principal,
        id: CampaignId,
        name: String,
    ) -> Result<CampaignId, ApiError>;
    /// Deletes a campaign and its runs; refused while it is active or a run of it is going.
    async fn delete(&self, who: &Principal, id: CampaignId) -> Result<(), ApiError>;
    /// What a campaign did and missed before a place in its past; the latest without one.
    async fn past(
        &self,
        who: &Principal,
        id: CampaignId,
        before: Option<PastPlace>,
    ) -> Result<CampaignPast, ApiError>;
}

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

/// The campaigns that are looked for; everything may be left out.
#[server(prefix = "/api", endpoint = "search-campaigns")]
pub async fn search_campaigns(
    #[server(default)] query: CampaignQuery,
    #[server(default)] page: u32,
) -> Result<CampaignsView, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Campaigns>()
        .search(&who, &query, page)
        .await
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
    /// Look at it before it is started.
    Review,
    /// Try it on one chat.
    Test,
    /// Start it.
    Start,
}

/// One more variant of the message, as the editor's form posts it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct VariantForm {
    /// The text.
    #[serde(default)]
    pub text: String,
    /// The chosen media; empty for none.
    #[serde(default)]
    pub media: String,
}

impl VariantForm {
    fn content(&self) -> MessageContent {
        content(&self.text, &self.media)
    }
}

/// What a variant of the form holds.
fn content(text: &str, media: &str) -> MessageContent {
    MessageContent {
        // Browsers post line ends as CRLF; WhatsApp's own are LF.
        text: text.replace("\r\n", "\n"),
        media: media.parse::<MediaId>().ok(),
    }
}

/// One more connection of the campaign, as the editor's form posts it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SenderForm {
    /// The chosen connection; empty for none.
    #[serde(default)]
    pub connection: String,
    /// Its chosen lists, with spaces between them.
    #[serde(default)]
    pub lists: String,
    /// The addresses of its chosen groups, with spaces between them.
    #[serde(default)]
    pub targets: String,
}

impl SenderForm {
    /// Whom the connection sends to; `None` without one.
    pub fn sender(&self) -> Option<Sender> {
        let lists = self.lists.split_whitespace();
        Some(Sender {
            connection: self.connection.parse().ok()?,
            lists: lists.filter_map(|id| id.parse().ok()).collect(),
            targets: super::jids_in(&self.targets),
        })
    }
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
    /// The other connections, in their order.
    #[serde(default)]
    pub also: Vec<SenderForm>,
    /// The pace that the campaign has of its own.
    #[serde(default)]
    pub pace: OwnPaceForm,
    /// The text.
    #[serde(default)]
    pub text: String,
    /// The chosen media; empty for none.
    #[serde(default)]
    pub media: String,
    /// The other variants, in their order.
    #[serde(default)]
    pub variants: Vec<VariantForm>,
    /// When it runs.
    #[serde(default)]
    pub timing: TimingForm,
    /// What follows.
    #[serde(default)]
    pub then: AfterSaving,
}

impl CampaignForm {
    /// The draft that the form describes, or all that keeps it from being saved when some of its
    /// answers cannot be read. What is no identifier at all counts as not chosen: no person can type
    /// one.
    pub fn draft(&self) -> Result<CampaignDraft, Vec<DraftProblem>> {
        let mut unreadable: Vec<DraftProblem> = Vec::new();
        let timing = self.timing.timing().unwrap_or_else(|problems| {
            unreadable.extend(problems.into_iter().map(DraftProblem::from));
            Timing::default()
        });
        let pace = self.pace.read().unwrap_or_else(|pace| {
            unreadable.push(DraftProblem::Pace { pace });
            None
        });
        let draft = CampaignDraft {
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
            also: self.also.iter().filter_map(SenderForm::sender).collect(),
            pace,
            content: content(&self.text, &self.media),
            others: self.variants.iter().map(VariantForm::content).collect(),
            timing,
        };
        if unreadable.is_empty() {
            return Ok(draft);
        }
        let mut problems = draft.problems_to_save();
        problems.extend(unreadable);
        Err(problems)
    }
}

/// Saves the editor's form, starts the campaign if asked, and leads to its page or its run's.
#[server(prefix = "/api", endpoint = "save-campaign")]
pub async fn save_campaign(form: CampaignForm) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    let campaigns = super::principal::port::<dyn Campaigns>();
    let draft = form.draft().map_err(ApiError::Draft)?;
    let id = campaigns.save(&who, form.id.parse().ok(), draft).await?;
    match form.then {
        AfterSaving::Stay => leptos_axum::redirect(&format!("/campanhas/{id}")),
        AfterSaving::Review => leptos_axum::redirect(&format!("/campanhas/{id}/conferencia")),
        AfterSaving::Test => leptos_axum::redirect(&format!("/campanhas/{id}/teste")),
        AfterSaving::Start => {
            let acted = campaigns.act(&who, id, CampaignAction::Start).await?;
            lead_to(id, acted);
        }
    }
    Ok(())
}

/// Keeps a draft while it is written: a new campaign without `id`, a change of one with it.
#[server(prefix = "/api", endpoint = "keep-draft", input = leptos::server_fn::codec::Json)]
pub async fn keep_draft(
    id: Option<CampaignId>,
    draft: CampaignDraft,
) -> Result<CampaignId, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Campaigns>()
        .save(&who, id, draft)
        .await
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
    let acted = super::principal::port::<dyn Campaigns>()
        .act(&who, id, action)
        .await?;
    lead_to(id, acted);
    Ok(())
}

/// Copies a campaign and leads to the copy.
#[server(prefix = "/api", endpoint = "copy-campaign")]
pub async fn copy_campaign(id: CampaignId) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    let campaigns = super::principal::port::<dyn Campaigns>();
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
    super::principal::port::<dyn Campaigns>()
        .past(&who, id, before)
        .await
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
