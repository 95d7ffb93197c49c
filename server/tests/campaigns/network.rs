//! A WhatsApp network in memory that follows a script: it acknowledges late, never, twice, in any
//! order, refuses, or is not reachable. It remembers every message that reached it and outlives
//! the processes that connect to it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arauto::clock::{Clock, ManualClock};
use arauto::store::Lease;
use arauto::whatsapp::{MessageSignal, Messenger, OutgoingMessage, SendError};
use arauto_app::domain::*;
use async_trait::async_trait;
use tokio::sync::{Notify, broadcast, mpsc};

use super::carried::carried;
use super::faults::Faults;

/// What the network does with one message.
#[derive(Clone, Debug)]
pub struct Behaviour {
    /// Whether the message reaches WhatsApp.
    pub reaches: bool,
    /// What the sender is told at once.
    pub result: Result<(), SendError>,
    /// What the sender hears of the message, and when.
    pub answers: Vec<(Duration, DeliveryEvent)>,
}

impl Behaviour {
    /// Takes the message and answers after so many milliseconds each.
    pub fn answers<const N: usize>(answers: [(u64, DeliveryEvent); N]) -> Self {
        let answers = answers.map(|(millis, event)| (Duration::from_millis(millis), event));
        Self {
            reaches: true,
            result: Ok(()),
            answers: answers.into(),
        }
    }

    /// Acknowledges at once.
    pub fn acknowledges() -> Self {
        Self::answers([(0, DeliveryEvent::Acknowledged)])
    }

    /// Takes the message without a word.
    pub fn silent() -> Self {
        Self::answers([])
    }

    /// Does not take the message.
    pub fn fails(error: SendError) -> Self {
        Self {
            reaches: false,
            result: Err(error),
            answers: Vec::new(),
        }
    }
}

/// What decides on a message; the second argument says how often its id was seen before.
pub type Script = Box<dyn FnMut(&OutgoingMessage, usize) -> Behaviour + Send>;

/// The network.
#[derive(Clone)]
pub struct Network {
    workspace: WorkspaceId,
    clock: ManualClock,
    faults: Faults,
    inner: Arc<Mutex<Inner>>,
    changed: Arc<Notify>,
}

struct Inner {
    state: Option<ConnectionState>,
    removed: HashSet<ConnectionId>,
    script: Script,
    handed_over: Vec<(Timestamp, OutgoingMessage)>,
    reached: Vec<OutgoingMessage>,
    told: HashMap<MessageId, HashSet<String>>,
    reconnects: usize,
    tenure: Tenure,
    /// How many servers there were.
    servers: usize,
    changes: broadcast::Sender<(WorkspaceId, ConnectionId)>,
    roused: broadcast::Sender<(WorkspaceId, ConnectionId)>,
}

/// Which server runs the connection, as far as the servers know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tenure {
    /// Whoever asks: there is one server, which took the lease when the world began.
    Alone,
    /// None does.
    Vacant,
    /// This one, by number from 0 in the order in which they began, under this fence.
    Held { server: usize, fence: i64 },
}

impl Network {
    pub fn new(workspace: WorkspaceId, clock: ManualClock, faults: Faults) -> Self {
        let inner = Inner {
            state: Some(ConnectionState::Online),
            removed: HashSet::new(),
            script: Box::new(|_, _| Behaviour::acknowledges()),
            handed_over: Vec::new(),
            reached: Vec::new(),
            told: HashMap::new(),
            reconnects: 0,
            tenure: Tenure::Alone,
            servers: 0,
            changes: broadcast::Sender::new(16),
            roused: broadcast::Sender::new(16),
        };
        let inner = Arc::new(Mutex::new(inner));
        Self {
            workspace,
            clock,
            faults,
            inner,
            changed: Arc::default(),
        }
    }

    /// Sets what decides on each message from now on.
    pub fn follow(
        &self,
        script: impl FnMut(&OutgoingMessage, usize) -> Behaviour + Send + 'static,
    ) {
        self.inner.lock().unwrap().script = Box::new(script);
    }

    /// Sets the state of every connection and tells of it.
    pub fn set_state(&self, connection: ConnectionId, state: ConnectionState) {
        let mut inner = self.inner.lock().unwrap();
        inner.state = Some(state);
        let _ = inner.changes.send((self.workspace, connection));
    }

    /// Has another server run the connection, and tells all of them.
    pub fn set_tenure(&self, connection: ConnectionId, tenure: Tenure) {
        let mut inner = self.inner.lock().unwrap();
        inner.tenure = tenure;
        let _ = inner.changes.send((self.workspace, connection));
    }

    /// How many servers there were so far.
    pub fn servers(&self) -> usize {
        self.inner.lock().unwrap().servers
    }

    /// Forgets the connection. Its removal is told elsewhere.
    pub fn forget_connection(&self) {
        self.inner.lock().unwrap().state = None;
    }

    /// Forgets one connection of several.
    pub fn remove(&self, connection: ConnectionId) {
        self.inner.lock().unwrap().removed.insert(connection);
    }

    /// The messages that reached WhatsApp, in order, each as often as it did.
    pub fn reached(&self) -> Vec<OutgoingMessage> {
        self.inner.lock().unwrap().reached.clone()
    }

    /// When which message was handed over.
    pub fn handed_over(&self) -> Vec<(Timestamp, OutgoingMessage)> {
        self.inner.lock().unwrap().handed_over.clone()
    }

    /// How often a new connection was asked for.
    pub fn reconnects(&self) -> usize {
        self.inner.lock().unwrap().reconnects
    }

    /// Whether any process was ever told such an event of a message.
    pub fn told(&self, message: &MessageId, event: &str) -> bool {
        let inner = self.inner.lock().unwrap();
        inner
            .told
            .get(message)
            .is_some_and(|events| events.iter().any(|told| told.starts_with(event)))
    }

    /// Returns after another message was handed over, or another connection asked for.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// The messenger of a new process.
    pub fn plug_in(&self) -> Arc<dyn Messenger> {
        let (outbox, signals) = mpsc::unbounded_channel();
        let signals = Mutex::new(Some(signals));
        let mut inner = self.inner.lock().unwrap();
        inner.servers += 1;
        Arc::new(Process {
            network: self.clone(),
            number: inner.servers - 1,
            outbox,
            signals,
        })
    }
}

struct Process {
    network: Network,
    number: usize,
    outbox: mpsc::UnboundedSender<MessageSignal>,
    signals: Mutex<Option<mpsc::UnboundedReceiver<MessageSignal>>>,
}

impl Process {
    fn deliver(&self, connection: ConnectionId, message: OutgoingMessage) -> Result<(), SendError> {
        let network = &self.network;
        let mut inner = network.inner.lock().unwrap();
        inner
            .handed_over
            .push((network.clock.now(), message.clone()));
        let seen = inner
            .reached
            .iter()
            .filter(|reached| reached.id == message.id)
            .count();
        let behaviour = (inner.script)(&message, seen);
        if behaviour.reaches {
            inner.reached.push(message.clone());
        }
        drop(inner);
        network.changed.notify_one();
        for (delay, event) in behaviour.answers {
            self.answer(connection, message.id.clone(), delay, event);
        }
        behaviour.result
    }

    fn answer(
        &self,
        connection: ConnectionId,
        message: MessageId,
        delay: Duration,
        event: DeliveryEvent,
    ) {
        let (network, outbox) = (self.network.clone(), self.outbox.clone());
        let tell = move || {
            let mut inner = network.inner.lock().unwrap();
            inner
                .told
                .entry(message.clone())
                .or_default()
                .insert(format!("{event:?}"));
            let at = network.clock.now();
            let workspace = network.workspace;
            let _ = outbox.send(MessageSignal {
                member: None,
                workspace,
                connection,
                message,
                event,
                at,
            });
        };
        if delay.is_zero() {
            return tell();
        }
        let clock = self.network.clock.clone();
        tokio::spawn(async move {
            clock.sleep(delay).await;
            tell();
        });
    }
}

#[async_trait]
impl Messenger for Process {
    async fn send(
        &self,
        connection: ConnectionId,
        message: OutgoingMessage,
    ) -> Result<(), SendError> {
        if !self.state(connection).is_some_and(|state| state.can_send()) {
            return Err(SendError::Offline);
        }
        let message = carried(message).await?;
        let deliver = async { self.deliver(connection, message) };
        self.network.faults.pass_hand_over(deliver).await
    }

    fn state(&self, connection: ConnectionId) -> Option<ConnectionState> {
        self.lease(connection)?;
        let inner = self.network.inner.lock().unwrap();
        let is_there = !inner.removed.contains(&connection);
        inner.state.clone().filter(|_| is_there)
    }

    fn lease(&self, connection: ConnectionId) -> Option<Lease> {
        let fence = match self.network.inner.lock().unwrap().tenure {
            Tenure::Alone => 1,
            Tenure::Held { server, fence } if server == self.number => fence,
            Tenure::Held { .. } | Tenure::Vacant => return None,
        };
        Some(Lease {
            workspace: self.network.workspace,
            connection,
            fence,
        })
    }

    async fn rouse(&self, workspace: WorkspaceId, connection: ConnectionId) {
        let roused = &self.network.inner.lock().unwrap().roused;
        let _ = roused.send((workspace, connection));
    }

    fn roused(&self) -> broadcast::Receiver<(WorkspaceId, ConnectionId)> {
        self.network.inner.lock().unwrap().roused.subscribe()
    }

    fn state_changes(&self) -> broadcast::Receiver<(WorkspaceId, ConnectionId)> {
        self.network.inner.lock().unwrap().changes.subscribe()
    }

    fn take_signals(&self) -> Option<mpsc::UnboundedReceiver<MessageSignal>> {
        self.signals.lock().unwrap().take()
    }

    async fn reconnect(&self, _: ConnectionId) {
        self.network.inner.lock().unwrap().reconnects += 1;
        self.network.changed.notify_one();
    }
}
