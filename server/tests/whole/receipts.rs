//! How many members a message reached, over the wire and after a restart.

use arauto_app::domain::Reached;
use arauto_sim::{ReceiptKind, ReceiptOrder, ReceiptTargets};

use crate::world::{Store, World};

#[tokio::test(flavor = "multi_thread")]
async fn members_who_received_and_read_are_counted_on_sqlite() {
    members_are_counted(Store::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_who_received_and_read_are_counted_on_mongodb() {
    members_are_counted(Store::Mongo).await;
}

async fn members_are_counted(store: Store) {
    let mut world = World::with_groups(store, 2, |program| program).await;
    let connection = world.link().await;
    let run = world
        .person
        .start_campaign(connection, &world.groups, "quem viu?", None)
        .await;
    let view = world.person.until_finished(run).await;
    // The second group has four people, and one of them is our own number.
    let row = &view.deliveries[1];
    assert_eq!((row.members, view.reached[1]), (3, Reached::default()));
    let id = row.message_id.clone().expect("it was sent").to_string();
    give(&world, &id, ReceiptKind::Delivered, 2).await;
    until_reached(&world, run, (2, 0)).await;

    world.program.terminate().await;
    world.program.start().await;
    world.person.until_online(connection).await;
    give(&world, &id, ReceiptKind::Delivered, 1).await;
    give(&world, &id, ReceiptKind::Read, 1).await;
    until_reached(&world, run, (3, 1)).await;
}

async fn give(world: &World, id: &str, kind: ReceiptKind, members: usize) {
    let order = ReceiptOrder {
        id: id.to_owned(),
        chat: Some(world.groups[1].clone()),
        kind,
        members: ReceiptTargets::First(members),
    };
    let given = world.simulator.control().give_receipts(order).await;
    assert_eq!(given.expect("receipts"), members);
}

async fn until_reached(world: &World, run: arauto_app::domain::RunId, expected: (u32, u32)) {
    world
        .person
        .until("the members are counted", async || {
            let reached = world.person.run(run).await.reached[1];
            ((reached.delivered, reached.read) == expected).then_some(())
        })
        .await;
}
