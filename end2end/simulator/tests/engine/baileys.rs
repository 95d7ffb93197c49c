//! A client that shares no code with the engine or the simulator reads what the engine sends. It needs
//! Node and its packages, which `make setup` installs.

use std::process::Stdio;

use arauto_sim::{Addressing, NewGroup, Owner};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{ChildStdout, Command};

use crate::harness::{DEADLINE, Engine, network, phone};
use crate::messages::send;

/// The next line that the client prints.
async fn line(lines: &mut Lines<BufReader<ChildStdout>>) -> serde_json::Value {
    let line = tokio::time::timeout(DEADLINE, lines.next_line())
        .await
        .expect("no line in time");
    serde_json::from_str(&line.unwrap().expect("the client ended")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn baileys_as_a_member_decrypts_what_the_engine_sends() {
    let simulator = network().await;
    let (sender, member) = (phone(&simulator).await, phone(&simulator).await);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../baileys/member.mjs");
    let mut baileys = Command::new("node")
        .args([script, &simulator.http_url(), &member])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(baileys.stdout.take().unwrap()).lines();
    assert_eq!(line(&mut lines).await["connected"], true);

    let engine = Engine::linked(&simulator, &sender).await;
    for addressing_mode in [Addressing::Lid, Addressing::Pn] {
        let owners = [&sender, &member]
            .map(|pn| Owner {
                pn: pn.clone(),
                admin: true,
            })
            .to_vec();
        let subject = "Com Baileys".to_owned();
        let new = NewGroup {
            subject,
            addressing_mode,
            size: 7,
            announce: false,
            owners,
            ..Default::default()
        };
        let group = simulator.control().create_group(new).await.unwrap();
        for round in 1..=2 {
            let (id, text) = (
                format!("3EB0{addressing_mode:?}{round}"),
                format!("olá {round}"),
            );
            send(&engine, &group.jid, &id, &text).await;
            assert_eq!(engine.ack_of(&id).await, None);
            let read = line(&mut lines).await;
            assert_eq!((&read["id"], &read["text"]), (&id.into(), &text.into()));
            assert_eq!(read["chat"], group.jid);
        }
    }
    engine.stop().await;
}
