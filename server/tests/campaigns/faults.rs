//! A store, and hand-overs to WhatsApp, that fail on demand: at a chosen call the store is away,
//! its answer is lost, or the process is killed just before or just after.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use arauto::store::{
    CampaignStore, DeliveryUpdate, Due, HandOvers, Journal, Lease, Store, StoreError,
};
use arauto_app::domain::*;
use async_trait::async_trait;
use tokio::sync::Notify;

/// What happens to one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The store does not answer and did nothing.
    Away,
    /// The store did it and its answer was lost.
    AnswerLost,
    /// The process is killed before the call.
    KillBefore,
    /// The process is killed after the call, before anybody sees its answer.
    KillAfter,
}

/// The plan of faults: by number of the call.
#[derive(Clone, Default)]
pub struct Faults(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    killed: Notify,
}

#[derive(Default)]
struct State {
    calls: u64,
    plan: BTreeMap<u64, Fault>,
    away: bool,
}

impl Faults {
    /// Counts calls from zero again, with this plan.
    pub fn plan(&self, plan: BTreeMap<u64, Fault>) {
        *self.0.state.lock().unwrap() = State {
            plan,
            ..State::default()
        };
    }

    /// Takes the store away, or brings it back.
    pub fn set_away(&self, away: bool) {
        self.0.state.lock().unwrap().away = away;
    }

    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        self.0.state.lock().unwrap().calls
    }

    /// Returns when the plan kills the process.
    pub async fn killed(&self) {
        self.0.killed.notified().await;
    }

    fn next(&self) -> Option<Fault> {
        let mut state = self.0.state.lock().unwrap();
        let call = state.calls;
        state.calls += 1;
        if state.away {
            return Some(Fault::Away);
        }
        state.plan.remove(&call)
    }

    async fn kill<T>(&self) -> T {
        self.0.killed.notify_one();
        std::future::pending().await
    }

    /// Carries out a call as the plan has it.
    pub async fn pass<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let away = || StoreError::Unavailable("the test took it away".into());
        match self.next() {
            None => call.await,
            Some(Fault::Away) => Err(away()),
            Some(Fault::AnswerLost) => {
                call.await?;
                Err(away())
            }
            Some(Fault::KillBefore) => self.kill().await,
            Some(Fault::KillAfter) => {
                let _ = call.await;
                self.kill().await
            }
        }
    }

    /// Carries out a hand-over: only kills befall it here, the network has faults of its own.
    pub async fn pass_hand_over<T>(&self, call: impl Future<Output = T>) -> T {
        match self.next() {
            Some(Fault::KillBefore) => self.kill().await,
            Some(Fault::KillAfter) => {
                call.await;
                self.kill().await
            }
            _ => call.await,
        }
    }

    /// The same store, with the faults before its journal, its campaigns, and what campaigns note of
    /// connections.
    pub fn before(&self, store: Store) -> Store {
        let faults = self.clone();
        Store {
            journal: Arc::new(Faulty {
                faults: faults.clone(),
                inner: store.journal,
            }),
            campaigns: Arc::new(Faulty {
                faults: faults.clone(),
                inner: store.campaigns,
            }),
            connections: Arc::new(Faulty {
                faults,
                inner: store.connections,
            }),
            ..store
        }
    }
}

pub struct Faulty<S: ?Sized> {
    pub faults: Faults,
    pub inner: Arc<S>,
}

#[async_trait]
impl Journal for Faulty<dyn Journal> {
    async fn begin_run(&self, run: &Run, deliveries: &[Delivery]) -> Result<(), StoreError> {
        self.faults
            .pass(self.inner.begin_run(run, deliveries))
            .await
    }
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
    async fn repeatable(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        action: RepeatAction,
    ) -> Result<Vec<Delivery>, StoreError> {
        let call = self.inner.repeatable(workspace, run, action);
        self.faults.pass(call).await
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
        let inner = &self.inner;
        let call = inner.renew(workspace, run, seen, positions, gate, at);
        self.faults.pass(call).await
    }
    async fn presume(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.faults
            .pass(self.inner.presume(workspace, run, at))
            .await
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
    async fn claim_due(
        &self,
        lease: &Lease,
        now: Timestamp,
        held_before: Timestamp,
        fresh: &MessageId,
    ) -> Result<Option<Delivery>, StoreError> {
        let inner = &self.inner;
        let call = inner.claim_due(lease, now, held_before, fresh);
        self.faults.pass(call).await
    }
    async fn next_due(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        now: Timestamp,
        held_before: Timestamp,
    ) -> Result<Option<Due>, StoreError> {
        let call = self.inner.next_due(workspace, connection, now, held_before);
        self.faults.pass(call).await
    }
    async fn runs_past_their_gate(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        now: Timestamp,
    ) -> Result<Vec<Run>, StoreError> {
        let call = self.inner.runs_past_their_gate(workspace, connection, now);
        self.faults.pass(call).await
    }
    async fn move_gate(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        from: Gate,
        to: Gate,
    ) -> Result<bool, StoreError> {
        self.faults
            .pass(self.inner.move_gate(workspace, run, from, to))
            .await
    }
    async fn record_pending_of(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.faults
            .pass(self.inner.record_pending_of(workspace, run, event, at))
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
    async fn hand_overs(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        since: Timestamp,
    ) -> Result<Vec<HandOvers>, StoreError> {
        let look = self.inner.hand_overs(workspace, connection, since);
        self.faults.pass(look).await
    }
    async fn backlog(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        before: Timestamp,
    ) -> Result<Backlog, StoreError> {
        self.faults
            .pass(self.inner.backlog(workspace, connection, before))
            .await
    }
    async fn record(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        updates: &[DeliveryUpdate],
    ) -> Result<Vec<RunId>, StoreError> {
        self.faults
            .pass(self.inner.record(workspace, connection, updates))
            .await
    }
    async fn mark_unconfirmed(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        handed_over_by: Timestamp,
        retry_at: Timestamp,
    ) -> Result<Vec<RunId>, StoreError> {
        let call = self
            .inner
            .mark_unconfirmed(workspace, connection, handed_over_by, retry_at);
        self.faults.pass(call).await
    }
    async fn record_at(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        position: u32,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.faults
            .pass(self.inner.record_at(workspace, run, position, event, at))
            .await
    }
    async fn record_all_open(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<Vec<RunId>, StoreError> {
        self.faults
            .pass(self.inner.record_all_open(workspace, connection, event, at))
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
        let inner = &self.inner;
        let call = inner.record_all_pending(workspace, connection, before, event, at);
        self.faults.pass(call).await
    }
    async fn finish_run(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.faults
            .pass(self.inner.finish_run(workspace, run, at))
            .await
    }
    async fn delete_runs(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
    ) -> Result<(), StoreError> {
        self.faults
            .pass(self.inner.delete_runs(workspace, campaign))
            .await
    }
}

#[async_trait]
impl CampaignStore for Faulty<dyn CampaignStore> {
    async fn insert(&self, campaign: &Campaign) -> Result<(), StoreError> {
        self.faults.pass(self.inner.insert(campaign)).await
    }
    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Campaign>, StoreError> {
        self.faults.pass(self.inner.list(workspace)).await
    }
    async fn search(
        &self,
        workspace: WorkspaceId,
        query: &CampaignQuery,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<Campaign>, StoreError> {
        let call = self.inner.search(workspace, query, skipped, limit);
        self.faults.pass(call).await
    }
    async fn counts(
        &self,
        workspace: WorkspaceId,
        text: &str,
    ) -> Result<CampaignCounts, StoreError> {
        self.faults.pass(self.inner.counts(workspace, text)).await
    }
    async fn get(
        &self,
        workspace: WorkspaceId,
        id: CampaignId,
    ) -> Result<Option<Campaign>, StoreError> {
        self.faults.pass(self.inner.get(workspace, id)).await
    }
    async fn update(&self, campaign: &Campaign) -> Result<(), StoreError> {
        self.faults.pass(self.inner.update(campaign)).await
    }
    async fn move_on(
        &self,
        workspace: WorkspaceId,
        id: CampaignId,
        from: &Standing,
        to: &Standing,
    ) -> Result<bool, StoreError> {
        self.faults
            .pass(self.inner.move_on(workspace, id, from, to))
            .await
    }
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Campaign>, StoreError> {
        self.faults.pass(self.inner.due(now, limit)).await
    }
    async fn next_due_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.faults.pass(self.inner.next_due_at()).await
    }
    async fn note_missed(&self, missed: &Missed) -> Result<(), StoreError> {
        self.faults.pass(self.inner.note_missed(missed)).await
    }
    async fn missed(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Missed>, StoreError> {
        self.faults
            .pass(self.inner.missed(workspace, campaign, before, limit))
            .await
    }
    async fn missed_between(
        &self,
        workspace: WorkspaceId,
        stretch: Range<Timestamp>,
        limit: u32,
    ) -> Result<Vec<Missed>, StoreError> {
        self.faults
            .pass(self.inner.missed_between(workspace, stretch, limit))
            .await
    }
    async fn delete(&self, workspace: WorkspaceId, id: CampaignId) -> Result<(), StoreError> {
        self.faults.pass(self.inner.delete(workspace, id)).await
    }
    async fn names_using_connection(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Vec<String>, StoreError> {
        self.faults
            .pass(self.inner.names_using_connection(workspace, connection))
            .await
    }
    async fn names_using_media(
        &self,
        workspace: WorkspaceId,
        media: MediaId,
    ) -> Result<Vec<String>, StoreError> {
        self.faults
            .pass(self.inner.names_using_media(workspace, media))
            .await
    }
    async fn detach_list(
        &self,
        workspace: WorkspaceId,
        list: GroupListId,
    ) -> Result<(), StoreError> {
        self.faults
            .pass(self.inner.detach_list(workspace, list))
            .await
    }
    async fn detach_connection(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<(), StoreError> {
        self.faults
            .pass(self.inner.detach_connection(workspace, connection))
            .await
    }
}
