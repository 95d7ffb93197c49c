//! The journal in SQLite: the port. What changes deliveries is in
//! [`journal_writes`](super::journal_writes), and what chooses the next one in
//! [`open_runs`](super::open_runs).

use arauto_app::domain::{
    Backlog, CampaignId, ConnectionId, Delivery, DeliveryEvent, Gate, MessageId, RepeatAction, Run,
    RunId, Timestamp, WorkspaceId,
};
use async_trait::async_trait;
use rusqlite::params;

use super::columns::{Col, col};
use super::open_runs::{self, Queue, open_runs};
use super::{SqliteStore, delivery_rows, journal_writes, leases, repeats, run_rows};
use crate::store::{DeliveryUpdate, Due, HandOvers, Journal, Lease, StoreError};

#[async_trait]
impl Journal for SqliteStore {
    async fn begin_run(&self, run: &Run, deliveries: &[Delivery]) -> Result<(), StoreError> {
        let (run, deliveries) = (run.clone(), deliveries.to_vec());
        self.write(move |db| {
            run_rows::insert(db, &run)?;
            for delivery in &deliveries {
                delivery_rows::insert(db, delivery)?;
            }
            Ok(())
        })
        .await
    }

    async fn claim_due(
        &self,
        lease: &Lease,
        now: Timestamp,
        held_before: Timestamp,
        fresh: &MessageId,
    ) -> Result<Option<Delivery>, StoreError> {
        let queue = Queue(lease.workspace, lease.connection, held_before);
        let (lease, fresh) = (*lease, fresh.clone());
        self.write(move |db| {
            leases::check(db, &lease)?;
            open_runs::claim(db, queue, now, fresh)
        })
        .await
    }

    async fn next_due(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        now: Timestamp,
        held_before: Timestamp,
    ) -> Result<Option<Due>, StoreError> {
        let queue = Queue(workspace, connection, held_before);
        self.read(move |db| open_runs::next_due(db, queue, now))
            .await
    }

    async fn runs_past_their_gate(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        now: Timestamp,
    ) -> Result<Vec<Run>, StoreError> {
        self.read(move |db| {
            let mut query = db.prepare_cached(concat!(
                "SELECT * FROM runs WHERE ",
                open_runs!(),
                " AND gate_closes <= ?3 ORDER BY started_at, id"
            ))?;
            let parameters = params![Col(workspace), Col(connection), Col(now)];
            let rows = query.query_map(parameters, run_rows::run)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn move_gate(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        from: Gate,
        to: Gate,
    ) -> Result<bool, StoreError> {
        self.write(move |db| {
            let rows = db.execute(
                "UPDATE runs SET gate_opens = ?5, gate_closes = ?6
                 WHERE id = ?1 AND workspace = ?2 AND finished_at IS NULL
                   AND gate_opens = ?3 AND gate_closes = ?4",
                params![
                    Col(run),
                    Col(workspace),
                    Col(from.opens),
                    Col(from.closes),
                    Col(to.opens),
                    Col(to.closes)
                ],
            )?;
            Ok(rows == 1)
        })
        .await
    }

    async fn hand_overs(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        since: Timestamp,
    ) -> Result<Vec<HandOvers>, StoreError> {
        self.read(move |db| {
            let mut query = db.prepare_cached(
                "SELECT attempted_at, attempts FROM deliveries
                 WHERE workspace = ?1 AND connection = ?2 AND attempted_at > ?3
                 ORDER BY attempted_at",
            )?;
            let parameters = params![Col(workspace), Col(connection), Col(since)];
            let rows = query.query_map(parameters, |row| {
                Ok(HandOvers {
                    at: col(row, "attempted_at")?,
                    count: row.get("attempts")?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn backlog(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        before: Timestamp,
    ) -> Result<Backlog, StoreError> {
        self.read(move |db| journal_writes::backlog(db, workspace, connection, before))
            .await
    }

    async fn record(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        updates: &[DeliveryUpdate],
    ) -> Result<Vec<RunId>, StoreError> {
        let updates = updates.to_vec();
        self.write(move |db| journal_writes::record(db, workspace, connection, &updates))
            .await
    }

    async fn mark_unconfirmed(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        handed_over_by: Timestamp,
        retry_at: Timestamp,
    ) -> Result<Vec<RunId>, StoreError> {
        self.write(move |db| {
            journal_writes::mark_unconfirmed(db, workspace, connection, handed_over_by, retry_at)
        })
        .await
    }

    async fn record_at(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        position: u32,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(move |db| {
            let Some(mut delivery) = journal_writes::delivery_at(db, workspace, run, position)?
            else {
                return Ok(false);
            };
            journal_writes::apply(db, &mut delivery, event, at)
        })
        .await
    }

    async fn record_all_open(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<Vec<RunId>, StoreError> {
        self.write(move |db| journal_writes::record_all_open(db, workspace, connection, event, at))
            .await
    }

    async fn record_all_pending(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        before: Timestamp,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<Vec<RunId>, StoreError> {
        self.write(move |db| {
            journal_writes::record_all_pending(db, workspace, connection, before, event, at)
        })
        .await
    }

    async fn record_pending_of(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(move |db| journal_writes::record_pending_of(db, workspace, run, event, at))
            .await
    }

    async fn repeatable(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        action: RepeatAction,
    ) -> Result<Vec<Delivery>, StoreError> {
        self.read(move |db| repeats::repeatable(db, workspace, run, action))
            .await
    }

    async fn renew(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        seen: u32,
        positions: &[u32],
        gate: Gate,
        at: Timestamp,
    ) -> Result<u32, StoreError> {
        let positions = positions.to_vec();
        self.write(move |db| repeats::renew(db, (workspace, run), seen, &positions, gate, at))
            .await
    }

    async fn presume(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(move |db| repeats::presume(db, workspace, run, at))
            .await
    }

    async fn finish_run(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(move |db| {
            let rows = db.execute(
                "UPDATE runs SET finished_at = ?3
                 WHERE id = ?1 AND workspace = ?2 AND finished_at IS NULL
                   AND NOT EXISTS (SELECT 1 FROM deliveries WHERE run = ?1
                                   AND state IN ('pending', 'sending', 'unconfirmed'))",
                params![Col(run), Col(workspace), Col(at)],
            )?;
            Ok(rows == 1)
        })
        .await
    }

    async fn delete_runs(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
    ) -> Result<(), StoreError> {
        // Their deliveries go with them: `ON DELETE CASCADE`.
        self.write(move |db| {
            db.execute(
                "DELETE FROM runs WHERE workspace = ?1 AND campaign = ?2",
                params![Col(workspace), Col(campaign)],
            )?;
            Ok(())
        })
        .await
    }
}
