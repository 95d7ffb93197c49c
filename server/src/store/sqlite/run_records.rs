//! Runs and deliveries in SQLite, to be looked at.

use std::ops::Range;

use arauto_app::domain::{
    CampaignId, ConnectionId, Delivery, DeliveryQuery, DeliveryState, FIRST_TEST, Reached, Run,
    RunId, RunTally, Timestamp, WorkspaceId,
};
use async_trait::async_trait;
use rusqlite::params;

use super::columns::Col;
use super::{
    SqliteStore, delivery_rows, delivery_search, journal_writes, receipts, repeats, run_rows,
};
use crate::store::{RunRecords, StoreError, folded};

#[async_trait]
impl RunRecords for SqliteStore {
    async fn run(&self, workspace: WorkspaceId, id: RunId) -> Result<Option<Run>, StoreError> {
        self.read(move |db| run_rows::get(db, workspace, id)).await
    }

    async fn latest_run(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
    ) -> Result<Option<Run>, StoreError> {
        self.read(move |db| Ok(run_rows::before(db, workspace, campaign, FIRST_TEST, 1)?.pop()))
            .await
    }

    async fn tests(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError> {
        self.read(move |db| run_rows::tests(db, workspace, campaign, limit))
            .await
    }

    async fn runs_before(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        before: u32,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError> {
        self.read(move |db| run_rows::before(db, workspace, campaign, before, limit))
            .await
    }

    async fn runs_between(
        &self,
        workspace: WorkspaceId,
        stretch: Range<Timestamp>,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError> {
        self.read(move |db| run_rows::between(db, workspace, &stretch, limit))
            .await
    }

    async fn every_open_run(&self) -> Result<Vec<Run>, StoreError> {
        self.read(run_rows::open).await
    }

    async fn outcomes(
        &self,
        workspace: WorkspaceId,
        run: RunId,
    ) -> Result<Vec<(DeliveryState, u32)>, StoreError> {
        self.read(move |db| repeats::outcomes(db, workspace, run))
            .await
    }

    async fn tally_of_sender(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        connection: ConnectionId,
    ) -> Result<RunTally, StoreError> {
        self.read(move |db| repeats::tally_of_sender(db, workspace, run, connection))
            .await
    }

    async fn tally_of_search(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        text: &str,
    ) -> Result<RunTally, StoreError> {
        let text = folded(text);
        self.read(move |db| delivery_search::tally(db, workspace, run, &text))
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
        let query = query.clone();
        self.read(move |db| delivery_search::page(db, (workspace, run), &query, skipped, limit))
            .await
    }

    async fn reached(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        positions: &[u32],
    ) -> Result<Vec<(u32, Reached)>, StoreError> {
        let positions = positions.to_vec();
        self.read(move |db| receipts::reached(db, workspace, run, &positions))
            .await
    }

    async fn deliveries(
        &self,
        workspace: WorkspaceId,
        run: RunId,
    ) -> Result<Vec<Delivery>, StoreError> {
        self.read(move |db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM deliveries WHERE run = ?1 AND workspace = ?2 ORDER BY position",
            )?;
            let rows =
                query.query_map(params![Col(run), Col(workspace)], delivery_rows::delivery)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn delivery(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        position: u32,
    ) -> Result<Option<Delivery>, StoreError> {
        self.read(move |db| journal_writes::delivery_at(db, workspace, run, position))
            .await
    }
}
