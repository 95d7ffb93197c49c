//! What the server implements.

use super::{Acted, Base, CampaignPast, CampaignSummary, CampaignsView, PastPlace, Saved};
use crate::api::{ApiError, CampaignReview, CampaignTests, Principal, TestOrder};
use crate::domain::{CampaignAction, CampaignDraft, CampaignId, CampaignQuery, RunId};

/// What the rest of the product may ask of the campaigns.
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
    /// Saves a draft: a new campaign without `base`, a change of an existing one with it.
    ///
    /// # Errors
    /// [`ApiError::CampaignChanged`] when somebody saved it since that copy was read.
    async fn save(
        &self,
        who: &Principal,
        base: Option<Base>,
        draft: CampaignDraft,
    ) -> Result<Saved, ApiError>;
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
