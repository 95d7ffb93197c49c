//! The queue of one connection: over all its runs, one message after the other.
//!
//! It sleeps until something can have changed: its bell (a new run, a change of the connection's
//! state), the end of the interval between messages, a retry that falls due, an acknowledgement
//! that is overdue. While nothing is due it asks the store nothing.

pub(super) mod supervisor;

use std::sync::Arc;
use std::time::Duration;

use arauto_app::domain::{
    Delivery, DeliveryEvent, DeliveryState, FailureReason, MessageId, RunId, Timestamp,
};

use super::content::{ContentCache, Loaded};
use super::gates;
use super::lane::Lane;
use super::outage;
use super::patience::GaveUp;
use super::shared::Shared;
use crate::store::{Due, Lease, StoreError};
use crate::whatsapp::SendError;

/// How long a queue rests after something that should not happen, before it tries again.
const AFTER_A_FAULT: Duration = Duration::from_mins(1);
/// How long a queue rests after a claim that the store did not answer.
const AFTER_A_LOST_CLAIM: Duration = Duration::from_secs(1);

struct Queue {
    shared: Arc<Shared>,
    lane: Arc<Lane>,
    content: ContentCache,
    /// The fence of the lease that it works under.
    fence: Option<i64>,
    doubt: Doubt,
    /// When this queue last asked for a new connection to WhatsApp.
    reconnected_at: Option<Timestamp>,
}

/// What may be `Sending` in the store without anybody at work on it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// Nothing.
    None,
    /// Whatever an earlier process, or a queue that broke, left behind.
    Inherited,
    /// A claim, or the end of a hand-over, that the store did not answer.
    Unanswered,
}

/// What a queue does after a step.
enum Next {
    /// Another step at once.
    Step,
    /// Rest until the bell rings or this time comes.
    Rest(Option<Timestamp>),
}

impl Queue {
    fn new(shared: Arc<Shared>, lane: Arc<Lane>) -> Self {
        Self {
            shared,
            lane,
            content: ContentCache::default(),
            fence: None,
            doubt: Doubt::Inherited,
            reconnected_at: None,
        }
    }

    async fn run(mut self) {
        while !self.shared.stopping.is_cancelled() {
            let until = match self.step().await {
                Ok(Next::Step) => continue,
                Ok(Next::Rest(until)) => until,
                Err(GaveUp::Stopping) => return,
                Err(GaveUp::Refused(error)) => {
                    tracing::error!(connection = %self.lane.connection, "failed to {error}; its queue rests");
                    Some(self.shared.now().plus(AFTER_A_FAULT))
                }
            };
            self.rest(until).await;
        }
    }

    async fn rest(&self, until: Option<Timestamp>) {
        let wake_at = until.into_iter().chain(self.lane.next_deadline()).min();
        let alarm = async {
            match wake_at {
                Some(time) => self.shared.clock.sleep_until(time).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.lane.rung() => {}
            () = alarm => {}
            () = self.shared.stopping.cancelled() => {}
        }
    }

    /// Does the most urgent thing.
    async fn step(&mut self) -> Result<Next, GaveUp> {
        let Some(lease) = self.shared.messenger.lease(self.lane.connection) else {
            return self.without_connection().await;
        };
        self.work_under(&lease);
        self.settle_doubt().await?;
        self.give_up_waiting().await?;
        match self.shared.messenger.state(self.lane.connection) {
            None => return self.without_connection().await,
            Some(state) if !state.can_send() => {
                self.lane.presence.lose(self.shared.now());
                return Ok(Next::Rest(None));
            }
            Some(_) => {}
        }
        if !outage::look(&self.shared, &self.lane).await? {
            return Ok(Next::Step);
        }
        let due = match self.next_due().await? {
            Some(Due::Message(due)) => due,
            Some(Due::Gate) => {
                gates::renew(&self.shared, &self.lane).await?;
                return Ok(Next::Step);
            }
            None => {
                self.content.clear();
                return Ok(Next::Rest(self.lane.presence.next_look_while_holding()));
            }
        };
        let due = due.max(self.lane.not_before());
        if due > self.shared.now() {
            return Ok(Next::Rest(Some(due.min(self.lane.presence.next_look()))));
        }
        // A claim is a promise: none is made for a connection that was lost in the meantime.
        if !self.is_online() {
            return Ok(Next::Step);
        }
        self.claim(&lease).await
    }

    /// Begins anew when the connection was another server's in the meantime.
    fn work_under(&mut self, lease: &Lease) {
        let before = self.fence.replace(lease.fence);
        if before.is_some_and(|before| before != lease.fence) {
            self.lane.forget_flights();
            self.doubt = Doubt::Inherited;
            let pace = self.shared.draw_pace();
            self.lane.hold_until(self.shared.now().plus(pace));
        }
    }

    fn is_online(&self) -> bool {
        let state = self.shared.messenger.state(self.lane.connection);
        state.is_some_and(|state| state.can_send())
    }

    async fn next_due(&self) -> Result<Option<Due>, GaveUp> {
        let (journal, lane) = (&self.shared.store.journal, &self.lane);
        let now = self.shared.now();
        self.shared
            .patiently("ask what is due", || {
                let held_before = lane.presence.held_before();
                journal.next_due(lane.workspace, lane.connection, now, held_before)
            })
            .await
    }

    /// Claims what is due and hands it over. The store is asked once only: nobody knows whether a
    /// claim without an answer was made, and a second one would claim something else.
    async fn claim(&mut self, lease: &Lease) -> Result<Next, GaveUp> {
        let now = self.shared.now();
        let fresh = MessageId::new(self.shared.random.bytes());
        let journal = &self.shared.store.journal;
        let held_before = self.lane.presence.held_before();
        let claimed = journal.claim_due(lease, now, held_before, &fresh).await;
        let delivery = match claimed {
            Ok(Some(delivery)) => delivery,
            Ok(None) => return Ok(Next::Rest(Some(now.plus(AFTER_A_LOST_CLAIM)))),
            // Another server's queue goes on; ours does if the connection comes back.
            Err(StoreError::LeaseLost) => return Ok(Next::Rest(None)),
            Err(error) => {
                self.doubt = Doubt::Unanswered;
                if !error.is_retryable() {
                    return Err(GaveUp::Refused(error));
                }
                tracing::warn!(connection = %self.lane.connection, "failed to claim a delivery: {error}");
                return Ok(Next::Rest(Some(now.plus(AFTER_A_LOST_CLAIM))));
            }
        };
        let Some(message) = delivery.message_id.clone() else {
            let what = format!("delivery {} was claimed without a message id", delivery.id);
            return Err(GaveUp::Refused(StoreError::Damaged(what)));
        };
        self.lane.take_off(&message, &delivery);
        let ended = self.hand_over(&message, &delivery).await;
        if ended.is_err() {
            self.lane.land(&message);
            self.doubt = Doubt::Unanswered;
        }
        self.shared.note(self.lane.workspace, delivery.run);
        ended.map(|()| Next::Step)
    }

    async fn hand_over(&mut self, message: &MessageId, delivery: &Delivery) -> Result<(), GaveUp> {
        self.shared.note(self.lane.workspace, delivery.run);
        let loaded = self
            .content
            .of(&self.shared, self.lane.workspace, delivery.run)
            .await?;
        let content = match loaded {
            Loaded::Ready(content) => content,
            Loaded::Unusable(reason) => return self.refuse(message, delivery, reason).await,
            Loaded::RunGone => {
                self.lane.land(message);
                return Ok(());
            }
        };
        let outgoing = content.message(message.clone(), delivery);
        let sent = self
            .shared
            .messenger
            .send(self.lane.connection, outgoing)
            .await;
        let now = self.shared.now();
        self.lane.hold_until(now.plus(self.shared.draw_pace()));
        match sent {
            Ok(()) => {
                self.lane
                    .handed_over(message, now, now.plus(self.shared.config.ack_deadline));
                Ok(())
            }
            Err(SendError::Final(reason)) => self.refuse(message, delivery, reason).await,
            Err(error @ (SendError::Offline | SendError::Retry)) => {
                tracing::info!(%message, "failed to {error}; it is tried again");
                let attempts = delivery.attempts_with_this_id();
                self.postpone(message, delivery.run, delivery.position, attempts)
                    .await?;
                Ok(())
            }
        }
    }

    /// The message will never go.
    async fn refuse(
        &self,
        message: &MessageId,
        delivery: &Delivery,
        reason: FailureReason,
    ) -> Result<(), GaveUp> {
        let (journal, now) = (&self.shared.store.journal, self.shared.now());
        self.shared
            .patiently("note a refusal", || {
                let event = DeliveryEvent::Refused(reason);
                journal.record_at(
                    delivery.workspace,
                    delivery.run,
                    delivery.position,
                    event,
                    now,
                )
            })
            .await?;
        self.lane.land(message);
        Ok(())
    }

    /// The message waits for another attempt with the same id. Tells whether it has to: an answer
    /// may have come in the meantime.
    async fn postpone(
        &self,
        message: &MessageId,
        run: RunId,
        position: u32,
        attempts: u32,
    ) -> Result<bool, GaveUp> {
        let retry_at = self
            .shared
            .now()
            .plus(self.shared.config.retry.after(attempts));
        let (journal, workspace) = (&self.shared.store.journal, self.lane.workspace);
        let changed = self
            .shared
            .patiently("postpone a message", || {
                journal.record_at(
                    workspace,
                    run,
                    position,
                    DeliveryEvent::DeadlinePassed,
                    retry_at,
                )
            })
            .await?;
        self.lane.land(message);
        Ok(changed)
    }

    /// The message was sent as often as it makes sense: what becomes of it is its owner's choice. Tells
    /// whether it has to be: an answer may have come in the meantime.
    async fn give_up(
        &self,
        message: &MessageId,
        run: RunId,
        position: u32,
    ) -> Result<bool, GaveUp> {
        let (journal, now) = (&self.shared.store.journal, self.shared.now());
        let changed = self
            .shared
            .patiently("give a message up", || {
                let event = DeliveryEvent::GivenUp;
                journal.record_at(self.lane.workspace, run, position, event, now)
            })
            .await?;
        self.lane.land(message);
        Ok(changed)
    }

    /// Postpones the messages whose acknowledgement is overdue, or gives them up, and asks for a new connection: the
    /// present one may be half open. Messages that left before the latest such request were on a
    /// connection that is gone already and ask for no other.
    async fn give_up_waiting(&mut self) -> Result<(), GaveUp> {
        let mut silent = false;
        for (message, flight) in self.lane.overdue(self.shared.now()) {
            let unanswered = if flight.attempts < self.shared.config.most_attempts {
                self.postpone(&message, flight.run, flight.position, flight.attempts)
                    .await?
            } else {
                self.give_up(&message, flight.run, flight.position).await?
            };
            self.shared.note(self.lane.workspace, flight.run);
            if unanswered {
                tracing::warn!(%message, attempts = flight.attempts, "no acknowledgement within the deadline");
                silent |= flight.handed_over_at() >= self.reconnected_at;
            }
        }
        if silent && self.is_online() {
            self.reconnected_at = Some(self.shared.now());
            self.shared.messenger.reconnect(self.lane.connection).await;
        }
        Ok(())
    }

    /// Takes back what is `Sending` in the store while nobody is at work on it: it is due at once,
    /// with the id that it has.
    async fn settle_doubt(&mut self) -> Result<(), GaveUp> {
        match self.doubt {
            Doubt::None => return Ok(()),
            Doubt::Inherited => self.take_back_everything().await?,
            Doubt::Unanswered => self.take_back_orphans().await?,
        }
        self.doubt = Doubt::None;
        Ok(())
    }

    async fn take_back_everything(&self) -> Result<(), GaveUp> {
        let (journal, lane) = (&self.shared.store.journal, &self.lane);
        let now = self.shared.now();
        // Whatever the clock said when they were handed over: it may have been set back since.
        let whenever = Timestamp::from_millis(i64::MAX);
        let runs = self
            .shared
            .patiently("take back unfinished hand-overs", || {
                journal.mark_unconfirmed(lane.workspace, lane.connection, whenever, now)
            })
            .await?;
        for run in runs {
            self.shared.note(lane.workspace, run);
        }
        Ok(())
    }

    async fn take_back_orphans(&self) -> Result<(), GaveUp> {
        let (journal, now) = (&self.shared.store.journal, self.shared.now());
        let open = self
            .shared
            .patiently("list open runs", || journal.every_open_run())
            .await?;
        for run in open
            .iter()
            .filter(|run| run.connection == self.lane.connection)
        {
            let deliveries = self
                .shared
                .patiently("list deliveries", || {
                    journal.deliveries(run.workspace, run.id)
                })
                .await?;
            let orphans = deliveries.iter().filter(|delivery| {
                let at_work = |id: &MessageId| self.lane.is_in_flight(id);
                delivery.state == DeliveryState::Sending
                    && !delivery.message_id.as_ref().is_some_and(at_work)
            });
            for orphan in orphans {
                self.shared
                    .patiently("take back a lost claim", || {
                        let event = DeliveryEvent::DeadlinePassed;
                        journal.record_at(run.workspace, run.id, orphan.position, event, now)
                    })
                    .await?;
                self.shared.note(run.workspace, run.id);
            }
        }
        Ok(())
    }

    /// This server does not run the connection. When it was removed, what was open fails; when it is
    /// in the store, it is another server's, or not set up yet, and the bell rings when it is ours.
    async fn without_connection(&self) -> Result<Next, GaveUp> {
        let (store, lane) = (&self.shared.store, &self.lane);
        let known = self
            .shared
            .patiently("look for a connection", || {
                store.connections.get(lane.workspace, lane.connection)
            })
            .await?;
        if known.is_none() {
            let (now, event) = (
                self.shared.now(),
                DeliveryEvent::Refused(FailureReason::ConnectionRemoved),
            );
            self.shared
                .patiently("end what a removed connection had to send", || {
                    store
                        .journal
                        .record_all_open(lane.workspace, lane.connection, event, now)
                })
                .await?;
        }
        self.shared
            .note_every_open_run(&self.shared.stopping, lane.connection)
            .await?;
        Ok(Next::Rest(None))
    }
}
