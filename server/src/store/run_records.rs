//! What is known of runs and their deliveries.

use std::ops::Range;

use arauto_app::domain::{
    CampaignId, ConnectionId, Delivery, DeliveryQuery, DeliveryState, Reached, Run, RunId,
    RunTally, Timestamp, WorkspaceId,
};
use async_trait::async_trait;

use super::StoreError;

/// Runs and deliveries, to be looked at.
#[async_trait]
pub trait RunRecords: Send + Sync {
    /// One run.
    async fn run(&self, workspace: WorkspaceId, id: RunId) -> Result<Option<Run>, StoreError>;
    /// The run of a campaign with the highest number, tests apart.
    async fn latest_run(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
    ) -> Result<Option<Run>, StoreError>;
    /// The tests of a campaign, the latest first, at most `limit`.
    async fn tests(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError>;
    /// The runs of a campaign with a number below `before`, tests apart, highest first, at most `limit`.
    async fn runs_before(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        before: u32,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError>;
    /// The runs of a workspace that began within a stretch of time, tests apart, the latest first, at most
    /// `limit`.
    async fn runs_between(
        &self,
        workspace: WorkspaceId,
        stretch: Range<Timestamp>,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError>;
    /// The unfinished runs of all workspaces, tests among them, oldest first, for the start of the process.
    async fn every_open_run(&self) -> Result<Vec<Run>, StoreError>;
    /// How many deliveries of a run are in which state, reasons told apart; each state once.
    async fn outcomes(
        &self,
        workspace: WorkspaceId,
        run: RunId,
    ) -> Result<Vec<(DeliveryState, u32)>, StoreError>;
    /// How many deliveries of a run are in which state.
    async fn tally(&self, workspace: WorkspaceId, run: RunId) -> Result<RunTally, StoreError> {
        let outcomes = self.outcomes(workspace, run).await?;
        Ok(outcomes.into_iter().collect())
    }
    /// How many of the deliveries of a run that a connection sends are in which state.
    async fn tally_of_sender(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        connection: ConnectionId,
    ) -> Result<RunTally, StoreError>;
    /// How many of the deliveries whose group has this text in its name are in which state.
    async fn tally_of_search(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        text: &str,
    ) -> Result<RunTally, StoreError>;
    /// The deliveries of a run that are looked for, by position, at most `limit`, from the one after
    /// `skipped` others on. A run has a few thousand at most, so that skipping costs little.
    async fn search_deliveries(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        query: &DeliveryQuery,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError>;
    /// How many members these deliveries of a run reached, by position; those that reached nobody are
    /// left out.
    async fn reached(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        positions: &[u32],
    ) -> Result<Vec<(u32, Reached)>, StoreError>;
    /// The deliveries of a run, by position.
    async fn deliveries(
        &self,
        workspace: WorkspaceId,
        run: RunId,
    ) -> Result<Vec<Delivery>, StoreError>;
    /// One delivery.
    async fn delivery(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        position: u32,
    ) -> Result<Option<Delivery>, StoreError>;
}
