//! Faults in the middle of a run: each is told, none loses anything, and the run ends right when the
//! fault ends.

use std::time::Duration;

use arauto_app::domain::{ConnectionState, DeliveryState, FailureReason, RunStatus};
use arauto_sim::{Fault, FaultOrder, GroupChange, Owner, Scan};

use crate::world::{Store, World};

/// How long the store is away, and the network silent: the durations that the product promises to
/// bear. They are the fault, not a wait for something.
const STORE_AWAY: Duration = Duration::from_secs(20);
const NETWORK_SILENT: Duration = Duration::from_mins(2);

fn everywhere(fault: Fault) -> FaultOrder {
    FaultOrder { pn: None, fault }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_acknowledgement_is_sent_again_under_the_same_id() {
    let world = World::with_groups(Store::Sqlite, 4, |program| {
        program.with("ARAUTO_ACK_DEADLINE_MS", "2000")
    })
    .await;
    let connection = world.link().await;
    let control = world.simulator.control();
    control
        .inject(everywhere(Fault::LoseAcks { next: Some(1) }))
        .await
        .expect("a fault");

    let run = world
        .person
        .start_campaign(connection, &world.groups, "confirma?", None)
        .await;
    let view = world.person.until_finished(run).await;

    assert_eq!(view.tally.status(), RunStatus::Completed);
    let messages = control.messages(None, 0).await;
    assert_eq!(messages.len(), 4, "one id per group");
    let twice: Vec<_> = messages
        .iter()
        .filter(|message| message.accepted == 2)
        .collect();
    assert_eq!(
        twice.len(),
        1,
        "the unacknowledged one was accepted again: {messages:?}"
    );
    assert_eq!(
        twice[0].shown_by.len(),
        twice[0].recipients,
        "and is shown once by everyone"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_with_its_reason_and_the_others_arrive() {
    let world = World::with_groups(Store::Sqlite, 3, |program| program).await;
    let connection = world.link().await;
    let refused = world.groups[1].clone();
    let nack = Fault::Nack {
        code: 479,
        next: None,
        chat: Some(refused.clone()),
    };
    world
        .simulator
        .control()
        .inject(everywhere(nack))
        .await
        .expect("a fault");

    let run = world
        .person
        .start_campaign(connection, &world.groups, "oi", None)
        .await;
    let view = world.person.until_finished(run).await;

    assert_eq!(view.tally.status(), RunStatus::CompletedWithFailures);
    for delivery in &view.deliveries {
        if delivery.target.as_str() == refused {
            assert_eq!(
                delivery.state,
                DeliveryState::Failed(FailureReason::InvalidMessage)
            );
        } else {
            assert!(delivery.state.is_acknowledged(), "{delivery:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_became_announce_only_refuses_and_the_row_says_why() {
    let world = World::with_groups(Store::Sqlite, 3, |program| program).await;
    let connection = world.link().await;
    // After the sync, so that only WhatsApp's own answer can tell.
    let change = GroupChange {
        announce: Some(true),
        add: vec![Owner {
            pn: world.phone.clone(),
            admin: false,
        }],
        ..GroupChange::default()
    };
    world
        .simulator
        .control()
        .change_group(&world.groups[0], change)
        .await
        .expect("a change");

    let run = world
        .person
        .start_campaign(connection, &world.groups, "oi", None)
        .await;
    let view = world.person.until_finished(run).await;

    let row = &view.deliveries[0];
    let said = matches!(
        row.state,
        DeliveryState::Failed(FailureReason::AnnounceOnly)
            | DeliveryState::Skipped(FailureReason::AnnounceOnly)
    );
    assert!(said, "{row:?}");
    assert_eq!(view.tally.acknowledged(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_waits_for_an_unlinked_phone_and_ends_after_the_new_pairing() {
    let world = World::with_groups(Store::Sqlite, 30, |program| {
        program
            .with("ARAUTO_PACE_SHORTEST_MS", "50")
            .with("ARAUTO_PACE_LONGEST_MS", "60")
    })
    .await;
    let connection = world.link().await;
    let run = world
        .person
        .start_campaign(connection, &world.groups, "oi", None)
        .await;
    world
        .person
        .until("some messages are out", async || {
            (world.person.run(run).await.tally.acknowledged() >= 5).then_some(())
        })
        .await;

    world
        .simulator
        .control()
        .unlink(&world.phone, None)
        .await
        .expect("the phone unlinks it");
    world
        .person
        .until("the page says that the phone unlinked it", async || {
            let state = world.person.connection(connection).await.connection.state;
            (state == ConnectionState::LoggedOut).then_some(())
        })
        .await;
    let view = world.person.run(run).await;
    assert!(view.run.finished_at.is_none(), "the rest waits");
    assert_eq!(
        view.tally.failed + view.tally.skipped,
        0,
        "nothing was given up: {:?}",
        view.tally
    );

    let id = connection.to_string();
    let pair = [("id", &*id), ("action", "pair")];
    world
        .person
        .post("act-on-connection", &pair)
        .await
        .expect("pairing begins");
    let qr = world.person.until_qr(connection).await;
    let scan = Scan {
        qr,
        pn: Some(world.phone.clone()),
    };
    world
        .simulator
        .control()
        .scan(scan)
        .await
        .expect("the phone links it again");

    let view = world.person.until_finished(run).await;
    assert_eq!(
        view.tally.status(),
        RunStatus::Completed,
        "{:?}",
        view.tally
    );
    assert_one_id_per_group(&world, 30).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_bears_a_store_that_is_away_for_twenty_seconds() {
    let world = World::with_groups(Store::Mongo, 40, |program| {
        program
            .with("ARAUTO_PACE_SHORTEST_MS", "100")
            .with("ARAUTO_PACE_LONGEST_MS", "120")
    })
    .await;
    let connection = world.link().await;
    let run = world
        .person
        .start_campaign(connection, &world.groups, "oi", None)
        .await;
    world
        .person
        .until("some messages are out", async || {
            (world.person.run(run).await.tally.acknowledged() >= 3).then_some(())
        })
        .await;

    let mongod = world.mongod.as_ref().expect("this world has one");
    mongod.pause();
    tokio::time::sleep(STORE_AWAY).await;
    mongod.resume();

    let view = world.person.until_finished(run).await;
    assert_eq!(
        view.tally.status(),
        RunStatus::Completed,
        "{:?}",
        view.tally
    );
    assert_one_id_per_group(&world, 40).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_bears_a_network_that_is_silent_for_two_minutes() {
    let world = World::with_groups(Store::Sqlite, 30, |program| {
        program
            .with("ARAUTO_PACE_SHORTEST_MS", "50")
            .with("ARAUTO_PACE_LONGEST_MS", "60")
    })
    .await;
    let connection = world.link().await;
    let run = world
        .person
        .start_campaign(connection, &world.groups, "oi", None)
        .await;
    world
        .person
        .until("some messages are out", async || {
            (world.person.run(run).await.tally.acknowledged() >= 3).then_some(())
        })
        .await;

    let control = world.simulator.control();
    control
        .inject(everywhere(Fault::Silent))
        .await
        .expect("a fault");
    tokio::time::sleep(NETWORK_SILENT).await;
    let state = world.person.connection(connection).await.connection.state;
    assert_ne!(
        state,
        ConnectionState::Online,
        "two minutes of silence are noticed"
    );
    control.lift_faults(None).await;

    let view = world.person.until_finished(run).await;
    assert_eq!(
        view.tally.status(),
        RunStatus::Completed,
        "{:?}",
        view.tally
    );
    assert_one_id_per_group(&world, 30).await;
}

/// Every group got the message, under one id each.
pub async fn assert_one_id_per_group(world: &World, groups: usize) {
    let messages = world.simulator.control().messages(None, 0).await;
    let accepted: Vec<_> = messages
        .iter()
        .filter(|message| message.accepted > 0)
        .collect();
    assert_eq!(accepted.len(), groups, "one id per group: {accepted:?}");
}
