//! Campaigns that several connections send, and campaigns that are slower than their connections.

use std::collections::HashSet;
use std::time::Duration;

use arauto::store::ServerId;
use arauto_app::api::{ApiError, LiveEvent, TestOrder};
use arauto_app::domain::*;

use super::test_sends::order;
use super::world::{Process, World, jid};

/// Gives the world a second connection, which is in these groups.
async fn second_connection(world: &World, process: &Process, groups: &[u32]) -> ConnectionId {
    let store = &process.store;
    let first = store.connections.get(world.workspace(), world.connection);
    let second = Connection {
        id: ConnectionId::new(Timestamp::default(), world.random.bytes()),
        name: "Filial".into(),
        ..first.await.unwrap().unwrap()
    };
    store.connections.insert(&second).await.unwrap();
    let hour = Duration::from_hours(1);
    let lease = store
        .leases
        .acquire(world.workspace(), second.id, ServerId::default(), hour);
    assert!(lease.await.unwrap().is_some());
    let groups: Vec<Group> = groups
        .iter()
        .map(|number| Group {
            connection: second.id,
            ..world.group(*number)
        })
        .collect();
    store.groups.put(world.workspace(), &groups).await.unwrap();
    second.id
}

fn sender(connection: ConnectionId, groups: &[u32]) -> Sender {
    Sender {
        connection,
        lists: Vec::new(),
        targets: groups.iter().copied().map(jid).collect(),
    }
}

#[tokio::test]
async fn each_connection_sends_to_its_own_groups_and_a_shared_one_once() {
    let world = World::with_groups(3).await;
    let process = world.start_process();
    let second = second_connection(&world, &process, &[3, 4, 5]).await;
    let mut draft = world.draft(3);
    draft.content.text = "Oi da {{conexao}}".into();
    // The first group is none of the second connection's.
    draft.also = vec![sender(second, &[1, 3, 4]), sender(second, &[5])];
    let campaigns = process.engine.campaigns();
    let id = campaigns.save(&world.who, None, draft).await.unwrap().id;
    let saved = campaigns.get(&world.who, id).await.unwrap();
    assert_eq!(saved.campaign.also, [sender(second, &[3, 4, 5])]);
    assert_eq!(saved.groups, 5);
    let review = campaigns.review(&world.who, id).await.unwrap();
    assert_eq!((review.receiving, review.problems), (5, Vec::new()));

    let run = process.start(&world.who, id).await.unwrap();
    let view = world.until_finished(&process, run).await;
    assert_eq!((view.tally.sent, view.tally.total()), (5, 5));
    let by: Vec<_> = (view.senders.iter())
        .map(|sender| (sender.name.clone().unwrap(), sender.tally.sent))
        .collect();
    assert_eq!(by, [("Loja".into(), 3), ("Filial".into(), 2)]);
    for sent in world.network.reached() {
        let is_first = [1, 2, 3]
            .map(|n| Recipient::Group(jid(n)))
            .contains(&sent.to);
        let name = if is_first { "Loja" } else { "Filial" };
        assert_eq!(sent.text, format!("Oi da {name}"));
    }
}

#[tokio::test]
async fn a_removed_connection_ends_its_part_and_the_others_go_on() {
    let world = World::with_groups(2).await;
    let process = world.start_process();
    let second = second_connection(&world, &process, &[3, 4]).await;
    let mut draft = world.draft(2);
    draft.also = vec![sender(second, &[3, 4])];
    draft.pace = Some(Pacing {
        shortest: Duration::from_mins(5),
        longest: Duration::from_mins(5),
    });
    let (campaign, run) = process.launch(&world.who, draft).await;
    world
        .until_run(&process, run, |view| view.tally.sent > 0)
        .await;
    let (workspace, store) = (world.workspace(), &process.store);
    let detached = store.campaigns.detach_connection(workspace, second);
    detached.await.unwrap();
    store.connections.delete(workspace, second).await.unwrap();
    world.network.remove(second);
    world.live.post(workspace, LiveEvent::Connections);
    let view = world.until_finished(&process, run).await;
    let [first, gone] = &view.senders[..] else {
        panic!("two connections send it: {:?}", view.senders);
    };
    assert_eq!(first.tally.sent, 2);
    assert_eq!((gone.tally.open(), gone.name.clone()), (0, None));
    assert_eq!(view.tally.total(), 4);
    let saved = process.campaign(&world.who, campaign).await;
    assert_eq!((saved.campaign.also, saved.groups), (Vec::new(), 2));
}

#[tokio::test]
async fn a_test_goes_by_the_connection_that_is_chosen() {
    let world = World::with_groups(1).await;
    let process = world.start_process();
    let second = second_connection(&world, &process, &[4]).await;
    let mut draft = world.draft(1);
    draft.content.text = "Oi da {{conexao}}".into();
    draft.also = vec![sender(second, &[4])];
    let campaigns = process.engine.campaigns();
    let id = campaigns.save(&world.who, None, draft).await.unwrap().id;
    let choice = campaigns.tests(&world.who, id).await.unwrap().connections;
    let choice: Vec<_> = choice.iter().map(|connection| connection.id).collect();
    assert_eq!(choice, [world.connection, second]);
    let by = |connection, seen| TestOrder {
        connection: Some(connection),
        ..order(jid(4), seen)
    };
    let run = campaigns.test(&world.who, id, by(second, 0)).await.unwrap();
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.senders[0].name.as_deref(), Some("Filial"));
    assert_eq!(world.network.reached()[0].text, "Oi da Filial");

    let detached = process
        .store
        .campaigns
        .detach_connection(world.workspace(), second);
    detached.await.unwrap();
    let refused = campaigns.test(&world.who, id, by(second, 1)).await;
    let gone = DraftProblem::ConnectionGone;
    assert_eq!(refused, Err(ApiError::Draft(vec![gone])));
}

#[tokio::test]
async fn a_campaign_with_a_pace_of_its_own_is_slower_than_its_connection_never_faster() {
    let world = World::with_groups(4).await;
    let process = world.start_process();
    let pace = Pacing {
        shortest: Duration::from_mins(1),
        longest: Duration::from_secs(90),
    };
    let mut draft = world.draft(4);
    draft.pace = Some(pace);
    let (_, run) = process.launch(&world.who, draft).await;
    let resting = world
        .until_run(&process, run, |view| {
            let reason = view.senders[0].hold.map(|hold| hold.reason);
            reason == Some(HoldReason::Campaign)
        })
        .await;
    let hold = resting.senders[0].hold.unwrap();
    assert_eq!(hold.until, Some(resting.run.rests_until));
    world.until_finished(&process, run).await;
    let times: Vec<_> = (world.network.handed_over().iter())
        .map(|(at, _)| *at)
        .collect();
    assert_eq!(times.len(), 4);
    let gaps: HashSet<_> = times
        .windows(2)
        .map(|pair| pair[1].since(pair[0]))
        .collect();
    assert!(gaps.iter().all(|gap| *gap >= pace.shortest), "{gaps:?}");

    let mut hasty = world.draft(2);
    hasty.pace = Some(Pacing {
        shortest: Duration::from_secs(1),
        longest: Duration::from_secs(1),
    });
    let mut problem = hasty.clone();
    problem.pace = Some(Pacing {
        shortest: Duration::from_secs(9),
        longest: Duration::from_secs(3),
    });
    let pace = PaceProblem::IntervalBackwards;
    assert_eq!(problem.problems_to_save(), [DraftProblem::Pace { pace }]);
    let (_, run) = process.launch(&world.who, hasty).await;
    world.until_finished(&process, run).await;
    let times: Vec<_> = (world.network.handed_over()[4..].iter())
        .map(|(at, _)| *at)
        .collect();
    assert!(times[1].since(times[0]) >= world.config.pacing.shortest);
}
