//! The network's own restarts: everyone finds again what they knew.

use std::path::Path;

use arauto_sim::{Addressing, Simulator, SimulatorConfig};

use crate::harness::{Engine, phone};
use crate::messages::{group, journaled, send};

async fn start(state: &Path, seed: u64) -> Simulator {
    let state = Some(state.to_owned());
    Simulator::start(SimulatorConfig {
        state,
        seed,
        ..Default::default()
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_groups_and_the_journal_survive_a_restart_of_the_network() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("network.jsonl");
    let simulator = start(&state, 7).await;
    let pn = phone(&simulator).await;
    let engine = Engine::linked(&simulator, &pn).await;
    let group = group(&simulator, &pn, Addressing::Lid, 9, false).await;
    send(&engine, &group.jid, "3EB0BEFORE", "antes").await;
    assert_eq!(engine.ack_of("3EB0BEFORE").await, None);
    let before = journaled(&simulator, "3EB0BEFORE").await;
    let store = engine.stop().await;
    simulator.shutdown().await;

    // Another seed on the command line does not change the network's keys.
    let simulator = start(&state, 8).await;
    assert_eq!(simulator.seed(), 7);
    assert_eq!(journaled(&simulator, "3EB0BEFORE").await, before);
    assert_eq!(simulator.control().group(&group.jid).await.unwrap(), group);

    let engine = Engine::resume(&simulator, store).await;
    engine.until_connected().await;
    send(&engine, &group.jid, "3EB0AFTER", "depois").await;
    assert_eq!(engine.ack_of("3EB0AFTER").await, None);
    let after = journaled(&simulator, "3EB0AFTER").await;
    assert_eq!(after.text.as_deref(), Some("depois"));
    assert_eq!(after.failures, Vec::<String>::new());
    assert_eq!(after.shown_by, before.shown_by);
    engine.stop().await;
    simulator.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_in_the_file_before_an_orderly_end() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("network.jsonl");
    let simulator = start(&state, 7).await;
    let pn = phone(&simulator).await;
    let engine = Engine::linked(&simulator, &pn).await;
    let group = group(&simulator, &pn, Addressing::Pn, 4, false).await;
    send(&engine, &group.jid, "3EB0DURABLE", "fica").await;
    assert_eq!(engine.ack_of("3EB0DURABLE").await, None);
    // What a killed process leaves behind is what is in the file now.
    let copy = folder.path().join("copy.jsonl");
    std::fs::copy(&state, &copy).unwrap();
    let survivor = start(&copy, 7).await;
    let message = journaled(&survivor, "3EB0DURABLE").await;
    assert_eq!(message.accepted, 1);
    assert_eq!(message.shown_by.len(), 3);
    engine.stop().await;
}
