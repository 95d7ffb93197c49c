//! What failed, or was never answered, and is sent again by its owner's word.

use std::collections::HashSet;

use arauto::whatsapp::SendError;
use arauto_app::api::{ApiError, LiveEvent, RunView};
use arauto_app::domain::*;

use super::network::Behaviour;
use super::world::{Process, World, drain, jid};

use DeliveryEvent::{Acknowledged, Refused};

async fn repeat(
    process: &Process,
    world: &World,
    view: &RunView,
    action: RepeatAction,
) -> Result<(), ApiError> {
    let runs = process.engine.runs();
    let (run, seen) = (view.run.id, view.run.reopened);
    runs.repeat(&world.who, run, action, seen).await
}

#[tokio::test]
async fn failures_are_sent_again_with_the_same_text_and_two_clicks_are_one() {
    let world = World::with_groups(5).await;
    let process = world.start_process();
    let mut refused = HashSet::new();
    world.network.follow(move |message, _| {
        if message.to == jid(4) {
            return Behaviour::fails(SendError::Final(FailureReason::NotInGroup));
        }
        let is_one = message.to == jid(2) || message.to == jid(3);
        let is_first = is_one && refused.insert(message.to.clone());
        if is_first {
            Behaviour::answers([(10, Refused(FailureReason::InvalidMessage))])
        } else {
            Behaviour::acknowledges()
        }
    });
    let (campaign, run) = process.launch(&world.who, world.draft(5)).await;
    let view = world.until_finished(&process, run).await;
    assert_eq!(
        (view.repeatable.failures, view.repeatable.obstacle),
        (2, None)
    );
    let pointless = [(FailureReason::NotInGroup, 1)];
    assert_eq!(view.repeatable.pointless, pointless);
    let mut notices = world.live.subscribe();
    let click = || repeat(&process, &world, &view, RepeatAction::Failures);
    let (one, two) = tokio::join!(click(), click());
    assert_eq!((one, two), (Ok(()), Ok(())));
    let view = world
        .until_run(&process, run, |view| {
            view.run.reopened > 0 && view.run.finished_at.is_some()
        })
        .await;
    assert!(drain(&mut notices).contains(&LiveEvent::Run(run)));
    assert_eq!((view.tally.sent, view.tally.failed), (4, 1));
    assert_eq!(view.repeatable.failures, 0);

    let reached = world.network.reached();
    let ids: HashSet<&MessageId> = reached.iter().map(|message| &message.id).collect();
    assert_eq!(
        (reached.len(), ids.len()),
        (6, 6),
        "each failure once more, as another message"
    );
    assert!(reached.iter().all(|message| message.text == "*Oi*"));
    let deliveries = process.deliveries(&world.who, run).await;
    assert_eq!(
        (deliveries[1].attempts, deliveries[1].earlier.len()),
        (2, 1)
    );
    assert_eq!(deliveries[0].earlier, []);
    let state = process.campaign(&world.who, campaign).await.campaign.state;
    assert_eq!(state, CampaignState::Completed);
}

#[tokio::test]
async fn an_ended_campaign_stays_ended_while_its_failures_are_sent_again() {
    let world = World::with_groups(2).await;
    let process = world.start_process();
    world.network.follow(|message, _| {
        if message.to == jid(2) {
            Behaviour::answers([(10, Refused(FailureReason::InvalidMessage))])
        } else {
            Behaviour::acknowledges()
        }
    });
    let mut draft = world.draft(2);
    draft.timing.schedule = Schedule::Every {
        n: 1,
        unit: IntervalUnit::Days,
    };
    let (campaign, run) = process.launch(&world.who, draft).await;
    let view = world.until_finished(&process, run).await;
    let ended = process.act(&world.who, campaign, CampaignAction::End).await;
    ended.unwrap();
    world.network.follow(|_, _| Behaviour::silent());
    repeat(&process, &world, &view, RepeatAction::Failures)
        .await
        .unwrap();
    world
        .until_run(&process, run, |view| view.tally.sending > 0)
        .await;
    // Another process goes on with it, and leaves the campaign as it is.
    let store = process.store.clone();
    process.engine.shutdown().await;
    let process = world.start_process_on(store);
    world.network.follow(|_, _| Behaviour::acknowledges());
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.sent, 2);
    let state = process.campaign(&world.who, campaign).await.campaign.state;
    assert_eq!(state, CampaignState::Completed);
}

#[tokio::test]
async fn what_is_never_answered_waits_for_its_owner_and_is_not_called_sent() {
    let world = World::with_groups(3).await;
    let process = world.start_process();
    world.network.follow(|message, _| {
        if message.to == jid(1) {
            Behaviour::acknowledges()
        } else {
            Behaviour::silent()
        }
    });
    let (_, run) = process.launch(&world.who, world.draft(3)).await;
    let view = world.until_finished(&process, run).await;
    assert_eq!((view.tally.sent, view.tally.unanswered), (1, 2));
    assert_eq!(view.tally.status(), RunStatus::CompletedWithFailures);
    assert_eq!(view.repeatable.unanswered, 2);
    let most = world.config.most_attempts as usize;
    assert_eq!(world.network.reached().len(), 1 + 2 * most);
    let deliveries = process.deliveries(&world.who, run).await;
    assert_eq!(deliveries[1].attempts, world.config.most_attempts);

    // One is sent again as another message, and not answered either; then both are taken as sent.
    world.network.follow(|message, _| {
        if message.to == jid(2) {
            Behaviour::answers([(5, Acknowledged)])
        } else {
            Behaviour::silent()
        }
    });
    repeat(&process, &world, &view, RepeatAction::Unanswered)
        .await
        .unwrap();
    let view = world
        .until_run(&process, run, |view| {
            view.run.reopened > 0 && view.run.finished_at.is_some()
        })
        .await;
    assert_eq!((view.tally.sent, view.tally.unanswered), (2, 1));
    repeat(&process, &world, &view, RepeatAction::Presume)
        .await
        .unwrap();
    let view = world
        .until_run(&process, run, |view| view.tally.presumed > 0)
        .await;
    assert_eq!((view.tally.presumed, view.tally.acknowledged()), (1, 2));
    assert_eq!(view.tally.status(), RunStatus::Completed);
    assert!(view.repeatable.is_empty());
}

#[tokio::test]
async fn what_stands_in_the_way_is_told() {
    let world = World::with_groups(2).await;
    let process = world.start_process();
    world
        .network
        .follow(|_, _| Behaviour::answers([(10, Refused(FailureReason::AnnounceOnly))]));
    let (campaign, run) = process.launch(&world.who, world.draft(2)).await;
    let view = world.until_finished(&process, run).await;

    let mut groups = [world.group(1), world.group(2)];
    for group in &mut groups {
        group.announce_only = true;
    }
    let stored = process.store.groups.put(world.workspace(), &groups).await;
    stored.unwrap();
    let failures = || repeat(&process, &world, &view, RepeatAction::Failures);
    let refused = |obstacle| Err(ApiError::NotRepeatable(obstacle));
    assert_eq!(failures().await, refused(RepeatObstacle::GroupsRefuse));

    let mut open = world.group(1);
    open.announce_only = false;
    let stored = process.store.groups.put(world.workspace(), &[open]).await;
    stored.unwrap();
    let second = process.start(&world.who, campaign).await.unwrap();
    world.until_finished(&process, second).await;
    assert_eq!(failures().await, refused(RepeatObstacle::RanSince));
    let shown = process.run(&world.who, run).await.repeatable;
    assert_eq!(shown.obstacle, Some(RepeatObstacle::RanSince));

    let connections = &process.store.connections;
    let deleted = connections
        .delete(world.workspace(), world.connection)
        .await;
    deleted.unwrap();
    let gone = refused(RepeatObstacle::ConnectionRemoved);
    assert_eq!(failures().await, gone);
    let stranger = RunId::new(Timestamp::default(), [9; 10]);
    let unknown = process
        .engine
        .runs()
        .repeat(&world.who, stranger, RepeatAction::Failures, 0)
        .await;
    assert!(matches!(unknown, Err(ApiError::NotFound(_))), "{unknown:?}");
}
