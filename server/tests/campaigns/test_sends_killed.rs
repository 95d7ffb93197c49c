//! The process is killed at any step of a test, and its owner presses the button again: one message with
//! one id arrives.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use arauto_app::domain::*;

use super::faults::Fault;
use super::test_sends::order;
use super::world::{Process, World};

/// More calls of the store than a test makes.
const CALLS_AT_MOST: u64 = 1_000;
/// How long one life may take in real time.
const DEADLINE: Duration = Duration::from_mins(1);

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

/// Asks for the first test until it was begun, and waits for its end.
async fn work(world: &World, process: &Process, campaign: CampaignId) -> RunId {
    let campaigns = process.engine.campaigns();
    let run = loop {
        let wish = order(Recipient::Oneself, 0);
        if let Ok(run) = campaigns.test(&world.who, campaign, wish).await {
            break run;
        }
    };
    world.until_finished(process, run).await;
    run
}

/// One life of the process: it ends with the test's end, or where the plan kills it.
fn live_once(world: &World, campaign: CampaignId) -> Option<RunId> {
    let runtime = runtime();
    let ended = runtime.block_on(async {
        let process = world.start_process();
        tokio::select! {
            biased;
            () = world.faults.killed() => None,
            run = work(world, &process, campaign) => Some(run),
            () = tokio::time::sleep(DEADLINE) => panic!("the test never ended"),
        }
    });
    runtime.shutdown_background();
    ended
}

fn killed_at(call: u64, fault: Fault) -> bool {
    let (world, campaign) = runtime().block_on(async {
        let world = World::seeded(1, call).await;
        let process = world.start_process();
        let campaigns = process.engine.campaigns();
        let campaign = campaigns.save(&world.who, None, world.draft(1)).await;
        (world, campaign.unwrap().id)
    });
    world.faults.plan(BTreeMap::from([(call, fault)]));
    let first = live_once(&world, campaign);
    let run = first.or_else(|| {
        world.faults.plan(BTreeMap::new());
        live_once(&world, campaign)
    });
    let run = run.unwrap_or_else(|| panic!("call {call}: killed twice"));
    let ids: HashSet<MessageId> = world
        .network
        .handed_over()
        .into_iter()
        .map(|(_, message)| message.id)
        .collect();
    assert_eq!(ids.len(), 1, "call {call}, {fault:?}");
    let (tests, deliveries) = runtime().block_on(async {
        let (store, workspace) = (world.open_store(), world.workspace());
        let tests = store.journal.tests(workspace, campaign, 9).await.unwrap();
        let deliveries = store.journal.deliveries(workspace, run).await.unwrap();
        (tests, deliveries)
    });
    assert_eq!(tests.len(), 1, "call {call}, {fault:?}");
    assert_eq!(deliveries[0].state, DeliveryState::Sent);
    first.is_none()
}

#[test]
fn wherever_the_process_is_killed_one_message_arrives() {
    for fault in [Fault::KillBefore, Fault::KillAfter] {
        let kills = (0..CALLS_AT_MOST)
            .take_while(|call| killed_at(*call, fault))
            .count();
        assert!(kills > 10, "{kills} steps from the button to the end");
    }
}
