//! Proof of traffic: WhatsApp is asked for an answer again and again.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio_util::task::AbortOnDropHandle;

use super::session::{Session, SessionEvent};
use crate::clock::SharedClock;

/// How often WhatsApp is asked for an answer, and how long we wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PingPlan {
    /// From an answer to the next question. Well below a minute, which is how long an answer
    /// proves that a connection is online.
    pub interval: Duration,
    /// How long to wait for an answer. After a missed one the next question
    /// follows soon.
    pub deadline: Duration,
    /// How long a message of ours may wait for its acknowledgement before we ask at once: a socket
    /// that is open on our side only is then noticed long before the next regular question.
    pub probe_after: Duration,
}

impl Default for PingPlan {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(20),
            deadline: Duration::from_secs(6),
            probe_after: Duration::from_secs(5),
        }
    }
}

/// Pings a session until it ends or this is dropped; the answers arrive as its events.
pub(super) struct Pings {
    bell: Arc<Notify>,
    _task: AbortOnDropHandle<()>,
}

impl Pings {
    pub(super) fn start(
        session: &Arc<dyn Session>,
        plan: PingPlan,
        clock: SharedClock,
        events: mpsc::UnboundedSender<SessionEvent>,
    ) -> Self {
        let session = Arc::downgrade(session);
        let bell = Arc::new(Notify::new());
        let task = tokio::spawn(run(session, plan, clock, events, bell.clone()));
        Self {
            bell,
            _task: AbortOnDropHandle::new(task),
        }
    }

    /// Asks now instead of when the interval is over.
    pub(super) fn ask_now(&self) {
        self.bell.notify_one();
    }
}

async fn run(
    session: Weak<dyn Session>,
    plan: PingPlan,
    clock: SharedClock,
    events: mpsc::UnboundedSender<SessionEvent>,
    bell: Arc<Notify>,
) {
    loop {
        let Some(session) = session.upgrade() else {
            return;
        };
        let answer = session.ping(plan.deadline).await;
        drop(session);
        let event = match answer {
            Some(round_trip) => SessionEvent::Pong { round_trip },
            None => SessionEvent::PingMissed,
        };
        if events.send(event).is_err() {
            return;
        }
        // A question that could not even be asked fails at once: pause before the next.
        let pause = answer.map_or(plan.deadline / 4, |_| plan.interval);
        tokio::select! {
            () = clock.sleep(pause) => {}
            () = bell.notified() => {}
        }
    }
}
