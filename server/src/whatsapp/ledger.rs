//! What is stored of a connection's life, in the order in which it happened.
//!
//! The actor never waits for the store: it enters what happened here, and a task of its own carries
//! it out, trying again for as long as the store does not answer.

use std::sync::Arc;
use std::time::Duration;

use arauto_app::api::LiveEvent;
use arauto_app::domain::{ConnectionState, PairingStep, Timestamp};
use futures::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;

use crate::clock::SharedClock;
use crate::live::LiveBoard;
use crate::store::{ConnectionStore, Lease, SessionKeyStore, StoreError};

/// How long to wait before an entry is tried again, at first and at most.
const RETRY: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// Something to be stored.
pub(super) enum Fact {
    /// The state that became true.
    State(ConnectionState, Timestamp),
    /// A phone linked it.
    Linked(String, Timestamp),
    /// The phone left a trace.
    PhoneSeen(Timestamp),
    /// The link ended: the keys are to be erased.
    Unlinked,
}

enum Entry {
    Fact(Fact),
    /// What follows has to wait for this.
    Wait(BoxFuture<'static, ()>),
    /// Answers once everything before it is stored.
    Barrier(oneshot::Sender<()>),
}

/// The writing end of a connection's ledger. Dropping it ends the task once all is stored.
pub(super) struct Ledger {
    entries: mpsc::UnboundedSender<Entry>,
    _task: AbortOnDropHandle<()>,
}

impl Ledger {
    pub(super) fn start(writer: Writer) -> Self {
        let (entries, queue) = mpsc::unbounded_channel();
        let task = AbortOnDropHandle::new(tokio::spawn(writer.run(queue)));
        Self {
            entries,
            _task: task,
        }
    }

    /// Enters something to be stored.
    pub(super) fn enter(&self, fact: Fact) {
        self.push(Entry::Fact(fact));
    }

    /// Holds up what is entered after this until `done` is.
    pub(super) fn wait(&self, done: BoxFuture<'static, ()>) {
        self.push(Entry::Wait(done));
    }

    fn push(&self, entry: Entry) {
        // The task ends only with the ledger itself.
        let _ = self.entries.send(entry);
    }

    /// Done once everything entered before this call is stored.
    pub(super) fn stored(&self) -> BoxFuture<'static, ()> {
        let (done, wait) = oneshot::channel();
        self.push(Entry::Barrier(done));
        Box::pin(async move {
            let _ = wait.await;
        })
    }
}

/// Carries out the entries of one connection.
pub(super) struct Writer {
    pub(super) lease: Lease,
    pub(super) connections: Arc<dyn ConnectionStore>,
    /// Those of the connection, under the lease.
    pub(super) keys: Arc<dyn SessionKeyStore>,
    pub(super) clock: SharedClock,
    pub(super) live: LiveBoard,
}

impl Writer {
    async fn run(self, mut queue: mpsc::UnboundedReceiver<Entry>) {
        while let Some(entry) = queue.recv().await {
            match entry {
                Entry::Wait(done) => done.await,
                Entry::Barrier(done) => drop(done.send(())),
                Entry::Fact(fact) => self.persist(&fact).await,
            }
        }
    }

    async fn persist(&self, fact: &Fact) {
        let (mut pause, longest) = RETRY;
        loop {
            match self.carry_out(fact).await {
                // Another server writes from here on, or the connection was removed.
                Ok(()) | Err(StoreError::LeaseLost) => return,
                Err(error) if error.is_retryable() => {
                    tracing::warn!(connection = %self.lease.connection, "failed to {error}; trying again");
                }
                Err(error) => {
                    tracing::error!(connection = %self.lease.connection, "failed to {error}");
                    return;
                }
            }
            self.clock.sleep(pause).await;
            pause = longest.min(pause * 2);
        }
    }

    async fn carry_out(&self, fact: &Fact) -> Result<(), StoreError> {
        let lease = &self.lease;
        let (workspace, id) = (lease.workspace, lease.connection);
        match fact {
            Fact::State(state, since) => {
                let state = without_secret(state);
                self.connections.set_state(lease, &state, *since).await?;
            }
            Fact::Linked(phone, at) => {
                self.connections.set_linked(lease, phone, *at).await?;
            }
            Fact::PhoneSeen(at) => {
                self.connections.set_phone_seen(lease, *at).await?;
            }
            Fact::Unlinked => {
                self.keys.erase(id).await?;
                self.connections.set_unlinked(lease).await?;
            }
        }
        // Whoever looked when the state changed has not seen this part of the row.
        self.live.post(workspace, LiveEvent::Connection(id));
        Ok(())
    }
}

/// A QR code and a pairing code carry a secret of the pairing and are worth nothing after a restart:
/// they stay out of the store and the log.
pub(super) fn without_secret(state: &ConnectionState) -> ConnectionState {
    match state {
        ConnectionState::Pairing {
            step: step @ (PairingStep::Qr { .. } | PairingStep::Code { .. }),
        } => ConnectionState::Pairing {
            step: PairingStep::Opening { way: step.way() },
        },
        other => other.clone(),
    }
}
