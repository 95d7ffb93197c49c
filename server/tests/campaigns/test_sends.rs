//! A campaign's message is tried on one chat: it goes the way of a real one and moves nothing of its
//! campaign.

use std::time::Duration;

use arauto::clock::Clock;
use arauto_app::api::{ApiError, RunView, TestOrder};
use arauto_app::domain::*;

use super::network::Behaviour;
use super::world::{Process, World, jid};

/// A wish for a test of the first variant.
pub fn order(to: impl Into<Recipient>, seen: u32) -> TestOrder {
    TestOrder {
        connection: None,
        to: to.into(),
        own_name: "Você".into(),
        variant: 0,
        seen,
    }
}

async fn saved(world: &World, process: &Process, draft: CampaignDraft) -> CampaignId {
    let campaigns = process.engine.campaigns();
    campaigns.save(&world.who, None, draft).await.unwrap().id
}

async fn sent(
    world: &World,
    process: &Process,
    campaign: CampaignId,
    order: TestOrder,
) -> Result<RunId, ApiError> {
    let campaigns = process.engine.campaigns();
    campaigns.test(&world.who, campaign, order).await
}

/// How the one message of a test ended.
fn state(view: &RunView) -> DeliveryState {
    let [delivery] = &view.deliveries[..] else {
        panic!("{view:?}");
    };
    delivery.state
}

#[tokio::test]
async fn a_draft_is_tried_on_a_group_and_stays_a_draft() {
    let world = World::with_groups(3).await;
    let process = world.start_process();
    let image = world.add_image(&process.store).await;
    let mut draft = world.draft(2);
    draft.others = vec![MessageContent {
        text: "{Oi|Oi}, {{grupo}}, é {{conexao}}".into(),
        media: Some(image.id),
    }];
    // It waits for no window: this one opens in an hour.
    let zone = Zone::embedded(&ZoneName::default()).unwrap();
    let local = |hours| zone.local(world.clock.now().plus(Duration::from_hours(hours)));
    draft.timing.window = Some(Window {
        days: Weekdays::ALL,
        from: local(1).time(),
        to: local(2).time(),
    });
    let id = saved(&world, &process, draft).await;
    let wish = TestOrder {
        variant: 1,
        ..order(jid(3), 0)
    };
    let run = sent(&world, &process, id, wish.clone()).await.unwrap();
    let view = world.until_finished(&process, run).await;
    assert_eq!(state(&view), DeliveryState::Sent);
    assert_eq!((view.run.ordinal(), view.run.is_test()), (1, true));
    let [message] = &world.network.reached()[..] else {
        panic!("one message");
    };
    assert_eq!(message.to, jid(3));
    assert_eq!(message.text, "Oi, Grupo 3, é Loja");
    assert!(message.media.is_some());
    assert_eq!(view.texts, std::slice::from_ref(&message.text));
    // Whoever asks twice is told of the first.
    assert_eq!(sent(&world, &process, id, wish).await, Ok(run));

    let tests = process.engine.campaigns().tests(&world.who, id).await;
    let tests = tests.unwrap();
    assert_eq!((tests.seen, tests.tests.len()), (1, 1));
    assert_eq!(tests.tests[0].delivery.state, DeliveryState::Sent);
    let summary = process.campaign(&world.who, id).await;
    assert_eq!(summary.campaign.state, CampaignState::Draft);
    assert_eq!(summary.campaign.past, PastRuns::default());
    assert_eq!(summary.latest_run, None);
    let past = process.engine.campaigns().past(&world.who, id, None).await;
    assert!(past.unwrap().runs.is_empty());
    let journal = &process.store.journal;
    let since = Timestamp::from_millis(0);
    let counted = journal.hand_overs(world.workspace(), world.connection, since);
    assert_eq!(counted.await.unwrap().len(), 1, "it counts for the caps");
}

#[tokio::test]
async fn a_test_goes_to_our_own_number() {
    let world = World::with_groups(1).await;
    let process = world.start_process();
    let mut draft = world.draft(1);
    draft.content.text = "Oi, {{grupo}}".into();
    let id = saved(&world, &process, draft).await;
    let wish = order(Recipient::Oneself, 0);
    let run = sent(&world, &process, id, wish).await.unwrap();
    let view = world.until_finished(&process, run).await;
    assert_eq!(state(&view), DeliveryState::Sent);
    let [message] = &world.network.reached()[..] else {
        panic!("one message");
    };
    assert_eq!(message.to, Recipient::Oneself);
    assert_eq!(message.text, "Oi, Você");
}

#[tokio::test]
async fn a_test_stands_in_no_ones_way_and_no_pause_stops_it() {
    let world = World::with_groups(4).await;
    let process = world.start_process();
    world.network.follow(|message, _| {
        if message.to == Recipient::Oneself {
            Behaviour::silent()
        } else {
            Behaviour::acknowledges()
        }
    });
    let id = saved(&world, &process, world.draft(4)).await;
    let wish = order(Recipient::Oneself, 0);
    let waiting = sent(&world, &process, id, wish).await.unwrap();
    let is_sending = |view: &RunView| state(view) == DeliveryState::Sending;
    world.until_run(&process, waiting, is_sending).await;

    // An unfinished test refuses no start, and takes no number.
    let run = process.start(&world.who, id).await.unwrap();
    assert_eq!(process.run(&world.who, run).await.run.number, 1);
    let paused = process.act(&world.who, id, CampaignAction::Pause).await;
    paused.unwrap();
    let run_before = process.run(&world.who, run).await;
    let test = sent(&world, &process, id, order(jid(2), 1)).await.unwrap();
    let view = world.until_finished(&process, test).await;
    assert_eq!((state(&view), view.run.ordinal()), (DeliveryState::Sent, 2));
    let held = process.run(&world.who, run).await;
    assert_eq!(held.tally.pending, run_before.tally.pending);
    let summary = process.campaign(&world.who, id).await;
    assert_eq!(summary.campaign.state, CampaignState::Paused);
    assert_eq!(summary.latest_run.unwrap().0.id, run);

    process
        .act(&world.who, id, CampaignAction::Resume)
        .await
        .unwrap();
    world.until_finished(&process, run).await;
    let summary = process.campaign(&world.who, id).await;
    assert_eq!(summary.campaign.state, CampaignState::Completed);
}

#[tokio::test]
async fn a_restriction_refuses_a_test_and_holds_the_next() {
    let world = World::with_groups(2).await;
    let process = world.start_process();
    let restricted = FailureReason::AccountRestricted;
    world.network.follow(move |message, _| {
        if message.to == jid(1) {
            Behaviour::answers([(0, DeliveryEvent::Refused(restricted))])
        } else {
            Behaviour::acknowledges()
        }
    });
    let id = saved(&world, &process, world.draft(2)).await;
    let refused = sent(&world, &process, id, order(jid(1), 0)).await.unwrap();
    let view = world.until_finished(&process, refused).await;
    assert_eq!(state(&view), DeliveryState::Failed(restricted));

    let held = sent(&world, &process, id, order(jid(2), 1)).await.unwrap();
    let later = world.clock.now().plus(Duration::from_hours(1));
    world
        .while_time_passes(world.clock.sleep_until(later))
        .await;
    let view = process.run(&world.who, held).await;
    let reason = view.senders[0].hold.map(|hold| hold.reason);
    assert_eq!(
        (state(&view), reason),
        (DeliveryState::Pending, Some(HoldReason::Restricted))
    );
    let since = view.senders[0].restriction.unwrap().since;
    let paces = process.engine.paces();
    paces
        .resume(&world.who, world.connection, since)
        .await
        .unwrap();
    let view = world.until_finished(&process, held).await;
    assert_eq!(state(&view), DeliveryState::Sent);

    // The refused one is sent again by its owner's word, though another test came since.
    world.network.follow(|_, _| Behaviour::acknowledges());
    let runs = process.engine.runs();
    let again = runs.repeat(&world.who, refused, RepeatAction::Failures, 0);
    again.await.unwrap();
    let view = world.until_finished(&process, refused).await;
    assert_eq!(state(&view), DeliveryState::Sent);
}

#[tokio::test]
async fn what_cannot_be_tried_is_told() {
    let world = World::with_groups(1).await;
    let process = world.start_process();
    let mut draft = world.draft(1);
    draft.content.text = "Oi, {{gruppo}}".into();
    draft.connection = None;
    let id = saved(&world, &process, draft).await;
    let wish = || order(Recipient::Oneself, 0);
    let problems = sent(&world, &process, id, wish()).await;
    let Err(ApiError::Draft(problems)) = problems else {
        panic!("{problems:?}");
    };
    assert!(
        matches!(
            problems[..],
            [
                DraftProblem::ConnectionMissing,
                DraftProblem::Wording { variant: 0, .. }
            ]
        ),
        "{problems:?}"
    );
    let beyond = TestOrder {
        variant: 7,
        ..wish()
    };
    let beyond = sent(&world, &process, id, beyond).await;
    assert_eq!(beyond, Err(ApiError::CampaignState));
    let unseen = sent(&world, &process, id, order(jid(1), u32::MAX)).await;
    assert_eq!(unseen, Err(ApiError::CampaignState));
    process
        .act(&world.who, id, CampaignAction::Archive)
        .await
        .unwrap();
    let archived = sent(&world, &process, id, wish()).await;
    assert_eq!(archived, Err(ApiError::CampaignState));

    // A group that is none of the connection's is skipped with the reason, as in any run.
    let other = saved(&world, &process, world.draft(1)).await;
    let run = sent(&world, &process, other, order(jid(99), 0)).await;
    let view = world.until_finished(&process, run.unwrap()).await;
    let reason = FailureReason::NotInGroup;
    assert_eq!(state(&view), DeliveryState::Skipped(reason));
}
