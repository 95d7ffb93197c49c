//! SIGTERM in the middle of a run: the server leaves in order and in time, whatever is silent around
//! it, and the next start goes on.

use std::time::{Duration, Instant};

use arauto_app::domain::{DeliveryState, RunId, RunStatus};
use arauto_sim::{Fault, FaultOrder, MessageView};
use futures::{StreamExt, TryStreamExt};
use reqwest::StatusCode;

use crate::faults::assert_one_id_per_group;
use crate::world::{Store, World};

const GROUPS: usize = 30;
/// How long an accepted message may take to every member's phone.
const SHOWN_WITHIN: Duration = Duration::from_secs(30);
/// How long a second signal may take.
const AT_ONCE: Duration = Duration::from_secs(2);

/// A run of which some messages are acknowledged, and the network falls silent over the next.
async fn world_in_silence(store: Store) -> (World, RunId) {
    let world = World::with_groups(store, GROUPS, |program| {
        program
            .with("ARAUTO_PACE_SHORTEST_MS", "50")
            .with("ARAUTO_PACE_LONGEST_MS", "60")
    })
    .await;
    let connection = world.link().await;
    let run = world
        .person
        .start_campaign(connection, &world.groups, "até logo", None)
        .await;
    world
        .person
        .until("some messages are out", async || {
            (world.person.run(run).await.tally.acknowledged() >= 3).then_some(())
        })
        .await;
    let silence = FaultOrder {
        pn: None,
        fault: Fault::Silent,
    };
    let control = world.simulator.control();
    control.inject(silence).await.expect("a fault");
    world
        .person
        .until("a message waits for its acknowledgement", async || {
            let view = world.person.run(run).await;
            let waits = |delivery: &_| matches!(delivery, DeliveryState::Sending);
            view.deliveries
                .iter()
                .any(|delivery| waits(&delivery.state))
                .then_some(())
        })
        .await;
    (world, run)
}

/// The network is back, the server starts again, and the run ends as if nothing had been.
async fn assert_the_next_start_goes_on(mut world: World, run: RunId) {
    world.simulator.control().lift_faults(None).await;
    world.program.start().await;
    assert_eq!(world.person.readiness().await, Some(StatusCode::OK));
    let view = world.person.until_finished(run).await;
    assert_eq!(
        view.tally.status(),
        RunStatus::Completed,
        "{:?}",
        view.tally
    );
    assert_one_id_per_group(&world, GROUPS).await;
    until_shown_by_everyone(&world).await;
}

async fn until_shown_by_everyone(world: &World) {
    let control = world.simulator.control();
    let mut events = control.events();
    let shown = async {
        loop {
            let messages = control.messages(None, 0).await;
            let everyone = |message: &MessageView| message.shown_by.len() == message.recipients;
            if messages.iter().all(everyone) {
                return;
            }
            // Lagging behind is no matter: the journal is read anew.
            let _ = events.recv().await;
        }
    };
    let in_time = tokio::time::timeout(SHOWN_WITHIN, shown).await;
    in_time.expect("every member shows each message once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_leaves_a_silent_network_and_open_pages_in_time() {
    let (mut world, run) = world_in_silence(Store::Sqlite).await;
    let pages = [world.person.listen().await, world.person.listen().await];

    let asked = Instant::now();
    world.program.ask_to_stop().await;
    while world.person.readiness().await.expect("it still answers") == StatusCode::OK {}
    for page in pages {
        let rest: Result<Vec<_>, _> = page.try_collect().await;
        rest.expect("an open page's stream comes to its end");
    }
    let turned = asked.elapsed();
    assert_eq!(
        world.person.readiness().await,
        Some(StatusCode::SERVICE_UNAVAILABLE),
        "nobody is sent here while the rest ends"
    );
    let status = world.program.ended().await;
    assert!(status.success(), "it ended with {status}");
    println!(
        "ready no more after {turned:?}, gone after {:?}",
        asked.elapsed()
    );
    assert!(asked.elapsed() < Duration::from_secs(10));

    assert_the_next_start_goes_on(world, run).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_leaves_a_silent_store_in_time() {
    let (mut world, run) = world_in_silence(Store::Mongo).await;
    let mut page = world.person.listen().await;
    let mongod = world.mongod.as_ref().expect("this world has one");
    mongod.pause();

    let asked = Instant::now();
    world.program.ask_to_stop().await;
    while page.next().await.is_some() {}
    let status = world.program.ended().await;
    assert!(status.success(), "it ended with {status}");
    println!("gone after {:?}", asked.elapsed());
    assert!(asked.elapsed() < Duration::from_secs(10));

    let mongod = world.mongod.as_ref().expect("this world has one");
    mongod.resume();
    assert_the_next_start_goes_on(world, run).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_it_at_once() {
    let (mut world, run) = world_in_silence(Store::Sqlite).await;
    let mut page = world.person.listen().await;
    world.program.ask_to_stop().await;
    while page.next().await.is_some() {}

    let hurried = Instant::now();
    world.program.ask_to_stop().await;
    let status = world.program.ended().await;
    assert_eq!(status.code(), Some(1), "it says that it left things undone");
    assert!(hurried.elapsed() < AT_ONCE, "{:?}", hurried.elapsed());

    assert_the_next_start_goes_on(world, run).await;
}
