//! Two servers on one MongoDB, a network with phones, and their administrator.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use arauto_app::domain::{ConnectionId, ConnectionState};
use arauto_sim::{
    Control, DecryptionMode, MessageView, NewGroup, NewPhone, Owner, Scan, Simulator,
    SimulatorConfig,
};
use futures::TryStreamExt;
use mongodb::bson::{Document, doc};
use tempfile::TempDir;

use crate::support::{Mongod, Person, Program};

/// How long anything may take: it decides only how long a failure takes to show.
const PATIENCE: Duration = Duration::from_mins(2);
/// How often the database is looked into where it cannot tell of changes.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The lease of tests that wait for one to expire: as short as a busy machine allows.
pub const LEASE: Duration = Duration::from_secs(4);

/// One of the servers.
pub struct Server {
    /// The program.
    pub program: Program,
    /// The administrator at this server.
    pub person: Person,
    folder: TempDir,
}

impl Server {
    /// The identifier of its present start.
    pub fn id(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("server.id")).expect("it left its name")
    }
}

/// Two servers and what is around them.
pub struct Cluster {
    /// The servers.
    pub servers: [Server; 2],
    /// The network.
    pub simulator: Simulator,
    connections: mongodb::Collection<Document>,
    _mongod: Mongod,
}

impl Cluster {
    /// Two servers; the second one does not run yet. They send so fast that what happens to them falls
    /// into their runs.
    pub async fn new(mongod: Mongod, lease: Duration) -> Self {
        Self::paced(mongod, lease, ["100", "400"]).await
    }

    /// The same, with bounds in milliseconds of the interval between two messages of a connection.
    pub async fn paced(
        mongod: Mongod,
        lease: Duration,
        [shortest, longest]: [&'static str; 2],
    ) -> Self {
        let simulator = Simulator::start(SimulatorConfig {
            seed: 7,
            decryption: DecryptionMode::Decrypt,
            ..SimulatorConfig::default()
        });
        let simulator = simulator.await.expect("the network starts");
        let url = mongod.fresh_database();
        let program = |folder: &TempDir| {
            Program::new(&simulator, folder.path(), Some(url.clone()))
                .with("ARAUTO_LEASE_MS", lease.as_millis().to_string())
                .with("ARAUTO_PACE_SHORTEST_MS", shortest)
                .with("ARAUTO_PACE_LONGEST_MS", longest)
        };
        let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder can be made"));
        let [mut first, second] = [program(&folders[0]), program(&folders[1])];
        first.start().await;
        let person = Person::at(first.url());
        person.create_administrator().await;
        let [first_folder, second_folder] = folders;
        let servers = [
            Server {
                person: person.at_another(first.url()),
                program: first,
                folder: first_folder,
            },
            Server {
                person: person.at_another(second.url()),
                program: second,
                folder: second_folder,
            },
        ];
        let client = mongodb::Client::with_uri_str(&url).await.unwrap();
        Self {
            servers,
            simulator,
            connections: client.default_database().unwrap().collection("connections"),
            _mongod: mongod,
        }
    }

    /// What a test does to the network and asks of it.
    pub fn control(&self) -> &Control {
        self.simulator.control()
    }

    /// A phone with so many groups.
    pub async fn phone(&self, groups: usize) -> (String, Vec<String>) {
        let phone = NewPhone {
            pn: None,
            name: "Celular".into(),
        };
        let phone = self.control().add_phone(phone).await.expect("a phone").pn;
        let mut jids = Vec::new();
        for number in 0..groups {
            let group = NewGroup {
                subject: format!("Grupo {number}"),
                size: 3,
                owners: vec![Owner {
                    pn: phone.clone(),
                    admin: true,
                }],
                ..NewGroup::default()
            };
            let group = self.control().create_group(group).await.expect("a group");
            jids.push(group.jid);
        }
        (phone, jids)
    }

    /// A connection that was made at a server and linked by a phone.
    pub async fn link(&self, server: usize, phone: &str, groups: usize) -> ConnectionId {
        let person = &self.servers[server].person;
        let (connection, qr) = person.create_connection("Loja").await;
        self.scan(phone, qr).await;
        person.until_online(connection).await;
        if groups > 0 {
            person.sync_groups(connection, groups).await;
        }
        connection
    }

    /// Lets a phone scan a code.
    pub async fn scan(&self, phone: &str, qr: String) {
        let scan = Scan {
            qr,
            pn: Some(phone.to_owned()),
        };
        self.control().scan(scan).await.expect("the phone links it");
    }

    /// Which connection is held by which server, by the servers' identifiers.
    pub async fn holders(&self) -> BTreeMap<String, String> {
        let mut holders = BTreeMap::new();
        for row in self.rows().await {
            let lease = row.get_document("lease").ok();
            let holder = lease.and_then(|lease| lease.get_str("server").ok());
            let id = row.get_str("_id").unwrap().to_owned();
            holders.insert(id, holder.unwrap_or_default().to_owned());
        }
        holders
    }

    /// How many connections each server holds.
    pub async fn loads(&self) -> Vec<usize> {
        let holders = self.holders().await;
        let ids = [0, 1].map(|server| {
            std::fs::read_to_string(self.servers[server].folder.path().join("server.id"))
        });
        ids.iter()
            .map(|id| {
                let id = id.as_deref().unwrap_or("nobody");
                holders.values().filter(|holder| *holder == id).count()
            })
            .collect()
    }

    /// Which server holds a connection.
    pub async fn server_of(&self, connection: ConnectionId) -> usize {
        let holder = self
            .holders()
            .await
            .remove(&connection.to_string())
            .unwrap();
        let place = self.servers.iter().position(|server| server.id() == holder);
        place.expect("one of the servers holds it")
    }

    /// Waits until `condition` holds of the stored leases and states.
    pub async fn until(&self, what: &str, mut condition: impl AsyncFnMut(&Self) -> bool) {
        let waiting = async {
            while !condition(self).await {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, waiting).await;
        in_time.unwrap_or_else(|_| panic!("waited {PATIENCE:?} in vain: {what}"));
    }

    /// Waits until a server runs all connections and has them online.
    pub async fn until_all_online_at(&self, server: usize) {
        let id = self.servers[server].id();
        self.until("one server has everything online", async |cluster| {
            let mut all = true;
            for row in cluster.rows().await {
                let holder = row
                    .get_document("lease")
                    .and_then(|lease| lease.get_str("server"));
                let state = row
                    .get_document("state")
                    .and_then(|state| state.get_str("state"));
                all &= holder.is_ok_and(|holder| holder == id)
                    && state.is_ok_and(|state| state == "online");
            }
            all
        })
        .await;
    }

    /// Waits until the servers share connections like this and all of them are online.
    pub async fn until_shared(&self, loads: &[usize]) {
        self.until("the connections are shared", async |cluster| {
            cluster.loads().await == loads && cluster.all_online().await
        })
        .await;
    }

    async fn all_online(&self) -> bool {
        let offline = doc! { "state.state": { "$ne": "online" } };
        let found = self.connections.find_one(offline).await;
        found.unwrap().is_none()
    }

    /// The connections as they are stored, with their leases.
    pub async fn rows(&self) -> Vec<Document> {
        let found = self.connections.find(doc! {}).await.unwrap();
        found.try_collect().await.unwrap()
    }

    /// Waits until the network accepted so many messages.
    pub async fn until_accepted(&self, count: usize) {
        let mut events = self.control().events();
        let accepted = async {
            while self.accepted().await.len() < count {
                // Lagging behind is no matter: the journal is read anew.
                let _ = events.recv().await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, accepted).await;
        in_time.unwrap_or_else(|_| panic!("the run stands still before {count} messages"));
    }

    /// The messages that the network accepted, by group.
    pub async fn accepted(&self) -> HashMap<String, Vec<MessageView>> {
        let mut by_group = HashMap::<_, Vec<_>>::new();
        for message in self.control().messages(None, 0).await {
            if message.accepted > 0 {
                by_group
                    .entry(message.chat.clone())
                    .or_default()
                    .push(message);
            }
        }
        by_group
    }

    /// Every group got the message under one id, and everybody in it can read it.
    pub async fn assert_exactly_once(&self, groups: &[String]) {
        let accepted = self.accepted().await;
        for group in groups {
            let messages = &accepted[group];
            assert_eq!(messages.len(), 1, "{group} got several ids: {messages:?}");
            assert_eq!(messages[0].failures, Vec::<String>::new(), "{group}");
            let shown = messages[0].shown_by.len();
            assert_eq!(shown, messages[0].recipients, "{group}: everybody shows it");
        }
    }

    /// Asserts that a server's pages show a connection online, without another QR code.
    pub async fn assert_online_at(&self, server: usize, connection: ConnectionId) {
        let view = self.servers[server].person.connection(connection).await;
        assert_eq!(view.connection.state, ConnectionState::Online);
    }
}
