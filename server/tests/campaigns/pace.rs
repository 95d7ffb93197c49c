//! How fast a queue goes on, and what its run's page says of it.

use std::time::Duration;

use arauto::clock::Clock;
use arauto_app::api::ApiError;
use arauto_app::domain::*;

use super::world::{Process, World};

const fn secs(shortest: u64, longest: u64) -> Pacing {
    Pacing {
        shortest: Duration::from_secs(shortest),
        longest: Duration::from_secs(longest),
    }
}

/// Stores the limits of the connection, as sane as they are.
async fn set(world: &World, process: &Process, limits: Limits) {
    let connections = &process.store.connections;
    let stored = connections.set_pace(world.workspace(), world.connection, Some(limits));
    stored.await.unwrap();
    // A restart may take long by the clock of a test: that is not what it asks about.
    let send = connections.set_settings(
        world.workspace(),
        world.connection,
        "Loja",
        AfterOutage::Send,
    );
    send.await.unwrap();
}

/// Lets the time pass until so many messages were handed over and something other than the interval
/// holds the next one; what it is.
async fn until_held(world: &World, process: &Process, run: RunId, messages: usize) -> Hold {
    let is_held = |hold: Option<Hold>| hold.filter(|hold| hold.reason != HoldReason::Interval);
    let view = world.until_run(process, run, |view| {
        world.network.handed_over().len() >= messages && is_held(view.senders[0].hold).is_some()
    });
    let hold = view.await.senders[0].hold.unwrap();
    assert_eq!(world.network.handed_over().len(), messages);
    hold
}

/// Moves the clock to the end of a hold, and not beyond it.
fn pass(world: &World, hold: Hold) {
    let until = hold.until.unwrap();
    let left = until.since(world.clock.now());
    world
        .clock
        .advance(left.saturating_sub(Duration::from_millis(1)));
    world.clock.advance(Duration::from_millis(1));
}

/// Most messages that were handed over within so long.
fn most_within(world: &World, span: Duration) -> usize {
    let sent = world.network.handed_over();
    let within = |at: Timestamp| {
        let since = at.minus(span);
        let times = sent.iter().map(|(time, _)| *time);
        times.filter(|time| since < *time && *time <= at).count()
    };
    sent.iter().map(|(at, _)| within(*at)).max().unwrap_or(0)
}

#[tokio::test]
async fn an_hourly_cap_holds_over_restarts_and_the_page_says_so() {
    let world = World::with_groups(12).await;
    let process = world.start_process();
    let hourly = Limits {
        hourly: Some(5),
        ..Limits::only(secs(1, 3))
    };
    set(&world, &process, hourly).await;
    let (_, run) = process.launch(&world.who, world.draft(12)).await;
    let hold = until_held(&world, &process, run, 5).await;
    assert_eq!(hold.reason, HoldReason::HourlyCap { most: 5 });
    // Whoever starts anew knows what was handed over before.
    world.while_time_passes(process.engine.shutdown()).await;
    world.clock.advance(Duration::from_mins(5));
    let process = world.start_process_on(process.store);
    let hold = until_held(&world, &process, run, 5).await;
    assert_eq!(hold.reason, HoldReason::HourlyCap { most: 5 });
    pass(&world, hold);
    let hold = until_held(&world, &process, run, 10).await;
    pass(&world, hold);
    let view = world.until_finished(&process, run).await;
    assert_eq!((view.tally.sent, view.senders[0].hold), (12, None));
    assert_eq!(most_within(&world, Duration::from_hours(1)), 5);
}

#[tokio::test]
async fn refusals_and_repetitions_count_towards_a_cap() {
    use super::network::Behaviour;
    let world = World::with_groups(6).await;
    let process = world.start_process();
    let daily = Limits {
        daily: Some(4),
        ..Limits::only(secs(1, 1))
    };
    set(&world, &process, daily).await;
    let refused = DeliveryEvent::Refused(FailureReason::InvalidMessage);
    world
        .network
        .follow(move |_, _| Behaviour::answers([(0, refused)]));
    let (_, run) = process.launch(&world.who, world.draft(6)).await;
    let hold = until_held(&world, &process, run, 4).await;
    assert_eq!(hold.reason, HoldReason::DailyCap { most: 4 });
    pass(&world, hold);
    world.until_finished(&process, run).await;
    assert_eq!(most_within(&world, Duration::from_hours(24)), 4);
}

#[tokio::test]
async fn a_longer_pause_comes_after_so_many_messages() {
    let world = World::with_groups(7).await;
    let process = world.start_process();
    let pause = LongPause {
        every: 3,
        length: secs(120, 180),
    };
    let limits = Limits {
        pause: Some(pause),
        ..Limits::only(secs(1, 3))
    };
    set(&world, &process, limits).await;
    let (_, run) = process.launch(&world.who, world.draft(7)).await;
    let hold = until_held(&world, &process, run, 3).await;
    assert_eq!(hold.reason, HoldReason::LongPause);
    world.until_finished(&process, run).await;
    let sent = world.network.handed_over();
    let gaps: Vec<_> = sent
        .windows(2)
        .map(|pair| pair[1].0.since(pair[0].0))
        .collect();
    let is_long = |gap: &Duration| *gap >= pause.length.shortest;
    let long: Vec<_> = gaps.iter().map(is_long).collect();
    assert_eq!(long, [false, false, true, false, false, true]);
}

#[tokio::test]
async fn a_new_number_waits_for_its_next_day() {
    let world = World::with_groups(45).await;
    let process = world.start_process();
    let limits = Limits {
        warm_up: true,
        ..Limits::only(secs(1, 1))
    };
    set(&world, &process, limits).await;
    let (_, run) = process.launch(&world.who, world.draft(45)).await;
    let hold = until_held(&world, &process, run, 40).await;
    assert_eq!(hold.reason, HoldReason::WarmUp { most: 40 });
    pass(&world, hold);
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.sent, 45);
    let pace = process.engine.paces();
    let pace = pace.get(&world.who, world.connection).await.unwrap();
    assert_eq!((pace.limits, pace.warming_up), (limits, Some(60)));
    assert_eq!(pace.last_hour, 5);
}

#[tokio::test]
async fn another_pace_holds_from_the_moment_it_is_set() {
    let mut world = World::with_groups(3).await;
    world.config.pacing = secs(36_000, 36_000);
    let process = world.start_process();
    let (_, run) = process.launch(&world.who, world.draft(3)).await;
    world
        .until_still(async || process.run(&world.who, run).await.senders[0].hold.is_some())
        .await;
    let paces = process.engine.paces();
    let (who, id) = (&world.who, world.connection);
    assert!(paces.get(who, id).await.unwrap().is_usual);
    let nonsense = Limits::only(secs(20, 8));
    let refused = paces.set(who, id, Some(nonsense)).await;
    assert!(matches!(refused, Err(ApiError::Pace(problems)) if problems.len() == 3));
    paces.set(who, id, Some(Limits::default())).await.unwrap();
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.sent, 3);
    assert!(!paces.get(who, id).await.unwrap().is_usual);
    paces.set(who, id, None).await.unwrap();
    assert!(paces.get(who, id).await.unwrap().is_usual);
}

#[tokio::test]
async fn without_a_pace_of_its_own_a_connection_has_the_usual_caps() {
    let mut world = World::with_groups(32).await;
    world.config.caps = true;
    let process = world.start_process();
    let (_, run) = process.launch(&world.who, world.draft(32)).await;
    let hold = until_held(&world, &process, run, 30).await;
    assert_eq!(hold.reason, HoldReason::LongPause);
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.sent, 32);
}
