//! A network with a phone and groups, the program beside it, and its administrator.

use arauto_app::domain::ConnectionId;
use arauto_sim::{
    Addressing, Control, DecryptionMode, NewGroup, NewPhone, Owner, Scan, Simulator,
    SimulatorConfig,
};
use tempfile::TempDir;

use crate::support::{Mongod, Person, Program};

/// Which store a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// The embedded one.
    Sqlite,
    /// A MongoDB server.
    Mongo,
}

/// Everything that a test of the whole product needs.
pub struct World {
    /// The program under test.
    pub program: Program,
    /// Its administrator, signed in.
    pub person: Person,
    /// The virtual phone's number.
    pub phone: String,
    /// The JIDs of the phone's groups.
    pub groups: Vec<String>,
    /// The network.
    pub simulator: Simulator,
    /// The MongoDB server's database, where the test runs on one.
    pub mongod: Option<Mongod>,
    /// The data folder.
    pub folder: TempDir,
}

impl World {
    /// A world with so many groups, in both addressing modes by turns, and an empty server.
    pub async fn with_groups(
        store: Store,
        groups: usize,
        tune: impl FnOnce(Program) -> Program,
    ) -> Self {
        let simulator = Simulator::start(SimulatorConfig {
            seed: 7,
            decryption: DecryptionMode::Decrypt,
            ..SimulatorConfig::default()
        });
        let simulator = simulator.await.expect("the network starts");
        let phone = add_phone(simulator.control()).await;
        let groups = add_groups(simulator.control(), &phone, groups).await;
        let folder = tempfile::tempdir().expect("a folder can be made");
        let mongod = match store {
            Store::Sqlite => None,
            Store::Mongo => Some(Mongod::start()),
        };
        let url = mongod.as_ref().map(Mongod::fresh_database);
        let mut program = tune(Program::new(&simulator, folder.path(), url));
        program.start().await;
        let person = Person::at(program.url());
        person.create_administrator().await;
        Self {
            program,
            person,
            phone,
            groups,
            simulator,
            mongod,
            folder,
        }
    }

    /// Links the phone by scanning the QR code that a new connection's page shows, and syncs its
    /// groups.
    pub async fn link(&self) -> ConnectionId {
        self.link_as("Loja").await
    }

    /// The same by a connection of another name.
    pub async fn link_as(&self, name: &str) -> ConnectionId {
        let (connection, qr) = self.person.create_connection(name).await;
        let scan = Scan {
            qr,
            pn: Some(self.phone.clone()),
        };
        self.simulator
            .control()
            .scan(scan)
            .await
            .expect("the phone links the device");
        self.person.until_online(connection).await;
        self.person.sync_groups(connection, self.groups.len()).await;
        connection
    }
}

async fn add_phone(control: &Control) -> String {
    let new = NewPhone {
        pn: None,
        name: "Celular da loja".into(),
    };
    control
        .add_phone(new)
        .await
        .expect("a phone can be added")
        .pn
}

async fn add_groups(control: &Control, phone: &str, count: usize) -> Vec<String> {
    let mut jids = Vec::with_capacity(count);
    for index in 0..count {
        let new = NewGroup {
            subject: format!("Grupo {index}"),
            addressing_mode: if index % 2 == 0 {
                Addressing::Lid
            } else {
                Addressing::Pn
            },
            size: 3 + index % 3,
            announce: false,
            owners: vec![Owner {
                pn: phone.to_owned(),
                admin: true,
            }],
            ..Default::default()
        };
        jids.push(
            control
                .create_group(new)
                .await
                .expect("a group can be created")
                .jid,
        );
    }
    jids
}
