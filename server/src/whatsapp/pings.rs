//! Proof of traffic: WhatsApp is asked for an answer again and again.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::mpsc;
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
}

impl Default for PingPlan {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(20),
            deadline: Duration::from_secs(6),
        }
    }
}

/// Pings a session until it ends or the handle is dropped; the answers arrive as its events.
pub(super) fn start(
    session: &Arc<dyn Session>,
    plan: PingPlan,
    clock: SharedClock,
    events: mpsc::UnboundedSender<SessionEvent>,
) -> AbortOnDropHandle<()> {
    let session = Arc::downgrade(session);
    AbortOnDropHandle::new(tokio::spawn(run(session, plan, clock, events)))
}

async fn run(
    session: Weak<dyn Session>,
    plan: PingPlan,
    clock: SharedClock,
    events: mpsc::UnboundedSender<SessionEvent>,
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
        clock.sleep(pause).await;
    }
}
