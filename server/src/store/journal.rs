//! The journal: runs, deliveries and everything that happened to them.
//!
//! Every write is durable before the method returns (SQLite `synchronous=FULL`; MongoDB majority,
//! journaled): a message leaves the process only after its claim did.

use arauto_app::domain::{
    Backlog, CampaignId, ConnectionId, Delivery, DeliveryEvent, Gate, MemberMark, MessageId,
    RepeatAction, Run, RunId, Timestamp, WorkspaceId,
};
use async_trait::async_trait;

use super::{Lease, RunRecords, StoreError};

/// Something that WhatsApp told about a message of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryUpdate {
    /// Which message.
    pub message: MessageId,
    /// What happened to it.
    pub event: DeliveryEvent,
    /// Whose receipt told it.
    pub member: Option<MemberMark>,
    /// When.
    pub at: Timestamp,
}

/// Hand-overs to WhatsApp, as the journal knows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandOvers {
    /// When a delivery was last claimed.
    pub at: Timestamp,
    /// How often it was until then; when the earlier times were is not kept.
    pub count: u32,
}

/// What a connection has to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// A run's gate is over: it needs the next one before anything is claimed.
    Gate,
    /// From this time on there is a message to claim.
    Message(Timestamp),
}

/// Runs and deliveries, and what happens to them.
#[async_trait]
pub trait Journal: RunRecords {
    /// Stores a run with all its deliveries. Either the whole run is there afterwards or nothing
    /// of it is visible.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the campaign has a run of that number already, or its schedule
    /// began one for that time: of two starts that race, one wins.
    async fn begin_run(&self, run: &Run, deliveries: &[Delivery]) -> Result<(), StoreError>;
    /// Claims what the lease's connection has to send next: first an unconfirmed delivery whose `retry_at`
    /// has come, else the first pending one of the open run whose turn was longest ago (turns are noted while
    /// several runs are open). The claimed
    /// delivery is `Sending` and carries a message id, its own if it had one, else `fresh`. Runs that
    /// began before `held_before` wait, and so do those whose gate is not open.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another server runs the connection by now: then nothing is
    /// claimed.
    async fn claim_due(
        &self,
        lease: &Lease,
        now: Timestamp,
        held_before: Timestamp,
        fresh: &MessageId,
    ) -> Result<Option<Delivery>, StoreError>;
    /// What the connection has to do next: a gate that is over comes first, then what is pending,
    /// then the earliest `retry_at` or opening of a gate (a shut one opens at the end of time). Runs that began before `held_before` wait.
    async fn next_due(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        now: Timestamp,
        held_before: Timestamp,
    ) -> Result<Option<Due>, StoreError>;
    /// The open runs of a connection whose gate is over at `now`.
    async fn runs_past_their_gate(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        now: Timestamp,
    ) -> Result<Vec<Run>, StoreError>;
    /// Replaces the gate of an open run, if it is still `from`. Tells whether it was.
    async fn move_gate(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        from: Gate,
        to: Gate,
    ) -> Result<bool, StoreError>;
    /// The deliveries of a connection that were last claimed after `since`, in order of that time, whatever
    /// became of them and of their runs.
    async fn hand_overs(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        since: Timestamp,
    ) -> Result<Vec<HandOvers>, StoreError>;
    /// What the connection's open runs that began before `before` have left to do.
    async fn backlog(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        before: Timestamp,
    ) -> Result<Backlog, StoreError>;
    /// Applies what WhatsApp told, each by [`Delivery::apply`], in one batch, and counts the members
    /// whose receipts told it. Unknown message ids and events that change nothing are passed over.
    /// Returns the runs that changed.
    async fn record(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        updates: &[DeliveryUpdate],
    ) -> Result<Vec<RunId>, StoreError>;
    /// Turns what is still `Sending` and was handed over at or before `handed_over_by` into
    /// `Unconfirmed`, due again at `retry_at`. Returns the runs that changed.
    async fn mark_unconfirmed(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        handed_over_by: Timestamp,
        retry_at: Timestamp,
    ) -> Result<Vec<RunId>, StoreError>;
    /// Applies an event to one delivery by its place, when it has no message id to be named by
    /// (a target that is known to refuse). Tells whether it changed.
    async fn record_at(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        position: u32,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Applies an event to every open delivery of a connection. Returns the runs that changed.
    async fn record_all_open(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<Vec<RunId>, StoreError>;
    /// Applies an event to every pending delivery of the connection's open runs that began before
    /// `before`: what was handed over is left alone. Returns the runs that changed.
    async fn record_all_pending(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        before: Timestamp,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<Vec<RunId>, StoreError>;
    /// Applies an event to every pending delivery of one run. Tells whether any changed.
    async fn record_pending_of(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        event: DeliveryEvent,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
    /// The deliveries of a run that an action of its owner is about, by position.
    async fn repeatable(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        action: RepeatAction,
    ) -> Result<Vec<Delivery>, StoreError>;
    /// Has deliveries of a run sent again, each as another message ([`DeliveryEvent::Renewed`]), and
    /// opens the run again, with `gate` if it had ended. Nothing happens unless the run is as the
    /// caller saw it ([`Run::reopened`]). Tells how many are sent again.
    async fn renew(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        seen: u32,
        positions: &[u32],
        gate: Gate,
        at: Timestamp,
    ) -> Result<u32, StoreError>;
    /// Takes the unanswered deliveries of a run as sent. Tells whether there were any.
    async fn presume(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Notes that a run ended, unless a delivery of it is open. Tells whether this call ended it.
    async fn finish_run(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Deletes the runs of a campaign with their deliveries.
    async fn delete_runs(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
    ) -> Result<(), StoreError>;
}
