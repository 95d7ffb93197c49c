//! Campaigns to lists of groups.

use arauto_app::api::ApiError;
use arauto_app::domain::*;

use super::world::{Process, World, jid};

/// A stored list of a connection.
async fn list(
    world: &World,
    process: &Process,
    connection: ConnectionId,
    name: &str,
    groups: &[u32],
) -> GroupListId {
    let now = Timestamp::default();
    let list = GroupList {
        id: GroupListId::new(now, world.random.bytes()),
        workspace: world.workspace(),
        connection,
        name: name.into(),
        groups: groups.iter().copied().map(jid).collect(),
        created_at: now,
        updated_at: now,
    };
    process.store.group_lists.insert(&list).await.unwrap();
    list.id
}

#[tokio::test]
async fn a_draft_keeps_only_lists_of_its_connection_each_once() {
    let world = World::with_groups(3).await;
    let process = world.start_process();
    let campaigns = process.engine.campaigns();
    let other = ConnectionId::new(Timestamp::default(), [9; 10]);
    let clients = list(&world, &process, world.connection, "Clientes", &[2, 3]).await;
    let resale = list(&world, &process, world.connection, "Revenda", &[3]).await;
    let theirs = list(&world, &process, other, "Clientes", &[1]).await;
    let deleted = GroupListId::new(Timestamp::default(), [9; 10]);
    let mut draft = world.draft(1);
    draft.lists = vec![resale, theirs, clients, deleted, resale];
    let first = campaigns.save(&world.who, None, draft).await.unwrap();
    let id = first.id;
    let saved = campaigns.get(&world.who, id).await.unwrap();
    assert_eq!(saved.campaign.lists, [resale, clients]);
    assert_eq!(saved.groups, 3, "what the lists share counts once");

    let mut without = world.draft(1);
    without.lists = vec![clients];
    without.connection = None;
    let second = campaigns.save(&world.who, Some(first.into()), without);
    second.await.unwrap();
    let saved = campaigns.get(&world.who, id).await.unwrap();
    assert_eq!((saved.campaign.lists, saved.groups), (Vec::new(), 0));
}

#[tokio::test]
async fn a_run_goes_once_to_each_group_that_is_in_the_lists_when_it_begins() {
    let world = World::with_groups(6).await;
    let process = world.start_process();
    let campaigns = process.engine.campaigns();
    let clients = list(&world, &process, world.connection, "Clientes", &[5, 2]).await;
    let resale = list(&world, &process, world.connection, "Revenda", &[2, 4]).await;
    let mut draft = world.draft(2);
    draft.lists = vec![resale, clients];
    let id = campaigns.save(&world.who, None, draft).await.unwrap().id;

    let (workspace, lists) = (world.workspace(), &process.store.group_lists);
    let now = Timestamp::default();
    let (three, five) = ([jid(3)], [jid(5)]);
    lists.add(workspace, resale, &three, now).await.unwrap();
    lists.remove(workspace, clients, &five, now).await.unwrap();
    let run = process.start(&world.who, id).await.unwrap();
    // What changes from here on concerns the next run.
    lists.add(workspace, resale, &five, now).await.unwrap();
    world.until_finished(&process, run).await;
    let deliveries = process.deliveries(&world.who, run).await;
    let targets: Vec<_> = deliveries.into_iter().map(|sent| sent.target).collect();
    assert_eq!(targets, [2, 4, 3, 1].map(jid));
    assert_eq!(world.network.reached().len(), 4);

    let again = process.start(&world.who, id).await.unwrap();
    let again = world.until_finished(&process, again).await;
    assert_eq!((again.run.number, again.tally.total()), (2, 5));
}

#[tokio::test]
async fn lists_without_groups_start_nothing() {
    let world = World::with_groups(2).await;
    let process = world.start_process();
    let campaigns = process.engine.campaigns();
    let empty = list(&world, &process, world.connection, "Clientes", &[]).await;
    let mut draft = world.draft(0);
    draft.lists = vec![empty];
    let id = campaigns.save(&world.who, None, draft).await.unwrap().id;
    let refused = ApiError::Draft(vec![DraftProblem::ListsEmpty]);
    assert_eq!(process.start(&world.who, id).await, Err(refused));
    let saved = campaigns.get(&world.who, id).await.unwrap();
    assert_eq!(saved.campaign.state, CampaignState::Draft);
    assert_eq!(saved.latest_run, None);

    // A group that WhatsApp let go stays in its list, and is skipped with the reason.
    let (workspace, now) = (world.workspace(), Timestamp::default());
    let members = [jid(1), jid(2)];
    let lists = &process.store.group_lists;
    lists.add(workspace, empty, &members, now).await.unwrap();
    let mut gone = world.group(2);
    gone.standing = GroupStanding::Gone;
    process.store.groups.put(workspace, &[gone]).await.unwrap();
    let run = process.start(&world.who, id).await.unwrap();
    let view = world.until_finished(&process, run).await;
    assert_eq!((view.tally.sent, view.tally.skipped), (1, 1));
}
