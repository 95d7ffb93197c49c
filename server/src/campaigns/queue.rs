//! The queue of one connection: over all its runs, one message after the other.
//!
//! It sleeps until something can have changed: its bell (a new run, a change of the connection's
//! state), the time at which its pace allows the next message, a retry that falls due, an
//! acknowledgement that is overdue. While nothing is due it asks the store nothing.

mod claiming;
mod doubt;
mod overdue;
pub(super) mod supervisor;

use std::sync::Arc;
use std::time::Duration;

use arauto_app::domain::{DeliveryEvent, FailureReason, Hold, HoldReason, Timestamp};

use self::doubt::Doubt;
use super::content::ContentCache;
use super::gates;
use super::lane::Lane;
use super::patience::GaveUp;
use super::shared::Shared;
use super::{outage, pace, restriction};
use crate::store::{Due, Lease};

/// How long a queue rests after something that should not happen, before it tries again.
const AFTER_A_FAULT: Duration = Duration::from_mins(1);
struct Queue {
    shared: Arc<Shared>,
    lane: Arc<Lane>,
    content: ContentCache,
    /// The fence of the lease that it works under.
    fence: Option<i64>,
    doubt: Doubt,
    /// When this queue last asked for a new connection to WhatsApp.
    reconnected_at: Option<Timestamp>,
    /// What holds it, as far as its runs' pages were told.
    told: Option<HoldReason>,
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
            told: None,
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
            biased;
            () = self.lane.rung() => {}
            () = alarm => {}
            () = self.shared.stopping.cancelled() => {}
        }
    }

    /// Does the most urgent thing.
    async fn step(&mut self) -> Result<Next, GaveUp> {
        let Some(lease) = self.shared.messenger.lease(self.lane.connection) else {
            self.lay_down();
            return self.without_connection().await;
        };
        self.work_under(&lease);
        self.settle_doubt().await?;
        self.give_up_waiting().await?;
        match self.shared.messenger.state(self.lane.connection) {
            None => return self.without_connection().await,
            Some(state) if !state.can_send() => {
                self.lane.presence.lose(self.shared.now());
                restriction::banned(&self.shared, &self.lane, &state).await?;
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
        if due > self.shared.now() {
            return Ok(self.rest_with_looks(Some(due)));
        }
        if !pace::look(&self.shared, &self.lane).await? {
            return Ok(Next::Step);
        }
        let Some(decision) = self.lane.pace.decide(self.shared.now()) else {
            return Ok(Next::Step);
        };
        if let Some(hold) = decision.hold() {
            self.tell(hold).await?;
            return Ok(self.rest_with_looks(hold.until));
        }
        self.told = None;
        // A claim is a promise: none is made for a connection that was lost in the meantime.
        if !self.is_online() {
            return Ok(Next::Step);
        }
        self.claim(&lease).await
    }

    /// Begins anew when the connection was another server's in the meantime.
    fn work_under(&mut self, lease: &Lease) {
        if self.fence.is_some_and(|before| before != lease.fence) {
            self.lay_down();
        }
        self.fence = Some(lease.fence);
    }

    /// Another server waits for what is on its way from here on: no deadline of it wakes this queue.
    fn lay_down(&mut self) {
        if self.fence.take().is_some() {
            self.lane.forget_flights();
            self.doubt = Doubt::Inherited;
            self.lane.pace.begin_anew();
        }
    }

    /// Rests while something is to be sent: what is stored of the connection is looked at meanwhile.
    fn rest_with_looks(&self, until: Option<Timestamp>) -> Next {
        let next_look = self.lane.presence.next_look();
        Next::Rest(Some(until.map_or(next_look, |until| until.min(next_look))))
    }

    /// Has the pages of its runs told what holds it, once, when it is more than the usual interval.
    async fn tell(&mut self, hold: Hold) -> Result<(), GaveUp> {
        let told = self.told.replace(hold.reason);
        if told == Some(hold.reason) || hold.reason == HoldReason::Interval {
            return Ok(());
        }
        let stop = &self.shared.stopping;
        self.shared
            .note_every_open_run(stop, self.lane.connection)
            .await
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
