//! One connection's actor: it owns the session, lets the [machine](super::machine) decide, and
//! carries out what was decided. Everything that concerns the connection passes through here in
//! one order.

mod groups;
mod phone;
mod sessions;

use std::sync::Arc;
use std::time::Duration;

use arauto_app::api::LiveEvent;
use arauto_app::domain::{
    Connection, ConnectionHealth, ConnectionId, ConnectionState, MessageId, Restoration, Timestamp,
    WorkspaceId,
};
use futures::future::{BoxFuture, Shared};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio_util::task::AbortOnDropHandle;

use self::sessions::{Running, close_it, log_it_out, next_event};
use super::MessageSignal;
use super::groups::GroupKeeper;
use super::ledger::{Fact, Ledger, Writer, without_secret};
use super::machine::{Effect, Happening, Life, Moment, Request, WrongState};
use super::pings::{PingPlan, Pings};
use super::session::{Engine, Session, SessionEvent};
use super::signals::Signals;
use super::tenancy::Term;
use super::unanswered::Unanswered;
use crate::clock::SharedClock;
use crate::live::LiveBoard;
use crate::random::Random;
use crate::store::{Lease, Store};

/// How our own phone is told apart as a reader of the chat with ourselves.
const OUR_PHONE: &str = "oneself";

/// What all actors share.
pub(super) struct Surroundings {
    pub(super) store: Store,
    pub(super) engine: Arc<dyn Engine>,
    pub(super) clock: SharedClock,
    pub(super) random: Random,
    pub(super) live: LiveBoard,
    pub(super) pings: PingPlan,
    pub(super) groups: GroupKeeper,
    pub(super) term: Arc<Term>,
    pub(super) changes: broadcast::Sender<(WorkspaceId, ConnectionId)>,
    pub(super) roused: broadcast::Sender<(WorkspaceId, ConnectionId)>,
    pub(super) signals: mpsc::UnboundedSender<MessageSignal>,
}

/// What an actor is asked from outside.
pub(super) enum Command {
    /// A person's request; answers whether the state allowed it.
    Ask(Request, oneshot::Sender<Result<(), WrongState>>),
    /// A message is being handed over on the present session.
    HandOver(MessageId),
    /// An acknowledgement is overdue.
    AckOverdue,
    /// Answers once the closed sessions have ended and everything is stored.
    Settle(oneshot::Sender<()>),
    /// The process ends: close the session and stop. Answers when all is stored.
    ShutDown(oneshot::Sender<()>),
}

/// What others see of a connection at any time.
#[derive(Clone)]
pub(super) struct Snapshot {
    pub(super) state: ConnectionState,
    pub(super) since: Timestamp,
    /// The number that a pairing code was last asked for, while no phone is linked.
    pub(super) code_for: Option<String>,
    pub(super) health: ConnectionHealth,
    pub(super) restoration: Option<Restoration>,
    pub(super) session: Option<Arc<dyn Session>>,
}

/// The outside of an actor. Dropping it ends actor and session at once, as a crash would.
pub(super) struct Handle {
    pub(super) lease: Lease,
    pub(super) commands: mpsc::UnboundedSender<Command>,
    pub(super) snapshot: watch::Receiver<Snapshot>,
    _task: AbortOnDropHandle<()>,
}

/// Starts the actor of a connection under its lease; one that was linked and running comes back after `spread`.
pub(super) fn start(
    connection: &Connection,
    lease: Lease,
    spread: Duration,
    around: Arc<Surroundings>,
) -> Handle {
    let life = Life::stored(connection);
    let (snapshot, seen) = watch::channel(Snapshot {
        state: life.state.clone(),
        since: life.since,
        code_for: None,
        health: ConnectionHealth::default(),
        restoration: None,
        session: None,
    });
    let ledger = Ledger::start(Writer {
        lease,
        connections: around.store.connections.clone(),
        keys: around.store.leases.keys(&lease),
        clock: around.clock.clone(),
        live: around.live.clone(),
    });
    let (commands, mailbox) = mpsc::unbounded_channel();
    let mut actor = Actor {
        id: connection.id,
        workspace: connection.workspace,
        lease,
        around,
        life,
        snapshot,
        ledger,
        running: None,
        closing: None,
        was_connected: false,
        phone_seen_at: connection.phone_seen_at,
        unanswered: Unanswered::default(),
    };
    // Before anybody can look: the stored state was true for an earlier process.
    let _ = actor.happen(Happening::Restored { spread });
    let task = tokio::spawn(actor.run(mailbox));
    Handle {
        lease,
        commands,
        snapshot: seen,
        _task: AbortOnDropHandle::new(task),
    }
}

struct Actor {
    id: ConnectionId,
    workspace: WorkspaceId,
    lease: Lease,
    around: Arc<Surroundings>,
    life: Life,
    snapshot: watch::Sender<Snapshot>,
    ledger: Ledger,
    running: Option<Running>,
    /// The end of the session before: the next one must not overlap with it.
    closing: Option<Shared<BoxFuture<'static, ()>>>,
    was_connected: bool,
    /// The latest trace of the phone that is noted.
    phone_seen_at: Option<Timestamp>,
    unanswered: Unanswered,
}

impl Actor {
    async fn run(mut self, mut mailbox: mpsc::UnboundedReceiver<Command>) {
        loop {
            let (wake_at, probe_at) = (self.life.wake_at, self.unanswered.next());
            let clock = self.around.clock.clone();
            tokio::select! {
                command = mailbox.recv() => match command {
                    Some(Command::Ask(request, answer)) => {
                        let _ = answer.send(self.happen(Happening::Asked(request)));
                    }
                    Some(Command::HandOver(message)) => {
                        let patience = self.around.pings.probe_after;
                        self.unanswered.wait_for(message, clock.now(), patience);
                    }
                    Some(Command::AckOverdue) => {
                        let _ = self.happen(Happening::AckOverdue);
                    }
                    Some(Command::Settle(done)) => {
                        let (closed, stored) = (self.closed(), self.ledger.stored());
                        tokio::spawn(async move {
                            closed.await;
                            stored.await;
                            let _ = done.send(());
                        });
                    }
                    Some(Command::ShutDown(done)) => {
                        self.shut_down().await;
                        let _ = done.send(());
                        return;
                    }
                    None => return,
                },
                event = next_event(&mut self.running) => self.hear(event),
                () = sleep_until(&clock, probe_at) => self.probe(),
                () = sleep_until(&clock, wake_at) => {
                    let _ = self.happen(Happening::WakeUp);
                }
            }
        }
    }

    /// Passes on what the session tells: to the health, to campaigns, to the groups, to the machine.
    fn hear(&mut self, event: SessionEvent) {
        let now = self.around.clock.now();
        let connected = event == SessionEvent::Connected;
        let reconnected = connected && std::mem::replace(&mut self.was_connected, true);
        self.snapshot.send_modify(|seen| {
            let health = &mut seen.health;
            match &event {
                SessionEvent::PingMissed | SessionEvent::Ended { .. } => return,
                SessionEvent::Pong { round_trip } => {
                    health.last_pong_at = Some(now);
                    health.round_trip = Some(*round_trip);
                }
                SessionEvent::Acked { .. } => health.last_ack_at = Some(now),
                _ => health.reconnections += u32::from(reconnected),
            }
            health.last_event_at = Some(now);
        });
        self.pass_on(&event);
        match &event {
            SessionEvent::Pong { .. } => self.post(LiveEvent::Connection(self.id)),
            SessionEvent::Ended { .. } => self.close(close_it),
            _ => {}
        }
        let _ = self.happen(Happening::Session(event));
    }

    /// Passes on what the session tells about messages, groups and the phone.
    fn pass_on(&mut self, event: &SessionEvent) {
        match event {
            SessionEvent::Acked { message, error } => {
                self.unanswered.answered(message);
                self.signals().acked(message, *error);
            }
            SessionEvent::Receipt {
                messages,
                read,
                member,
            } => {
                for message in messages {
                    self.unanswered.answered(message);
                }
                self.signals().received(messages, *read, member);
            }
            SessionEvent::PhoneSeen { at, took } => {
                self.note_phone(*at);
                for message in took {
                    self.unanswered.answered(message);
                }
                self.signals().received(took, false, OUR_PHONE);
            }
            SessionEvent::GroupChanged { jid, change, at } => self.follow_group(jid, change, *at),
            _ => {}
        }
    }

    fn signals(&self) -> Signals<'_> {
        Signals {
            workspace: self.workspace,
            connection: self.id,
            at: self.around.clock.now(),
            to: &self.around.signals,
        }
    }

    /// Asks whether anything flows once a message has waited too long for its acknowledgement.
    fn probe(&mut self) {
        let doubtful = self.unanswered.take_doubtful(self.around.clock.now());
        let pings = self
            .running
            .as_ref()
            .and_then(|running| running.pings.as_ref());
        if let Some(pings) = pings.filter(|_| doubtful) {
            pings.ask_now();
        }
    }

    /// Lets the machine decide, then does what it decided and tells everybody.
    fn happen(&mut self, happening: Happening) -> Result<(), WrongState> {
        let moment = Moment {
            now: self.around.clock.now(),
            draw: self.around.random.with(rand::Rng::random),
        };
        let (next, effects) = self.life.after(happening, moment)?;
        let before = std::mem::replace(&mut self.life, next);
        if before.state != self.life.state {
            let state = self.life.state.clone();
            tracing::info!(connection = %self.id, state = ?without_secret(&state), "state");
            self.ledger.enter(Fact::State(state, self.life.since));
        }
        let acts = !effects.is_empty();
        for effect in effects {
            self.carry_out(effect);
        }
        if acts || before.state != self.life.state || before.restoration != self.life.restoration {
            self.publish();
        }
        if self.life.state.can_send() && !before.state.can_send() {
            self.resume_groups();
        }
        Ok(())
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Open => self.open(),
            Effect::Close => self.close(close_it),
            Effect::LogOut => self.close(log_it_out),
            Effect::RecordLink { phone } => {
                let now = self.around.clock.now();
                self.ledger.enter(Fact::Linked(phone, now));
            }
            Effect::EraseLink => {
                // What the closing session still stores would come back after the erasure.
                self.ledger.wait(self.closed());
                self.ledger.enter(Fact::Unlinked);
            }
            Effect::StartPings => {
                if let Some(running) = &mut self.running {
                    running.pings = Some(Pings::start(
                        &running.session,
                        self.around.pings,
                        self.around.clock.clone(),
                        running.teller.clone(),
                    ));
                }
            }
            Effect::SyncGroups => self.sync_groups(),
        }
    }

    /// Makes the present life visible and tells everybody who waits for changes.
    fn publish(&mut self) {
        let now = self.around.clock.now();
        self.snapshot.send_modify(|seen| {
            seen.state = self.life.state.clone();
            seen.since = self.life.since;
            seen.restoration = self.life.restoration;
            seen.code_for.clone_from(&self.life.code_for);
            seen.session = self.running.as_ref().map(|running| running.session.clone());
            let flows = matches!(
                seen.state,
                ConnectionState::Online | ConnectionState::Unstable
            );
            seen.health.online_since = flows.then(|| seen.health.online_since.unwrap_or(now));
        });
        let _ = self.around.changes.send((self.workspace, self.id));
        self.post(LiveEvent::Connection(self.id));
    }

    fn post(&self, event: LiveEvent) {
        self.around.live.post(self.workspace, event);
    }
}

async fn sleep_until(clock: &SharedClock, at: Option<Timestamp>) {
    match at {
        Some(at) => clock.sleep_until(at).await,
        None => std::future::pending().await,
    }
}
