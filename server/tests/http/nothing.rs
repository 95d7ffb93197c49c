//! Ports with nothing behind them: these tests are about what is in front.

use arauto_app::api::{
    Acted, Agenda, AgendaView, ApiError, Base, CampaignPast, CampaignReview, CampaignSummary,
    CampaignTests, Campaigns, CampaignsView, ConnectionView, Connections, GroupView, Groups,
    GroupsView, HistoryView, NotFound, PaceView, Paces, PastPlace, Principal, RunView, Runs, Saved,
    TestOrder,
};
use arauto_app::domain::{
    AfterOutage, AgendaSpan, CampaignAction, CampaignDraft, CampaignId, CampaignQuery,
    ConnectionId, Delivery, DeliveryQuery, GroupBrief, GroupJid, GroupMember, GroupPlace,
    GroupQuery, Limits, OutageChoice, Reached, RepeatAction, RunId, Timestamp,
};
use async_trait::async_trait;

pub struct Nothing;

const NO_CONNECTION: ApiError = ApiError::NotFound(NotFound::Connection);
const NO_CAMPAIGN: ApiError = ApiError::NotFound(NotFound::Campaign);

#[async_trait]
impl Agenda for Nothing {
    async fn agenda(&self, _: &Principal, _: Option<AgendaSpan>) -> Result<AgendaView, ApiError> {
        Err(ApiError::StoreUnavailable)
    }
}

#[async_trait]
impl Connections for Nothing {
    async fn list(&self, _: &Principal) -> Result<Vec<ConnectionView>, ApiError> {
        Ok(Vec::new())
    }
    async fn in_need(&self, _: &Principal) -> Result<u32, ApiError> {
        Ok(0)
    }
    async fn get(&self, _: &Principal, _: ConnectionId) -> Result<ConnectionView, ApiError> {
        Err(NO_CONNECTION)
    }
    async fn history(&self, _: &Principal, _: ConnectionId) -> Result<HistoryView, ApiError> {
        Err(NO_CONNECTION)
    }
    async fn create(&self, _: &Principal, _: &str) -> Result<ConnectionId, ApiError> {
        Err(NO_CONNECTION)
    }
    async fn configure(
        &self,
        _: &Principal,
        _: ConnectionId,
        _: &str,
        _: AfterOutage,
    ) -> Result<(), ApiError> {
        Err(NO_CONNECTION)
    }
    async fn pair(&self, _: &Principal, _: ConnectionId) -> Result<(), ApiError> {
        Err(NO_CONNECTION)
    }
    async fn pair_by_code(&self, _: &Principal, _: ConnectionId, _: &str) -> Result<(), ApiError> {
        Err(NO_CONNECTION)
    }
    async fn use_other_number(&self, _: &Principal, _: ConnectionId) -> Result<(), ApiError> {
        Err(NO_CONNECTION)
    }
    async fn unlink_other_number(&self, _: &Principal, _: ConnectionId) -> Result<(), ApiError> {
        Err(NO_CONNECTION)
    }
    async fn cancel_pairing(&self, _: &Principal, _: ConnectionId) -> Result<(), ApiError> {
        Err(NO_CONNECTION)
    }
    async fn resume(&self, _: &Principal, _: ConnectionId) -> Result<(), ApiError> {
        Err(NO_CONNECTION)
    }
    async fn stop(&self, _: &Principal, _: ConnectionId) -> Result<(), ApiError> {
        Err(NO_CONNECTION)
    }
    async fn remove(&self, _: &Principal, _: ConnectionId) -> Result<(), ApiError> {
        Err(NO_CONNECTION)
    }
}

#[async_trait]
impl Groups for Nothing {
    async fn search(
        &self,
        _: &Principal,
        _: ConnectionId,
        _: &GroupQuery,
        _: Option<&GroupPlace>,
    ) -> Result<GroupsView, ApiError> {
        Err(NO_CONNECTION)
    }
    async fn accepting(
        &self,
        _: &Principal,
        _: ConnectionId,
        _: &GroupQuery,
    ) -> Result<Vec<GroupBrief>, ApiError> {
        Err(NO_CONNECTION)
    }
    async fn get(
        &self,
        _: &Principal,
        _: ConnectionId,
        _: &GroupJid,
    ) -> Result<GroupView, ApiError> {
        Err(NO_CONNECTION)
    }
    async fn members(
        &self,
        _: &Principal,
        _: ConnectionId,
        _: &GroupJid,
    ) -> Result<Vec<GroupMember>, ApiError> {
        Err(NO_CONNECTION)
    }
    async fn chosen(
        &self,
        _: &Principal,
        _: ConnectionId,
        _: &[GroupJid],
    ) -> Result<Vec<GroupBrief>, ApiError> {
        Err(NO_CONNECTION)
    }
    async fn sync(&self, _: &Principal, _: ConnectionId) -> Result<(), ApiError> {
        Err(NO_CONNECTION)
    }
    async fn cancel_sync(&self, _: &Principal, _: ConnectionId) -> Result<(), ApiError> {
        Err(NO_CONNECTION)
    }
}

#[async_trait]
impl Campaigns for Nothing {
    async fn list(&self, _: &Principal) -> Result<Vec<CampaignSummary>, ApiError> {
        Ok(Vec::new())
    }
    async fn search(
        &self,
        _: &Principal,
        _: &CampaignQuery,
        _: u32,
    ) -> Result<CampaignsView, ApiError> {
        Err(NO_CAMPAIGN)
    }
    async fn get(&self, _: &Principal, _: CampaignId) -> Result<CampaignSummary, ApiError> {
        Err(NO_CAMPAIGN)
    }
    async fn save(
        &self,
        _: &Principal,
        _: Option<Base>,
        _: CampaignDraft,
    ) -> Result<Saved, ApiError> {
        Err(NO_CAMPAIGN)
    }
    async fn act(
        &self,
        _: &Principal,
        _: CampaignId,
        _: CampaignAction,
    ) -> Result<Acted, ApiError> {
        Err(NO_CAMPAIGN)
    }
    async fn review(&self, _: &Principal, _: CampaignId) -> Result<CampaignReview, ApiError> {
        Err(NO_CAMPAIGN)
    }
    async fn copy(&self, _: &Principal, _: CampaignId, _: String) -> Result<CampaignId, ApiError> {
        Err(NO_CAMPAIGN)
    }
    async fn past(
        &self,
        _: &Principal,
        _: CampaignId,
        _: Option<PastPlace>,
    ) -> Result<CampaignPast, ApiError> {
        Err(NO_CAMPAIGN)
    }
    async fn tests(&self, _: &Principal, _: CampaignId) -> Result<CampaignTests, ApiError> {
        Err(NO_CAMPAIGN)
    }
    async fn test(&self, _: &Principal, _: CampaignId, _: TestOrder) -> Result<RunId, ApiError> {
        Err(NO_CAMPAIGN)
    }
    async fn delete(&self, _: &Principal, _: CampaignId) -> Result<(), ApiError> {
        Err(NO_CAMPAIGN)
    }
}

#[async_trait]
impl Runs for Nothing {
    /// Stands for a mistake of ours that nobody foresaw.
    async fn get(
        &self,
        _: &Principal,
        id: RunId,
        _: &DeliveryQuery,
        _: u32,
    ) -> Result<RunView, ApiError> {
        panic!("nobody foresaw {id}")
    }
    async fn deliveries(
        &self,
        _: &Principal,
        _: RunId,
        _: u32,
        _: u32,
    ) -> Result<Vec<(Delivery, Reached)>, ApiError> {
        Err(ApiError::NotFound(NotFound::Run))
    }
    async fn repeat(
        &self,
        _: &Principal,
        _: RunId,
        _: RepeatAction,
        _: u32,
    ) -> Result<(), ApiError> {
        Err(ApiError::NotFound(NotFound::Run))
    }
    async fn settle_outage(
        &self,
        _: &Principal,
        _: ConnectionId,
        _: Timestamp,
        _: OutageChoice,
    ) -> Result<(), ApiError> {
        Err(NO_CONNECTION)
    }
}

#[async_trait]
impl Paces for Nothing {
    async fn get(&self, _: &Principal, _: ConnectionId) -> Result<PaceView, ApiError> {
        Err(NO_CONNECTION)
    }
    async fn set(&self, _: &Principal, _: ConnectionId, _: Option<Limits>) -> Result<(), ApiError> {
        Err(NO_CONNECTION)
    }
    async fn resume(&self, _: &Principal, _: ConnectionId, _: Timestamp) -> Result<(), ApiError> {
        Err(NO_CONNECTION)
    }
}
