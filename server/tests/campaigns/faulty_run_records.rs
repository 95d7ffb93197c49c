//! What is known of runs, from a store that can fail.

use std::ops::Range;

use arauto::store::{Journal, RunRecords, StoreError};
use arauto_app::domain::*;
use async_trait::async_trait;

use super::faults::Faulty;

#[async_trait]
impl RunRecords for Faulty<dyn Journal> {
    async fn run(&self, workspace: WorkspaceId, id: RunId) -> Result<Option<Run>, StoreError> {
        self.faults.pass(self.inner.run(workspace, id)).await
    }
    async fn latest_run(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
    ) -> Result<Option<Run>, StoreError> {
        self.faults
            .pass(self.inner.latest_run(workspace, campaign))
            .await
    }
    async fn every_open_run(&self) -> Result<Vec<Run>, StoreError> {
        self.faults.pass(self.inner.every_open_run()).await
    }
    async fn outcomes(
        &self,
        workspace: WorkspaceId,
        run: RunId,
    ) -> Result<Vec<(DeliveryState, u32)>, StoreError> {
        self.faults.pass(self.inner.outcomes(workspace, run)).await
    }
    async fn tally_of_sender(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        connection: ConnectionId,
    ) -> Result<RunTally, StoreError> {
        self.faults
            .pass(self.inner.tally_of_sender(workspace, run, connection))
            .await
    }
    async fn tally_of_search(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        text: &str,
    ) -> Result<RunTally, StoreError> {
        self.faults
            .pass(self.inner.tally_of_search(workspace, run, text))
            .await
    }
    async fn search_deliveries(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        query: &DeliveryQuery,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let inner = &self.inner;
        let call = inner.search_deliveries(workspace, run, query, skipped, limit);
        self.faults.pass(call).await
    }
    async fn reached(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        positions: &[u32],
    ) -> Result<Vec<(u32, Reached)>, StoreError> {
        let call = self.inner.reached(workspace, run, positions);
        self.faults.pass(call).await
    }
    async fn deliveries(
        &self,
        workspace: WorkspaceId,
        run: RunId,
    ) -> Result<Vec<Delivery>, StoreError> {
        self.faults
            .pass(self.inner.deliveries(workspace, run))
            .await
    }
    async fn delivery(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        position: u32,
    ) -> Result<Option<Delivery>, StoreError> {
        self.faults
            .pass(self.inner.delivery(workspace, run, position))
            .await
    }
    async fn tests(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError> {
        self.faults
            .pass(self.inner.tests(workspace, campaign, limit))
            .await
    }
    async fn runs_before(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        before: u32,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError> {
        self.faults
            .pass(self.inner.runs_before(workspace, campaign, before, limit))
            .await
    }
    async fn runs_between(
        &self,
        workspace: WorkspaceId,
        stretch: Range<Timestamp>,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError> {
        self.faults
            .pass(self.inner.runs_between(workspace, stretch, limit))
            .await
    }
}
