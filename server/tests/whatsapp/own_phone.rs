//! The phone that linked a connection: what it leaves behind, and what becomes of that.

use std::time::Duration;

use arauto_app::domain::{ConnectionId, PhoneAbsence};

use crate::house::{House, PHONE, addresses, group, network, now, text};

/// What the page warns of.
async fn absence(house: &House, id: ConnectionId) -> Option<PhoneAbsence> {
    let view = house.view(id).await;
    PhoneAbsence::of(&view.connection, view.now)
}

/// Makes everything that is noted of the phone eleven days old, while no server runs.
async fn eleven_days_ago(house: &House, id: ConnectionId) {
    let then = now().minus(Duration::from_hours(11 * 24));
    let (workspace, connections) = (house.who.workspace_id(), &house.store.connections);
    let mut row = connections.get(workspace, id).await.unwrap().unwrap();
    connections.delete(workspace, id).await.unwrap();
    (row.linked_at, row.phone_seen_at) = (Some(then), Some(then));
    connections.insert(&row).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_is_there_is_seen_and_one_that_is_not_is_warned_of() {
    let simulator = network().await;
    let group = group(&simulator, "Turma", 3).await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    // It gave the new device the account's keys.
    house
        .until("the phone is seen", async |house: &House| {
            house.view(id).await.connection.phone_seen_at
        })
        .await;
    assert_eq!(absence(&house, id).await, None);

    simulator.control().set_offline(PHONE, true).await.unwrap();
    house.hub.shutdown().await;
    eleven_days_ago(&house, id).await;
    let house = house.after_crash().await;
    house.until_online(id).await;
    let days_left = absence(&house, id).await.map(|absence| absence.days_left);
    assert_eq!(days_left, Some(3));
    let mut signals = house.signals();
    let message = text(&group, "dois");
    house.send(id, message.clone()).await;
    signals.of(&message.id).await;
    assert!(absence(&house, id).await.is_some(), "WhatsApp is no phone");

    // Back on the network it takes what it missed, and says so.
    simulator.control().set_offline(PHONE, false).await.unwrap();
    house
        .until("the warning ends", async |house: &House| {
            absence(house, id).await.is_none().then_some(())
        })
        .await;
    // Once an hour is enough.
    let noted = house.view(id).await.connection.phone_seen_at;
    let message = text(&group, "três");
    house.send(id, message.clone()).await;
    signals.of(&message.id).await;
    assert_eq!(house.view(id).await.connection.phone_seen_at, noted);
    house.hub.shutdown().await;
}
