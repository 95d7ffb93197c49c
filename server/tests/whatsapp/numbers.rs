//! Which number links a connection: the same again, another one, or one that is linked elsewhere.

use arauto::whatsapp::{Messenger, SendError};
use arauto_app::api::{ApiError, Connections, SyncProgress};
use arauto_app::domain::{ConnectionCause, ConnectionId, ConnectionState, GroupStanding};
use arauto_sim::Simulator;

use crate::house::{House, PHONE, addresses, group, network, text};
use crate::phones::{OTHER_PHONE, other_phone, scan, try_scan};

/// A connection that was linked to the phone, and then unlinked by it.
async fn unlinked(simulator: &Simulator) -> (House, ConnectionId) {
    let house = House::new(addresses(simulator)).await;
    let id = house.paired(simulator).await;
    simulator.control().unlink(PHONE, None).await.unwrap();
    house
        .until("the link is forgotten", async |house: &House| {
            let row = house.view(id).await.connection;
            (!row.is_linked() && row.state == ConnectionState::LoggedOut).then_some(())
        })
        .await;
    (house, id)
}

/// Lets the other phone scan, and waits for the question.
async fn linked_by_another(simulator: &Simulator) -> (House, ConnectionId) {
    other_phone(simulator).await;
    let (house, id) = unlinked(simulator).await;
    house.connections.pair(&house.who, id).await.unwrap();
    let qr = house.until_qr(id).await;
    try_scan(simulator, OTHER_PHONE, qr).await.unwrap();
    until_asked(&house, id).await;
    (house, id)
}

async fn until_asked(house: &House, id: ConnectionId) {
    let asked = ConnectionState::OtherNumber {
        phone: OTHER_PHONE.into(),
        known: PHONE.into(),
    };
    let view = house
        .until_state(id, "the number is asked about", |state| *state == asked)
        .await;
    assert!(!view.connection.is_linked());
    assert_eq!(view.connection.phone.as_deref(), Some(PHONE));
}

/// Waits until the other phone shows so many linked devices that are online.
async fn until_linked_devices(simulator: &Simulator, expected: usize) {
    let mut events = simulator.control().events();
    let count = async || {
        let phones = simulator.control().phones().await;
        let phone = phones.iter().find(|phone| phone.pn == OTHER_PHONE).unwrap();
        phone.devices.iter().filter(|device| device.online).count()
    };
    let waiting = async {
        while count().await != expected {
            // Lagging behind is a reason to look again, like an event.
            let _ = events.recv().await;
        }
    };
    let waited = tokio::time::timeout(crate::house::PATIENCE, waiting).await;
    waited.unwrap_or_else(|_| panic!("the phone never had {expected} devices"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_number_again_keeps_its_groups_and_is_not_asked_about() {
    let simulator = network().await;
    let jid = group(&simulator, "Turma", 6).await;
    let (house, id) = unlinked(&simulator).await;
    let before = house.group_view(id).await;
    assert_eq!(before.groups.len(), 1, "they stay while nobody is linked");

    house.connections.pair(&house.who, id).await.unwrap();
    scan(&simulator, house.until_qr(id).await).await;
    let view = house.until_online(id).await;
    assert_eq!(view.connection.phone.as_deref(), Some(PHONE));
    assert_eq!(
        view.connection.created_at,
        house.view(id).await.connection.created_at
    );
    house.send(id, text(&jid, "de volta")).await;
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_number_sends_nothing_until_it_is_wanted_not_even_after_a_restart() {
    let simulator = network().await;
    let jid = group(&simulator, "Turma", 6).await;
    let (mut house, id) = linked_by_another(&simulator).await;
    for restart in [false, true] {
        if restart {
            house = house.after_crash().await;
            until_asked(&house, id).await;
        }
        until_linked_devices(&simulator, 1).await;
        let refused = house.hub.send(id, text(&jid, "cedo demais")).await;
        assert_eq!(refused, Err(SendError::Offline));
        let refused = house.connections.resume(&house.who, id).await;
        assert_eq!(refused, Err(ApiError::ConnectionState));
    }

    let connections = &house.connections;
    connections.use_other_number(&house.who, id).await.unwrap();
    let view = house.until_online(id).await;
    let row = house
        .until("the link is noted", async |house: &House| {
            let row = house.view(id).await.connection;
            row.is_linked().then_some(row)
        })
        .await;
    assert_eq!(row.phone.as_deref(), Some(OTHER_PHONE));
    assert_eq!(view.connection.created_at, row.created_at);
    // The groups of the former number are not the new one's.
    let groups = house
        .until("the groups are read", async |house: &House| {
            let view = house.group_view(id).await;
            let gone = view
                .groups
                .iter()
                .all(|group| group.standing == GroupStanding::Gone);
            (gone && view.sync == SyncProgress::Idle).then_some(view.groups)
        })
        .await;
    assert_eq!(groups.len(), 1);
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_number_that_is_not_wanted_is_unlinked_at_whatsapp_too() {
    let simulator = network().await;
    let (house, id) = linked_by_another(&simulator).await;
    // At once, whether the new device has logged in or not.
    let unlinked = house.connections.unlink_other_number(&house.who, id);
    unlinked.await.unwrap();
    let cause = house.until_given_up(id).await;
    assert_eq!(cause, Some(ConnectionCause::OtherNumber));
    house
        .until("the keys are erased", async |house: &House| {
            let device = house.store.session_keys.get(id, "device", &[]).await;
            device.unwrap().is_none().then_some(())
        })
        .await;
    let phones = simulator.control().phones().await;
    assert!(
        phones.iter().all(|phone| phone.devices.is_empty()),
        "{phones:?}"
    );

    // The first number is still the known one.
    house.connections.pair(&house.who, id).await.unwrap();
    scan(&simulator, house.until_qr(id).await).await;
    house.until_online(id).await;
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_another_connection_has_too_is_told() {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let first = house.paired(&simulator).await;
    assert!(house.view(first).await.also_linked.is_empty());
    let second = house
        .connections
        .create(&house.who, "Filial")
        .await
        .unwrap();
    house.connections.pair(&house.who, second).await.unwrap();
    scan(&simulator, house.until_qr(second).await).await;
    house.until_online(second).await;
    for (id, other) in [(first, "Filial"), (second, "Loja")] {
        house
            .until("the other connection is named", async |house: &House| {
                (house.view(id).await.also_linked == [other]).then_some(())
            })
            .await;
    }
    house.connections.remove(&house.who, second).await.unwrap();
    assert!(house.view(first).await.also_linked.is_empty());
    house.until_online(first).await;
    house.hub.shutdown().await;
}
