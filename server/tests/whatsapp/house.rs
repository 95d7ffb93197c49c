//! A server with its connections, a simulated network, and somebody who uses them.

use std::sync::Arc;
use std::time::Duration;

use arauto::campaigns::{Backoff, CampaignConfig, CampaignEngine};
use arauto::clock::{Clock, SystemClock};
use arauto::live::LiveBoard;
use arauto::random::Random;
use arauto::store::Store;
use arauto::whatsapp::{
    ConnectionService, GroupService, Hub, MessageSignal, Messenger, OutgoingMessage, PingPlan,
    SimulatedNetwork, SyncPlan, WhatsappConfig,
};
use arauto_app::api::{ConnectionView, Connections, Groups, GroupsView, Principal, SyncProgress};
use arauto_app::domain::{
    ConnectionCause, ConnectionId, ConnectionState, GroupJid, GroupQuery, MessageId, Pacing,
    PairingStep, Role, Timestamp, User, UserId, Workspace, WorkspaceId,
};
use arauto_sim::{NewGroup, NewPhone, Owner, Simulator, SimulatorConfig};
use tempfile::TempDir;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::phones::scan;

/// How long anything may take: it decides only how long a failure takes to show.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Fast enough for a test to see silence, slow enough for a busy machine to answer.
pub const PINGS: PingPlan = PingPlan {
    interval: Duration::from_millis(300),
    deadline: Duration::from_secs(4),
    probe_after: Duration::from_millis(500),
};

/// Asks again so soon that a test can wait for it, and gives up before it takes long.
const SYNCS: SyncPlan = SyncPlan {
    first: Duration::from_millis(100),
    longest: Duration::from_millis(200),
    attempts: 3,
};

/// The number of the phone that tests pair with.
pub const PHONE: &str = "5500811111111";

pub async fn network() -> Simulator {
    let config = SimulatorConfig {
        seed: 11,
        ..Default::default()
    };
    let simulator = Simulator::start(config).await.unwrap();
    let phone = NewPhone {
        pn: Some(PHONE.into()),
        name: "Dona Rosa".into(),
    };
    simulator.control().add_phone(phone).await.unwrap();
    simulator
}

/// The addresses of a simulator.
pub fn addresses(simulator: &Simulator) -> SimulatedNetwork {
    SimulatedNetwork {
        websocket_url: simulator.websocket_url(),
        http_url: simulator.http_url(),
    }
}

/// A group of the phone with so many members.
pub async fn group(simulator: &Simulator, subject: &str, size: usize) -> GroupJid {
    let new = NewGroup {
        subject: subject.into(),
        size,
        owners: vec![Owner {
            pn: PHONE.into(),
            admin: true,
        }],
        ..Default::default()
    };
    let group = simulator.control().create_group(new).await.unwrap();
    group.jid.parse().unwrap()
}

/// Somebody without a phone of ours.
pub fn member(number: u32) -> Owner {
    Owner {
        pn: arauto_sim::member_number(900_000 + number),
        admin: false,
    }
}

pub struct House {
    pub store: Store,
    pub live: LiveBoard,
    pub hub: Arc<Hub>,
    pub connections: ConnectionService,
    pub groups: GroupService,
    pub who: Principal,
    config: WhatsappConfig,
    data: Arc<TempDir>,
}

impl House {
    /// A server with an empty store.
    pub async fn new(network: SimulatedNetwork) -> Self {
        Self::pinging(network, PINGS).await
    }

    /// A server with an empty store that pings in its own way.
    pub async fn pinging(network: SimulatedNetwork, pings: PingPlan) -> Self {
        let data = Arc::new(tempfile::tempdir().unwrap());
        let store = Store::open_sqlite(data.path().join("arauto.db")).unwrap();
        let config = WhatsappConfig {
            pings,
            syncs: SYNCS,
            network: Some(network),
            ..Default::default()
        };
        Self::over(store, data, config).await
    }

    async fn over(store: Store, data: Arc<TempDir>, config: WhatsappConfig) -> Self {
        let random = Random::from_os().unwrap();
        let (clock, live) = (Arc::new(SystemClock), LiveBoard::default());
        let hub = Hub::start(
            config.clone(),
            store.clone(),
            clock.clone(),
            random.clone(),
            live.clone(),
        );
        let hub = hub.await.unwrap();
        Self {
            connections: ConnectionService::new(
                hub.clone(),
                store.clone(),
                clock.clone(),
                random,
                live.clone(),
            ),
            groups: GroupService::new(hub.clone(), store.clone(), clock),
            store,
            live,
            hub,
            who: somebody(),
            config,
            data,
        }
    }

    /// The same server after a crash: nothing was stored in an orderly way at the end.
    pub async fn after_crash(self) -> Self {
        self.again(SYNCS).await
    }

    /// The same server after an orderly restart, with another plan for its syncs.
    pub async fn with_syncs(self, syncs: SyncPlan) -> Self {
        self.hub.shutdown().await;
        self.again(syncs).await
    }

    async fn again(self, syncs: SyncPlan) -> Self {
        let config = WhatsappConfig {
            syncs,
            ..self.config
        };
        let Self {
            hub,
            connections,
            groups,
            store,
            data,
            ..
        } = self;
        drop((connections, groups, hub));
        Self::over(store, data, config).await
    }

    /// The same server after an orderly restart.
    pub async fn after_restart(self) -> Self {
        self.hub.shutdown().await;
        self.after_crash().await
    }

    pub async fn view(&self, id: ConnectionId) -> ConnectionView {
        self.connections.get(&self.who, id).await.unwrap()
    }

    pub async fn group_view(&self, id: ConnectionId) -> GroupsView {
        let everything = GroupQuery::default();
        let view = self.groups.search(&self.who, id, &everything, None).await;
        view.unwrap()
    }

    /// Looks again after every notice until `look` is satisfied.
    pub async fn until<T>(&self, what: &str, mut look: impl AsyncFnMut(&Self) -> Option<T>) -> T {
        self.until_within(PATIENCE, what, &mut look).await
    }

    pub async fn until_within<T>(
        &self,
        patience: Duration,
        what: &str,
        look: &mut impl AsyncFnMut(&Self) -> Option<T>,
    ) -> T {
        let mut notices = self.live.subscribe();
        let waiting = async {
            loop {
                if let Some(seen) = look(self).await {
                    return seen;
                }
                // Lagging behind is a reason to look again, like a notice.
                let _ = notices.recv().await;
            }
        };
        let seen = tokio::time::timeout(patience, waiting).await;
        seen.unwrap_or_else(|_| panic!("waited {patience:?} in vain: {what}"))
    }

    /// Waits for a state.
    pub async fn until_state(
        &self,
        id: ConnectionId,
        what: &str,
        is: impl Fn(&ConnectionState) -> bool,
    ) -> ConnectionView {
        self.until(what, async |house: &Self| {
            let view = house.view(id).await;
            is(&view.connection.state).then_some(view)
        })
        .await
    }

    pub async fn until_online(&self, id: ConnectionId) -> ConnectionView {
        self.until_state(id, "the connection is online", |state| {
            *state == ConnectionState::Online
        })
        .await
    }

    /// Makes a connection and begins to pair it.
    pub async fn begin_pairing(&self) -> ConnectionId {
        let id = self.connections.create(&self.who, "Loja").await.unwrap();
        self.connections.pair(&self.who, id).await.unwrap();
        id
    }

    /// Waits for a QR code.
    pub async fn until_qr(&self, id: ConnectionId) -> String {
        self.until("a QR code is shown", async |house: &Self| {
            match house.view(id).await.connection.state {
                ConnectionState::Pairing {
                    step: PairingStep::Qr { text, .. },
                } => Some(text),
                _ => None,
            }
        })
        .await
    }

    /// Waits until pairing has ended without a link, and tells why.
    pub async fn until_given_up(&self, id: ConnectionId) -> Option<ConnectionCause> {
        self.until("pairing ends", async |house: &Self| {
            match house.view(id).await.connection.state {
                ConnectionState::Unpaired { cause } => Some(cause),
                _ => None,
            }
        })
        .await
    }

    /// A connection that the phone of the network has linked, online, its groups read.
    pub async fn paired(&self, simulator: &Simulator) -> ConnectionId {
        let id = self.begin_pairing().await;
        scan(simulator, self.until_qr(id).await).await;
        self.until_online(id).await;
        self.until("the groups are read", async |house: &Self| {
            let view = house.group_view(id).await;
            view.synced_at.filter(|_| view.sync == SyncProgress::Idle)
        })
        .await;
        id
    }

    /// Takes the signals about messages.
    pub fn signals(&self) -> Signals {
        Signals(self.hub.take_signals().unwrap())
    }

    pub async fn send(&self, id: ConnectionId, message: OutgoingMessage) {
        self.hub.send(id, message).await.unwrap();
    }
}

/// What WhatsApp tells about messages.
pub struct Signals(UnboundedReceiver<MessageSignal>);

impl Signals {
    /// The next signal about a message.
    pub async fn of(&mut self, message: &MessageId) -> MessageSignal {
        let next = async {
            loop {
                let signal = self.0.recv().await.unwrap();
                if signal.message == *message {
                    return signal;
                }
            }
        };
        let signal = tokio::time::timeout(PATIENCE, next).await;
        signal.unwrap_or_else(|_| panic!("waited in vain for a signal about {message}"))
    }
}

/// A message id that no other call gives.
pub fn fresh_id() -> MessageId {
    use std::sync::atomic::{AtomicU8, Ordering};
    static NEXT: AtomicU8 = AtomicU8::new(1);
    MessageId::new([NEXT.fetch_add(1, Ordering::Relaxed); 9])
}

/// A text to a group.
pub fn text(to: &GroupJid, text: &str) -> OutgoingMessage {
    OutgoingMessage {
        id: fresh_id(),
        to: to.clone().into(),
        text: text.into(),
        media: None,
        again: false,
    }
}

pub fn now() -> Timestamp {
    SystemClock.now()
}

fn somebody() -> Principal {
    let created_at = Timestamp::from_seconds(1_780_000_000);
    let workspace = WorkspaceId::new(created_at, [1; 10]);
    Principal {
        user: User {
            id: UserId::new(created_at, [2; 10]),
            workspace,
            role: Role::Owner,
            platform_admin: false,
            name: "Ana".into(),
            email: "ana@exemplo.com.br".into(),
            created_at,
        },
        workspace: Workspace {
            id: workspace,
            name: "Comunidade".into(),
            created_at,
        },
    }
}

/// Somebody of another workspace.
pub fn stranger() -> Principal {
    let mut stranger = somebody();
    stranger.workspace.id = WorkspaceId::new(stranger.workspace.created_at, [9; 10]);
    stranger
}

/// The campaign engine over a house's connections, in a hurry.
pub fn campaigns(house: &House) -> CampaignEngine {
    let config = CampaignConfig {
        pacing: Pacing {
            shortest: Duration::from_millis(40),
            longest: Duration::from_millis(80),
        },
        caps: false,
        ack_deadline: Duration::from_secs(3),
        retry: Backoff {
            first: Duration::from_millis(300),
            longest: Duration::from_secs(2),
        },
        ..CampaignConfig::default()
    };
    let engine = CampaignEngine::start(
        house.store.clone(),
        house.hub.clone(),
        Arc::new(SystemClock),
        Random::from_os().unwrap(),
        house.live.clone(),
        config,
    );
    engine.unwrap()
}
