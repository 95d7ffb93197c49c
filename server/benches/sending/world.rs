//! The program on the simulated network, with phones linked whose groups are synced.

use arauto_app::domain::ConnectionId;
use arauto_sim::{
    Addressing, Control, DecryptionMode, NewGroup, NewPhone, Owner, Scan, Simulator,
    SimulatorConfig,
};
use futures::future::join_all;
use tempfile::TempDir;

use crate::support::{Person, Program};

/// Everything that a measurement needs.
pub struct World {
    pub program: Program,
    person: Person,
    /// Each connection and the groups of its phone.
    connections: Vec<(ConnectionId, Vec<String>)>,
    _simulator: Simulator,
    _folder: TempDir,
}

impl World {
    /// So many connections, each in so many groups of so many members, kept in the embedded store or in
    /// the one at this address.
    pub async fn start(
        connections: usize,
        groups: usize,
        members: usize,
        store: Option<String>,
    ) -> Self {
        let simulator = Simulator::start(SimulatorConfig {
            seed: 7,
            decryption: DecryptionMode::Count,
            ..SimulatorConfig::default()
        });
        let simulator = simulator.await.expect("the network starts");
        let folder = tempfile::tempdir().expect("a folder can be made");
        let mut program = Program::new(&simulator, folder.path(), store)
            .with("ARAUTO_LOG", "error")
            .with("ARAUTO_PACE_SHORTEST_MS", "0")
            .with("ARAUTO_PACE_LONGEST_MS", "0");
        program.start().await;
        let person = Person::at(program.url());
        person.create_administrator().await;
        let mut linked = Vec::new();
        for number in 0..connections {
            let control = simulator.control();
            linked.push(link(control, &person, number, groups, members).await);
        }
        Self {
            program,
            person,
            connections: linked,
            _simulator: simulator,
            _folder: folder,
        }
    }

    /// Sends a message to every group of every connection, and waits until all are acknowledged.
    pub async fn send_everywhere(&self) {
        let runs = self.connections.iter().map(|(connection, groups)| async {
            let person = &self.person;
            let run = person
                .start_campaign(*connection, groups, "Saiu do forno", None)
                .await;
            person.until_finished(run).await;
        });
        join_all(runs).await;
    }
}

async fn link(
    control: &Control,
    person: &Person,
    number: usize,
    groups: usize,
    members: usize,
) -> (ConnectionId, Vec<String>) {
    let name = format!("Celular {number}");
    let phone = control.add_phone(NewPhone { pn: None, name }).await;
    let phone = phone.expect("a phone can be added").pn;
    let mut jids = Vec::with_capacity(groups);
    for group in 0..groups {
        let new = NewGroup {
            subject: format!("Grupo {group} de {number}"),
            addressing_mode: Addressing::Lid,
            size: members,
            announce: false,
            owners: vec![Owner {
                pn: phone.clone(),
                admin: true,
            }],
            ..Default::default()
        };
        let created = control.create_group(new).await;
        jids.push(created.expect("a group is created").jid);
    }
    let (connection, qr) = person.create_connection(&format!("Loja {number}")).await;
    let scan = Scan {
        qr,
        pn: Some(phone),
    };
    control.scan(scan).await.expect("the phone links it");
    person.until_online(connection).await;
    person.sync_groups(connection, groups).await;
    (connection, jids)
}
