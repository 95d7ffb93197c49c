//! A connection comes back with messages pending: after a long outage its owner chooses.

use std::time::Duration;

use arauto::clock::Clock;
use arauto::store::Lease;
use arauto_app::api::{ApiError, LiveEvent, NotFound, OutageQuestion};
use arauto_app::domain::*;

use super::network::Behaviour;
use super::world::{Process, World, drain, jid};

const DROPPED: DeliveryState = DeliveryState::Skipped(FailureReason::DroppedAfterOutage);

fn mins(minutes: u64) -> Duration {
    Duration::from_mins(minutes)
}

fn reconnecting() -> ConnectionState {
    ConnectionState::Reconnecting {
        attempt: 1,
        next_at: Timestamp::default(),
        cause: Some(ConnectionCause::Unreachable),
    }
}

/// A world in which open pages hear of every change at once: waits end while the clock stands still.
async fn world(groups: u32) -> World {
    let mut world = World::with_groups(groups).await;
    world.config.notice_interval = Duration::ZERO;
    world
}

/// Lets the time pass, in steps that every timer and every listener sees.
async fn pass(world: &World, time: Duration) {
    let end = world.clock.now().plus(time);
    while world.clock.now() < end {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        world.clock.advance(Duration::from_secs(10));
    }
}

/// The connection goes away for so long, and comes back.
async fn away(world: &World, time: Duration) {
    world.network.set_state(world.connection, reconnecting());
    pass(world, time).await;
    world
        .network
        .set_state(world.connection, ConnectionState::Online);
}

/// A run of so many groups, of which the first has its message. The clock stands still: none
/// follows.
async fn interrupted(world: &World, process: &Process, groups: u32) -> RunId {
    let (_, run) = process.launch(&world.who, world.draft(groups)).await;
    world
        .until_still(async || process.run(&world.who, run).await.tally.sent == 1)
        .await;
    run
}

async fn asked(world: &World, process: &Process, run: RunId) -> OutageQuestion {
    world
        .until_still(async || {
            process.run(&world.who, run).await.senders[0]
                .question
                .is_some()
        })
        .await;
    process.run(&world.who, run).await.senders[0]
        .question
        .unwrap()
}

async fn answer(
    world: &World,
    process: &Process,
    question: OutageQuestion,
    choice: OutageChoice,
) -> Result<(), ApiError> {
    let back_at = question.outage.back_at;
    let runs = process.engine.runs();
    runs.settle_outage(&world.who, world.connection, back_at, choice)
        .await
}

/// Each group's message as often as it reached WhatsApp.
fn reached(world: &World, groups: u32) -> Vec<usize> {
    let reached = world.network.reached();
    let times = |number| reached.iter().filter(|m| m.to == jid(number)).count();
    (1..=groups).map(times).collect()
}

async fn set(world: &World, process: &Process, after_outage: AfterOutage) {
    let connections = &process.store.connections;
    let set = connections.set_settings(world.workspace(), world.connection, "Loja", after_outage);
    set.await.unwrap();
}

#[tokio::test]
async fn after_a_long_outage_nothing_leaves_until_the_owner_says_send() {
    let world = world(6).await;
    let process = world.start_process();
    let run = interrupted(&world, &process, 6).await;
    let mut notices = world.live.subscribe();
    away(&world, mins(42)).await;
    let question = asked(&world, &process, run).await;
    let about = LiveEvent::Connection(world.connection);
    assert!(drain(&mut notices).contains(&about), "open pages are told");
    let length = question.outage.length();
    assert!(mins(42) <= length && length < mins(44), "{length:?}");
    assert_eq!(question.backlog.pending, 5);

    pass(&world, mins(300)).await;
    let view = process.run(&world.who, run).await;
    assert_eq!(view.senders[0].question, Some(question), "it stays open");
    assert_eq!(view.senders[0].hold, None);
    assert_eq!(world.network.handed_over().len(), 1);

    let send = OutageChoice::Send;
    answer(&world, &process, question, send).await.unwrap();
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.sent, 6);
    assert_eq!(view.senders[0].question, None);
    assert_eq!(reached(&world, 6), [1; 6]);
    let again = answer(&world, &process, question, OutageChoice::Drop).await;
    assert_eq!(again, Err(ApiError::OutageSettled));
}

#[tokio::test]
async fn dropping_skips_what_was_never_handed_over_and_confirms_the_rest() {
    let world = world(4).await;
    let process = world.start_process();
    // The first message leaves just before the connection is lost, and no answer comes.
    world.network.follow(|_, seen| {
        if seen == 0 {
            Behaviour::silent()
        } else {
            Behaviour::acknowledges()
        }
    });
    let (_, run) = process.launch(&world.who, world.draft(4)).await;
    world
        .until_still(async || world.network.reached().len() == 1)
        .await;
    away(&world, mins(42)).await;
    let question = asked(&world, &process, run).await;
    let waits = (question.backlog.pending, question.backlog.handed_over);
    assert_eq!(waits, (3, 1));
    pass(&world, mins(10)).await;
    assert_eq!(reached(&world, 4), [1, 0, 0, 0], "nothing leaves");

    let drop = OutageChoice::Drop;
    answer(&world, &process, question, drop).await.unwrap();
    let view = world.until_finished(&process, run).await;
    let states: Vec<_> = view.deliveries.iter().map(|d| d.state).collect();
    assert_eq!(states, [DeliveryState::Sent, DROPPED, DROPPED, DROPPED]);
    assert_eq!(reached(&world, 4), [2, 0, 0, 0]);
    let ids = world.network.reached();
    assert_eq!(ids[0].id, ids[1].id, "phones show it once");
}

#[tokio::test]
async fn a_short_outage_asks_nothing() {
    let world = world(4).await;
    let process = world.start_process();
    let run = interrupted(&world, &process, 4).await;
    away(&world, mins(9)).await;
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.sent, 4);
    let row = process
        .store
        .connections
        .get(world.workspace(), world.connection);
    assert_eq!(row.await.unwrap().unwrap().outage, None);
}

#[tokio::test]
async fn the_owners_setting_answers_for_them() {
    for setting in [AfterOutage::Send, AfterOutage::Drop] {
        let world = world(4).await;
        let process = world.start_process();
        set(&world, &process, setting).await;
        let run = interrupted(&world, &process, 4).await;
        away(&world, mins(42)).await;
        let view = world.until_finished(&process, run).await;
        assert_eq!(view.senders[0].question, None);
        let (sent, skipped) = match setting {
            AfterOutage::Drop => (1, 3),
            _ => (4, 0),
        };
        assert_eq!(world.network.reached().len(), sent, "{setting:?}");
        assert_eq!(view.tally.skipped, skipped, "{setting:?}");
    }
}

#[tokio::test]
async fn a_campaign_that_starts_while_the_question_is_open_is_not_part_of_it() {
    let world = world(4).await;
    let process = world.start_process();
    let old = interrupted(&world, &process, 4).await;
    away(&world, mins(42)).await;
    let question = asked(&world, &process, old).await;

    // At this very moment, with the clock standing still.
    let (_, new) = process.launch(&world.who, world.draft(3)).await;
    assert_eq!(process.run(&world.who, new).await.senders[0].question, None);
    let view = world.until_finished(&process, new).await;
    assert_eq!(view.tally.sent, 3, "it goes ahead");
    assert_eq!(world.network.handed_over().len(), 1 + 3);

    let (_, later) = process.launch(&world.who, world.draft(2)).await;
    let drop = OutageChoice::Drop;
    answer(&world, &process, question, drop).await.unwrap();
    let view = world.until_finished(&process, later).await;
    assert_eq!(view.tally.sent, 2, "it is not dropped");
    let view = world.until_finished(&process, old).await;
    assert_eq!(view.tally.skipped, 3);
}

#[tokio::test]
async fn what_was_started_during_the_outage_a_moment_ago_is_wanted_now() {
    let world = world(3).await;
    let process = world.start_process();
    world.network.set_state(world.connection, reconnecting());
    pass(&world, mins(120)).await;
    let (_, run) = process.launch(&world.who, world.draft(3)).await;
    pass(&world, mins(5)).await;
    world
        .network
        .set_state(world.connection, ConnectionState::Online);
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.sent, 3);
}

#[tokio::test]
async fn what_was_started_during_the_outage_and_waited_is_asked_for_with_all_of_it() {
    let world = world(3).await;
    let process = world.start_process();
    let lost_at = world.clock.now();
    let connections = &process.store.connections;
    let id = world.connection;
    let lease = Lease {
        workspace: world.workspace(),
        connection: id,
        fence: 1,
    };
    for (state, at) in [
        (ConnectionState::Online, lost_at.minus(mins(60))),
        (reconnecting(), lost_at),
    ] {
        connections.set_state(&lease, &state, at).await.unwrap();
    }
    world.network.set_state(id, reconnecting());
    pass(&world, mins(120)).await;
    let (_, run) = process.launch(&world.who, world.draft(3)).await;
    pass(&world, mins(11)).await;
    world.network.set_state(id, ConnectionState::Online);
    let question = asked(&world, &process, run).await;
    assert_eq!(question.outage.lost_at, lost_at);
}

#[tokio::test]
async fn the_question_outlasts_a_restart_and_is_answered_after_it() {
    for choice in [OutageChoice::Send, OutageChoice::Drop] {
        let world = world(4).await;
        let process = world.start_process();
        let run = interrupted(&world, &process, 4).await;
        away(&world, mins(42)).await;
        let question = asked(&world, &process, run).await;
        world.while_time_passes(process.engine.shutdown()).await;
        pass(&world, mins(3)).await;

        let process = world.start_process_on(process.store);
        assert_eq!(asked(&world, &process, run).await, question);
        pass(&world, mins(30)).await;
        assert_eq!(world.network.handed_over().len(), 1);
        answer(&world, &process, question, choice).await.unwrap();
        let view = world.until_finished(&process, run).await;
        match choice {
            OutageChoice::Send => assert_eq!(view.tally.sent, 4),
            OutageChoice::Drop => assert_eq!(view.tally.skipped, 3),
        }
    }
}

#[tokio::test]
async fn a_server_that_was_down_counts_as_offline() {
    for (down_for, is_asked) in [(mins(42), true), (mins(5), false)] {
        let world = world(4).await;
        let process = world.start_process();
        let run = interrupted(&world, &process, 4).await;
        world.while_time_passes(process.engine.shutdown()).await;
        world.clock.advance(down_for);
        // The connection is online from the first moment on.
        let process = world.start_process_on(process.store);
        if is_asked {
            let length = asked(&world, &process, run).await.outage.length();
            assert!(
                down_for <= length && length < down_for + mins(2),
                "{length:?}"
            );
        } else {
            let view = world.until_finished(&process, run).await;
            assert_eq!(view.tally.sent, 4);
        }
    }
}

#[tokio::test]
async fn a_long_interval_between_messages_is_no_outage() {
    let mut world = world(2).await;
    world.config.pacing = Pacing {
        shortest: mins(20),
        longest: mins(20),
    };
    let process = world.start_process();
    let run = interrupted(&world, &process, 2).await;
    let later = world.clock.now().plus(mins(15));
    world
        .while_time_passes(world.clock.sleep_until(later))
        .await;
    world.while_time_passes(process.engine.shutdown()).await;
    let process = world.start_process_on(process.store);
    let view = world.until_finished(&process, run).await;
    assert_eq!((view.tally.sent, view.senders[0].question), (2, None));
}

#[tokio::test]
async fn another_long_outage_asks_about_itself() {
    let world = world(4).await;
    let process = world.start_process();
    let run = interrupted(&world, &process, 4).await;
    away(&world, mins(42)).await;
    let first = asked(&world, &process, run).await;
    world.network.set_state(world.connection, reconnecting());
    pass(&world, mins(20)).await;
    let view = process.run(&world.who, run).await;
    assert_eq!(
        view.senders[0].question, None,
        "while it is away nobody is asked"
    );
    world
        .network
        .set_state(world.connection, ConnectionState::Online);
    world
        .until_still(async || {
            let question = process.run(&world.who, run).await.senders[0].question;
            question.is_some_and(|question| question != first)
        })
        .await;
    let second = asked(&world, &process, run).await;
    assert!(second.outage.length() < mins(22));
    let stale = answer(&world, &process, first, OutageChoice::Drop).await;
    assert_eq!(stale, Err(ApiError::OutageSettled), "that page is old");
    answer(&world, &process, second, OutageChoice::Send)
        .await
        .unwrap();
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.sent, 4);
}

#[tokio::test]
async fn strangers_settle_nothing() {
    let world = world(3).await;
    let process = world.start_process();
    let run = interrupted(&world, &process, 3).await;
    away(&world, mins(42)).await;
    let question = asked(&world, &process, run).await;
    let mut stranger = world.who.clone();
    stranger.workspace.id = WorkspaceId::new(Timestamp::default(), [8; 10]);
    let (runs, back_at) = (process.engine.runs(), question.outage.back_at);
    let tried = runs.settle_outage(&stranger, world.connection, back_at, OutageChoice::Drop);
    assert_eq!(tried.await, Err(ApiError::NotFound(NotFound::Connection)));
    assert_eq!(asked(&world, &process, run).await, question);
}
