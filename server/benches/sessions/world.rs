//! The program on the simulated network, with an administrator signed in.

use arauto_app::domain::ConnectionId;
use arauto_sim::{
    Addressing, DecryptionMode, NewGroup, NewPhone, Owner, Scan, Simulator, SimulatorConfig,
};
use tempfile::TempDir;

use crate::support::{Person, Program};

/// How many groups each phone takes part in.
const GROUPS: usize = 4;

/// Everything that a measurement needs.
pub struct World {
    pub program: Program,
    pub person: Person,
    simulator: Simulator,
    _folder: TempDir,
}

impl World {
    /// A network and an empty server on the embedded store.
    pub async fn start() -> Self {
        let simulator = Simulator::start(SimulatorConfig {
            seed: 7,
            decryption: DecryptionMode::Count,
            ..SimulatorConfig::default()
        });
        let simulator = simulator.await.expect("the network starts");
        let folder = tempfile::tempdir().expect("a folder can be made");
        let mut program = Program::new(&simulator, folder.path(), None).with("ARAUTO_LOG", "error");
        program.start().await;
        let person = Person::at(program.url());
        person.create_administrator().await;
        Self {
            program,
            person,
            simulator,
            _folder: folder,
        }
    }

    /// Links one more phone, with groups of its own, and waits until it is online.
    pub async fn link(&self, number: usize) -> ConnectionId {
        let control = self.simulator.control();
        let name = format!("Celular {number}");
        let phone = control.add_phone(NewPhone { pn: None, name }).await;
        let phone = phone.expect("a phone can be added").pn;
        for group in 0..GROUPS {
            let new = NewGroup {
                subject: format!("Grupo {group} de {number}"),
                addressing_mode: Addressing::Lid,
                size: 64,
                announce: false,
                owners: vec![Owner {
                    pn: phone.clone(),
                    admin: true,
                }],
                ..Default::default()
            };
            control.create_group(new).await.expect("a group is created");
        }
        let (connection, qr) = self
            .person
            .create_connection(&format!("Loja {number}"))
            .await;
        let scan = Scan {
            qr,
            pn: Some(phone),
        };
        control.scan(scan).await.expect("the phone links it");
        self.person.until_online(connection).await;
        connection
    }
}
