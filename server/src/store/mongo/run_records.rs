//! Runs and deliveries in MongoDB, to be looked at.

use std::ops::Range;

use arauto_app::domain::{
    CampaignId, ConnectionId, Delivery, DeliveryQuery, DeliveryState, FIRST_TEST, Reached, Run,
    RunId, RunTally, Timestamp, WorkspaceId,
};
use async_trait::async_trait;
use mongodb::bson::{Document, doc};

use super::documents::{collect, from_document};
use super::journal_writes::run_key;
use super::{MongoStore, calls};
use crate::store::{RunRecords, StoreError};

#[async_trait]
impl RunRecords for MongoStore {
    async fn run(&self, workspace: WorkspaceId, id: RunId) -> Result<Option<Run>, StoreError> {
        let runs = self.collection("runs");
        calls::run(async move {
            let found = runs.find_one(run_key(workspace, id)).await?;
            found.map(from_document).transpose()
        })
        .await
    }

    async fn latest_run(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
    ) -> Result<Option<Run>, StoreError> {
        let latest = self.runs_before(workspace, campaign, FIRST_TEST, 1).await?;
        Ok(latest.into_iter().next())
    }

    async fn tests(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError> {
        let numbers = doc! { "$gte": i64::from(FIRST_TEST) };
        self.runs_numbered(workspace, campaign, numbers, limit)
            .await
    }

    async fn runs_before(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        before: u32,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError> {
        let numbers = doc! { "$lt": i64::from(before.min(FIRST_TEST)) };
        self.runs_numbered(workspace, campaign, numbers, limit)
            .await
    }

    async fn runs_between(
        &self,
        workspace: WorkspaceId,
        stretch: Range<Timestamp>,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError> {
        let runs = self.collection("runs");
        let theirs = doc! {
            "workspace": workspace.to_string(),
            "started_at": { "$gte": stretch.start.as_millis(), "$lt": stretch.end.as_millis() },
            "number": { "$lt": i64::from(FIRST_TEST) },
        };
        calls::run(async move {
            let latest_first = doc! { "started_at": -1, "_id": -1 };
            let found = runs.find(theirs).sort(latest_first);
            collect(found.limit(i64::from(limit)).await?).await
        })
        .await
    }

    async fn every_open_run(&self) -> Result<Vec<Run>, StoreError> {
        let runs = self.collection("runs");
        calls::run(async move {
            let open = runs
                .find(doc! { "finished_at": mongodb::bson::Bson::Null })
                .sort(doc! { "started_at": 1, "_id": 1 })
                .await?;
            collect(open).await
        })
        .await
    }

    async fn outcomes(
        &self,
        workspace: WorkspaceId,
        run: RunId,
    ) -> Result<Vec<(DeliveryState, u32)>, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move { writes.outcomes(workspace, run).await }).await
    }

    async fn tally_of_sender(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        connection: ConnectionId,
    ) -> Result<RunTally, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move {
            if !writes.is_visible(workspace, run).await? {
                return Ok(RunTally::default());
            }
            let of_sender = doc! { "run": run.to_string(), "connection": connection.to_string() };
            let outcomes = writes.count_outcomes(of_sender).await?;
            Ok(outcomes.into_iter().collect())
        })
        .await
    }

    async fn tally_of_search(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        text: &str,
    ) -> Result<RunTally, StoreError> {
        let (writes, text) = (self.journal_writes(), text.to_owned());
        calls::run(async move { writes.tally_of_search(workspace, run, text).await }).await
    }

    async fn search_deliveries(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        query: &DeliveryQuery,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let (writes, query) = (self.journal_writes(), query.clone());
        calls::run(async move {
            let run = (workspace, run);
            writes.search_deliveries(run, &query, skipped, limit).await
        })
        .await
    }

    async fn reached(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        positions: &[u32],
    ) -> Result<Vec<(u32, Reached)>, StoreError> {
        let (writes, positions) = (self.journal_writes(), positions.to_vec());
        calls::run(async move { writes.reached(workspace, run, &positions).await }).await
    }

    async fn deliveries(
        &self,
        workspace: WorkspaceId,
        run: RunId,
    ) -> Result<Vec<Delivery>, StoreError> {
        let (runs, deliveries) = (self.collection("runs"), self.collection("deliveries"));
        calls::run(async move {
            if runs.find_one(run_key(workspace, run)).await?.is_none() {
                return Ok(Vec::new());
            }
            let found = deliveries
                .find(doc! { "run": run.to_string() })
                .sort(doc! { "position": 1 })
                .await?;
            collect(found).await
        })
        .await
    }

    async fn delivery(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        position: u32,
    ) -> Result<Option<Delivery>, StoreError> {
        let writes = self.journal_writes();
        calls::run(async move { writes.delivery_at(workspace, run, position).await }).await
    }
}

impl MongoStore {
    /// Runs of a campaign whose number meets a condition, highest first.
    async fn runs_numbered(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        numbers: Document,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError> {
        let runs = self.collection("runs");
        let theirs = doc! {
            "workspace": workspace.to_string(),
            "campaign": campaign.to_string(),
            "number": numbers,
        };
        calls::run(async move {
            let found = runs.find(theirs).sort(doc! { "number": -1 });
            collect(found.limit(i64::from(limit)).await?).await
        })
        .await
    }
}
