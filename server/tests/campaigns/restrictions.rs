//! WhatsApp restricts the number: its sending pauses until its owner resumes it, or the block ends.

use std::time::Duration;

use arauto::clock::Clock;
use arauto_app::api::{ApiError, LiveEvent};
use arauto_app::domain::*;

use super::network::Behaviour;
use super::world::{Process, World, drain, jid};

const RESTRICTED: DeliveryEvent = DeliveryEvent::Refused(FailureReason::AccountRestricted);

/// Runs a campaign whose second message is refused because the account is restricted, and returns once
/// its sending has paused.
async fn refused(world: &World, process: &Process, groups: u32) -> RunId {
    world.network.follow(|message, _| {
        if message.to == jid(2) {
            Behaviour::answers([(0, RESTRICTED)])
        } else {
            Behaviour::acknowledges()
        }
    });
    let (_, run) = process.launch(&world.who, world.draft(groups)).await;
    world
        .until_run(process, run, |view| {
            view.tally.failed == 1 && view.senders[0].restriction.is_some()
        })
        .await;
    run
}

async fn row(world: &World, process: &Process) -> Connection {
    let connections = &process.store.connections;
    let row = connections.get(world.workspace(), world.connection).await;
    row.unwrap().unwrap()
}

/// Lets an hour pass, minute by minute.
async fn an_hour(world: &World) {
    let later = world.clock.now().plus(Duration::from_hours(1));
    world
        .while_time_passes(world.clock.sleep_until(later))
        .await;
}

#[tokio::test]
async fn a_refusal_pauses_the_sending_until_its_owner_resumes_it() {
    let world = World::with_groups(6).await;
    let mut notices = world.live.subscribe();
    let process = world.start_process();
    let run = refused(&world, &process, 6).await;
    an_hour(&world).await;
    let view = process.run(&world.who, run).await;
    assert_eq!(
        (view.tally.sent, view.tally.failed, view.tally.pending),
        (1, 1, 4)
    );
    let held = Hold {
        reason: HoldReason::Restricted,
        until: None,
    };
    assert_eq!(view.senders[0].hold, Some(held));
    assert!(row(&world, &process).await.needs_owner(world.clock.now()));
    assert!(drain(&mut notices).contains(&LiveEvent::Connection(world.connection)));

    // It is stored, so a restart changes nothing.
    world.while_time_passes(process.engine.shutdown()).await;
    let process = world.start_process_on(process.store);
    an_hour(&world).await;
    let view = process.run(&world.who, run).await;
    assert_eq!(view.tally.pending, 4);

    let (paces, id) = (process.engine.paces(), world.connection);
    let since = view.senders[0].restriction.unwrap().since;
    let another = paces.resume(&world.who, id, since.plus(Duration::from_secs(1)));
    assert_eq!(another.await, Err(ApiError::RestrictionLifted));
    paces.resume(&world.who, id, since).await.unwrap();
    let view = world.until_finished(&process, run).await;
    assert_eq!((view.tally.sent, view.tally.failed), (5, 1));
    assert_eq!(view.senders[0].restriction, None);
    let again = paces.resume(&world.who, id, since).await;
    assert_eq!(again, Err(ApiError::RestrictionLifted));
}

#[tokio::test]
async fn it_pauses_though_the_store_is_away_when_whatsapp_tells() {
    let mut world = World::with_groups(4).await;
    world.config.pacing = Pacing {
        shortest: Duration::from_secs(30),
        longest: Duration::from_secs(30),
    };
    let process = world.start_process();
    let faults = world.faults.clone();
    world.network.follow(move |message, _| {
        if message.to == jid(2) {
            faults.set_away(true);
            Behaviour::answers([(0, RESTRICTED)])
        } else {
            Behaviour::acknowledges()
        }
    });
    let (_, run) = process.launch(&world.who, world.draft(4)).await;
    world
        .while_time_passes(async {
            while world.network.handed_over().len() < 2 {
                world.network.changed().await;
            }
        })
        .await;
    world.clock.advance(Duration::from_mins(5));
    world.faults.set_away(false);
    let view = world
        .until_run(&process, run, |view| view.senders[0].restriction.is_some())
        .await;
    assert_eq!(view.tally.pending, 2);
    an_hour(&world).await;
    assert_eq!(world.network.handed_over().len(), 2);
    assert_eq!(process.run(&world.who, run).await.tally.failed, 1);
}

#[tokio::test]
async fn a_block_without_an_end_pauses_too_and_one_with_an_end_ends_by_itself() {
    for lasts in [None, Some(Duration::from_mins(5))] {
        let world = World::with_groups(5).await;
        let process = world.start_process();
        let (_, run) = process.launch(&world.who, world.draft(5)).await;
        world
            .until_run(&process, run, |view| view.tally.sent >= 2)
            .await;
        let until = lasts.map(|lasts| world.clock.now().plus(lasts));
        let banned = ConnectionState::TemporarilyBanned { until };
        world.network.set_state(world.connection, banned);
        world
            .until_still(async || row(&world, &process).await.restriction.is_some())
            .await;
        let told = row(&world, &process).await.restriction.unwrap();
        let cause = RestrictionCause::TemporaryBan;
        assert_eq!((told.cause, told.until), (cause, until));
        world.clock.advance(Duration::from_mins(5));
        let online = ConnectionState::Online;
        world.network.set_state(world.connection, online);
        if lasts.is_none() {
            let sent = world.network.handed_over().len();
            an_hour(&world).await;
            assert_eq!(world.network.handed_over().len(), sent);
            let paces = process.engine.paces();
            let resumed = paces.resume(&world.who, world.connection, told.since);
            resumed.await.unwrap();
        }
        let view = world.until_finished(&process, run).await;
        assert_eq!(view.tally.sent, 5);
    }
}
