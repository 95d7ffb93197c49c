//! The process is killed between an outage, the question about it, its answer, and what follows.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arauto_app::domain::*;

use super::faults::Fault;
use super::world::{Process, World};

const DEADLINE: Duration = Duration::from_mins(1);
const GROUPS: u32 = 2;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// One life of the process; tells whether it came to the end of `work`, or the plan killed it.
fn live(world: &World, work: impl AsyncFnOnce(&Process)) -> bool {
    let runtime = runtime();
    let finished = runtime.block_on(async {
        let process = world.start_process();
        tokio::select! {
            biased;
            () = world.faults.killed() => false,
            () = world.while_time_passes(work(&process)) => true,
            () = tokio::time::sleep(DEADLINE) => panic!("the run never ended"),
        }
    });
    runtime.shutdown_background();
    finished
}

/// The owner's side: answers when asked, until the run ends.
async fn attend(
    world: &World,
    process: &Process,
    run: RunId,
    choice: OutageChoice,
    answered: &AtomicBool,
) {
    let (store, workspace) = (&process.store, world.workspace());
    let mut notices = world.live.subscribe();
    loop {
        let stored = store.journal.run(workspace, run).await.unwrap().unwrap();
        if stored.finished_at.is_some() {
            return;
        }
        let row = store.connections.get(workspace, world.connection).await;
        let asked = row.unwrap().unwrap().outage;
        if let Some(outage) = asked.filter(|outage| !outage.dropping) {
            let handed_over = world.network.handed_over();
            assert!(handed_over.is_empty(), "sent while the owner is asked");
            assert!(!answered.load(Ordering::Relaxed), "asked again");
            let (runs, back_at) = (process.engine.runs(), outage.back_at);
            let settled = runs
                .settle_outage(&world.who, world.connection, back_at, choice)
                .await;
            answered.fetch_or(settled.is_ok(), Ordering::Relaxed);
            continue;
        }
        let _ = notices.recv().await;
    }
}

/// A run that waited through an outage of an hour; no process lives.
fn after_an_hour(seed: u64) -> (World, RunId) {
    let runtime = runtime();
    let (world, run) = runtime.block_on(async {
        let world = World::seeded(GROUPS, seed).await;
        world
            .network
            .set_state(world.connection, ConnectionState::Stopped);
        let process = world.start_process();
        let (_, run) = process.launch(&world.who, world.draft(GROUPS)).await;
        (world, run)
    });
    runtime.shutdown_background();
    world.clock.advance(Duration::from_hours(1));
    world
        .network
        .set_state(world.connection, ConnectionState::Online);
    (world, run)
}

/// Kills one life at a step, lives on, and tells whether the first life ended before that step.
fn killed_at(step: u64, fault: Fault, choice: OutageChoice) -> bool {
    let (world, run) = after_an_hour(step);
    let answered = Arc::new(AtomicBool::new(false));
    world.faults.plan(BTreeMap::from([(step, fault)]));
    let unharmed = live(&world, async |process| {
        attend(&world, process, run, choice, &answered).await;
    });
    world.faults.plan(BTreeMap::new());
    assert!(live(&world, async |process| {
        attend(&world, process, run, choice, &answered).await;
    }));
    let deliveries = runtime().block_on(async {
        let journal = world.open_store().journal;
        journal.deliveries(world.workspace(), run).await.unwrap()
    });
    let dropped = DeliveryState::Skipped(FailureReason::DroppedAfterOutage);
    for delivery in deliveries {
        let reached = world.network.reached();
        let of_group = reached.iter().filter(|m| m.to == delivery.target);
        let ids: Vec<&MessageId> = of_group.map(|message| &message.id).collect();
        match choice {
            OutageChoice::Send => {
                assert_eq!(delivery.state, DeliveryState::Sent);
                assert!(!ids.is_empty(), "lost");
                assert!(
                    ids.iter()
                        .all(|id| Some(*id) == delivery.message_id.as_ref())
                );
            }
            OutageChoice::Drop => {
                assert_eq!((delivery.state, ids.len()), (dropped, 0));
            }
        }
    }
    unharmed
}

#[test]
fn killed_at_every_step_the_owners_word_is_kept_and_asked_for_once() {
    for choice in [OutageChoice::Send, OutageChoice::Drop] {
        let mut step = 0;
        loop {
            let before = killed_at(step, Fault::KillBefore, choice);
            let after = killed_at(step, Fault::KillAfter, choice);
            if before && after {
                assert!(step > 6, "an outage takes more steps than {step}");
                break;
            }
            step += 1;
        }
    }
}
