//! What becomes of the messages of a run.

use std::collections::HashSet;
use std::time::Duration;

use arauto::clock::Clock;
use arauto::whatsapp::SendError;
use arauto_app::api::LiveEvent;
use arauto_app::domain::*;
use futures::TryStreamExt;

use super::network::Behaviour;
use super::world::{IMAGE, THUMBNAIL, World, drain, jid};

use DeliveryEvent::{Acknowledged, DeadlinePassed, Read, Received, Refused};

#[tokio::test]
async fn a_run_of_many_groups_completes_whatever_the_order_of_the_answers() {
    let world = World::with_groups(40).await;
    let process = world.start_process();
    let image = world.add_image(&process.store).await;
    world.network.follow({
        let mut turn = 0;
        move |_, _| {
            turn += 1;
            match turn % 5 {
                0 => Behaviour::answers([(0, Acknowledged), (900, Received), (4_000, Read)]),
                1 => Behaviour::answers([(2_500, Received), (3_000, Acknowledged)]),
                2 => Behaviour::answers([(0, Read), (100, Received), (40_000, Acknowledged)]),
                3 => Behaviour::answers([(700, Acknowledged), (800, Acknowledged)]),
                _ => Behaviour::answers([
                    (0, Received),
                    (50, Refused(FailureReason::InvalidMessage)),
                ]),
            }
        }
    });
    let mut notices = world.live.subscribe();
    let mut draft = world.draft(40);
    draft.content.media = Some(image.id);
    let (campaign, run) = process.launch(&world.who, draft).await;
    assert_eq!(
        process.campaign(&world.who, campaign).await.campaign.state,
        CampaignState::Active
    );
    let view = world.until_finished(&process, run).await;

    assert_eq!(view.tally.total(), 40);
    assert_eq!(view.tally.acknowledged(), 40);
    assert_eq!(view.run.number, 1);
    assert_eq!(view.media, Some(image));
    let summary = process.campaign(&world.who, campaign).await;
    assert_eq!(summary.campaign.state, CampaignState::Completed);
    assert!(summary.latest_run.unwrap().0.finished_at.is_some());
    assert!(drain(&mut notices).contains(&LiveEvent::Campaign(campaign)));

    let reached = world.network.reached();
    let ids: HashSet<&MessageId> = reached.iter().map(|message| &message.id).collect();
    assert_eq!((reached.len(), ids.len()), (40, 40));
    for (message, delivery) in reached.iter().zip(&view.deliveries) {
        assert_eq!(Some(&message.id), delivery.message_id.as_ref());
        assert_eq!(message.to, delivery.target);
        assert_eq!(message.text, "*Oi*");
        let image = message.media.as_ref().unwrap();
        let file = image.file.open().await.unwrap().unwrap();
        let chunks: Vec<_> = file.chunks.try_collect().await.unwrap();
        assert_eq!(chunks.concat(), IMAGE);
        assert_eq!(image.thumbnail.as_deref(), Some(THUMBNAIL));
        assert_eq!(image.item.width.zip(image.item.height), Some((800, 600)));
    }
    let times = world.network.handed_over();
    for pair in times.windows(2) {
        assert!(pair[1].0.since(pair[0].0) >= world.config.pacing.shortest);
    }
}

#[tokio::test]
async fn start_means_now_and_the_page_knows_when_the_next_one_goes() {
    let world = World::with_groups(3).await;
    let process = world.start_process();
    let (_, run) = process.launch(&world.who, world.draft(3)).await;
    world
        .until_still(async || !world.network.reached().is_empty())
        .await;
    world
        .until_still(async || process.run(&world.who, run).await.senders[0].hold.is_some())
        .await;
    let hold = process.run(&world.who, run).await.senders[0].hold.unwrap();
    assert_eq!(hold.reason, HoldReason::Interval);
    let wait = hold.until.unwrap().since(world.clock.now());
    assert!(world.config.pacing.shortest <= wait && wait <= world.config.pacing.longest);
    assert_eq!(world.network.reached().len(), 1);
    world.clock.advance(wait);
    world
        .until_still(async || world.network.reached().len() == 2)
        .await;
}

#[tokio::test]
async fn a_lost_acknowledgement_sends_the_same_id_again_over_one_new_connection() {
    let world = World::with_groups(4).await;
    let process = world.start_process();
    world.network.follow(|_, seen| {
        if seen < 2 {
            Behaviour::silent()
        } else {
            Behaviour::acknowledges()
        }
    });
    let (_, run) = process.launch(&world.who, world.draft(4)).await;
    let view = world
        .until_run(&process, run, |view| view.tally.unconfirmed > 0)
        .await;
    assert_eq!(
        view.tally.acknowledged(),
        0,
        "nothing is sent that was not acknowledged"
    );
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.sent, 4);
    for delivery in &view.deliveries {
        let id = delivery.message_id.as_ref().unwrap();
        let sent: Vec<_> = world.network.reached();
        let to_group: Vec<_> = sent
            .iter()
            .filter(|message| message.to == delivery.target)
            .collect();
        assert_eq!(to_group.len(), 3);
        assert!(to_group.iter().all(|message| &message.id == id));
        assert_eq!(delivery.attempts, 3);
    }
    // Twice unanswered: twice a new connection, not once for each of the four messages.
    let reconnects = world.network.reconnects();
    assert!(
        (1..=3).contains(&reconnects),
        "{reconnects} new connections"
    );
}

#[tokio::test]
async fn refusals_end_a_delivery_with_their_reason_and_the_others_go_on() {
    let world = World::with_groups(6).await;
    let process = world.start_process();
    let mut announce = world.group(2);
    announce.announce_only = true;
    let mut gone = world.group(3);
    gone.standing = GroupStanding::Gone;
    process
        .store
        .groups
        .put(world.workspace(), &[announce, gone])
        .await
        .unwrap();
    world.network.follow(|message, _| {
        if message.to == jid(4) {
            Behaviour::answers([(100, Refused(FailureReason::AnnounceOnly))])
        } else if message.to == jid(5) {
            Behaviour::fails(SendError::Final(FailureReason::NotInGroup))
        } else {
            Behaviour::acknowledges()
        }
    });
    let (_, run) = process.launch(&world.who, world.draft(6)).await;
    let view = world.until_finished(&process, run).await;
    let states: Vec<_> = view
        .deliveries
        .iter()
        .map(|delivery| delivery.state)
        .collect();
    assert_eq!(
        states,
        [
            DeliveryState::Sent,
            DeliveryState::Skipped(FailureReason::AnnounceOnly),
            DeliveryState::Skipped(FailureReason::NotInGroup),
            DeliveryState::Failed(FailureReason::AnnounceOnly),
            DeliveryState::Failed(FailureReason::NotInGroup),
            DeliveryState::Sent,
        ]
    );
    assert_eq!(view.tally.status(), RunStatus::CompletedWithFailures);
    assert!(
        view.deliveries[1].message_id.is_none(),
        "it was never tried"
    );
}

#[tokio::test]
async fn a_run_that_can_reach_nobody_ends_at_once() {
    let world = World::with_groups(2).await;
    let process = world.start_process();
    let mut groups = [world.group(1), world.group(2)];
    for group in &mut groups {
        group.announce_only = true;
    }
    process
        .store
        .groups
        .put(world.workspace(), &groups)
        .await
        .unwrap();
    let (campaign, run) = process.launch(&world.who, world.draft(2)).await;
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.skipped, 2);
    let state = process.campaign(&world.who, campaign).await.campaign.state;
    assert_eq!(state, CampaignState::Completed);
}

#[tokio::test]
async fn not_now_and_passing_trouble_are_tried_again_with_the_same_id() {
    let world = World::with_groups(3).await;
    let process = world.start_process();
    let mut tried = HashSet::new();
    world.network.follow(move |message, _| {
        let first_time = tried.insert(message.id.clone());
        match (first_time, message.to == jid(1)) {
            (true, true) => Behaviour::answers([(10, DeadlinePassed)]),
            (true, false) => Behaviour::fails(SendError::Retry),
            (false, _) => Behaviour::acknowledges(),
        }
    });
    let (_, run) = process.launch(&world.who, world.draft(3)).await;
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.sent, 3);
    assert!(
        view.deliveries
            .iter()
            .all(|delivery| delivery.attempts == 2)
    );
    for delivery in &view.deliveries {
        let handed_over = world.network.handed_over();
        let mut to_group = handed_over
            .iter()
            .filter(|(_, message)| message.to == delivery.target);
        assert!(to_group.all(|(_, message)| Some(&message.id) == delivery.message_id.as_ref()));
    }
}

#[tokio::test]
async fn media_that_is_gone_or_damaged_fails_with_its_reason_and_sends_nothing() {
    for whole_item in [true, false] {
        let world = World::with_groups(5).await;
        let process = world.start_process();
        let image = world.add_image(&process.store).await;
        world
            .network
            .set_state(world.connection, ConnectionState::Unstable);
        let mut draft = world.draft(5);
        draft.content.media = Some(image.id);
        let (_, run) = process.launch(&world.who, draft).await;
        if whole_item {
            process
                .store
                .media
                .delete(world.workspace(), image.id)
                .await
                .unwrap();
        } else {
            process
                .store
                .blobs
                .delete(world.workspace(), image.content)
                .await
                .unwrap();
        }
        world
            .network
            .set_state(world.connection, ConnectionState::Online);
        let view = world.until_finished(&process, run).await;
        let failed = DeliveryState::Failed(FailureReason::MediaUnavailable);
        assert!(
            view.deliveries
                .iter()
                .all(|delivery| delivery.state == failed)
        );
        assert!(world.network.handed_over().is_empty());
    }
}

#[tokio::test]
async fn an_offline_connection_holds_the_run_and_loses_nothing() {
    let world = World::with_groups(5).await;
    let process = world.start_process();
    world
        .network
        .set_state(world.connection, ConnectionState::LoggedOut);
    let (_, run) = process.launch(&world.who, world.draft(5)).await;
    world.clock.advance(Duration::from_mins(9));
    let view = process.run(&world.who, run).await;
    assert_eq!((view.tally.pending, view.senders[0].hold), (5, None));
    assert_eq!(view.senders[0].state, Some(ConnectionState::LoggedOut));
    world
        .network
        .set_state(world.connection, ConnectionState::Online);
    world
        .until_run(&process, run, |view| view.tally.acknowledged() >= 2)
        .await;
    world
        .network
        .set_state(world.connection, ConnectionState::Stopped);
    let held = world.network.handed_over().len();
    world.clock.advance(Duration::from_mins(9));
    world
        .network
        .set_state(world.connection, ConnectionState::Online);
    let view = world.until_finished(&process, run).await;
    assert!(held < 5);
    assert_eq!(view.tally.sent, 5);
    assert_eq!(world.network.reached().len(), 5);
}

#[tokio::test]
async fn removing_the_connection_ends_the_run_with_the_reason() {
    let world = World::with_groups(5).await;
    let process = world.start_process();
    world.network.follow(|message, _| {
        if message.to == jid(1) {
            Behaviour::acknowledges()
        } else {
            Behaviour::silent()
        }
    });
    let (campaign, run) = process.launch(&world.who, world.draft(5)).await;
    world
        .until_run(&process, run, |view| view.tally.sending > 0)
        .await;
    process
        .store
        .connections
        .delete(world.workspace(), world.connection)
        .await
        .unwrap();
    world.network.forget_connection();
    world.live.post(world.workspace(), LiveEvent::Connections);
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.sent, 1);
    assert_eq!(view.tally.failed + view.tally.skipped, 4);
    assert_eq!(
        (&view.senders[0].name, &view.senders[0].state),
        (&None, &None)
    );
    let reason = FailureReason::ConnectionRemoved;
    assert!(view.deliveries[1..].iter().all(|delivery| matches!(
        delivery.state,
        DeliveryState::Failed(why) | DeliveryState::Skipped(why) if why == reason
    )));
    let state = process.campaign(&world.who, campaign).await.campaign.state;
    assert_eq!(state, CampaignState::Completed);
}

#[tokio::test]
async fn pages_hear_of_a_run_at_most_four_times_a_second() {
    let mut world = World::with_groups(60).await;
    world.config.pacing = Pacing {
        shortest: Duration::ZERO,
        longest: Duration::ZERO,
    };
    let process = world.start_process();
    let mut notices = world.live.subscribe();
    let (_, run) = process.launch(&world.who, world.draft(60)).await;
    // The clock stands still: a flood of changes within one moment.
    world
        .until_still(async || world.network.reached().len() == 60)
        .await;
    let events = drain(&mut notices);
    let about_run = events
        .iter()
        .filter(|event| **event == LiveEvent::Run(run))
        .count();
    assert_eq!(about_run, 1, "{events:?}");
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.sent, 60);
}

#[tokio::test]
async fn while_nothing_is_due_the_store_is_left_alone() {
    let world = World::with_groups(2).await;
    let process = world.start_process();
    let (_, run) = process.launch(&world.who, world.draft(2)).await;
    world.until_finished(&process, run).await;
    let quiet = async {
        // Let the last steps come to rest, then a day pass in steps that every timer would see.
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        let before = world.faults.calls();
        for _ in 0..1_440 {
            world.clock.advance(Duration::from_mins(1));
            tokio::task::yield_now().await;
        }
        world.faults.calls() - before
    };
    let calls = quiet.await;
    // The scheduler looks once in five minutes, should a notice of another server be lost.
    let looks = 24 * 60 / 5;
    assert!(calls <= looks + 2, "{calls} calls while nothing was due");
}
