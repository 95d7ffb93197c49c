//! Scan once: neither a crash nor a restart asks for a new code.

use arauto_app::api::{ApiError, Connections, NotFound};
use arauto_app::domain::{AfterOutage, ConnectionState, DeliveryEvent};

use crate::house::{House, addresses, group, network, stranger, text};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_crash_and_a_restart_it_comes_back_by_itself_and_sends() {
    let simulator = network().await;
    let group = group(&simulator, "Turma", 6).await;
    let mut house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    for orderly in [false, true, false] {
        let mut signals = house.signals();
        let message = text(&group, "antes");
        house.send(id, message.clone()).await;
        signals.of(&message.id).await;

        house = if orderly {
            house.after_restart().await
        } else {
            house.after_crash().await
        };
        house.until_online(id).await;
        let mut signals = house.signals();
        let message = text(&group, "depois");
        house.send(id, message.clone()).await;
        assert_eq!(
            signals.of(&message.id).await.event,
            DeliveryEvent::Acknowledged
        );
        let seen = simulator
            .control()
            .message(message.id.as_str(), None)
            .await
            .unwrap();
        assert_eq!(seen.shown_by.len(), 5);
        assert!(seen.failures.is_empty(), "{:?}", seen.failures);
        // The test takes the signals anew in each round.
        house = house.after_restart().await;
        house.until_online(id).await;
    }
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_its_owner_paused_stays_paused_until_resumed() {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    house.connections.stop(&house.who, id).await.unwrap();
    let house = house.after_restart().await;
    assert_eq!(
        house.view(id).await.connection.state,
        ConnectionState::Stopped
    );
    house.connections.resume(&house.who, id).await.unwrap();
    house.until_online(id).await;
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_name_and_what_its_owner_sets_are_kept() {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.connections.create(&house.who, "Loja").await.unwrap();
    let configure = async |who, name| {
        let connections = &house.connections;
        connections
            .configure(who, id, name, AfterOutage::Drop)
            .await
    };
    let missing = Err(ApiError::ConnectionNameMissing);
    assert_eq!(configure(&house.who, " ").await, missing);
    let unknown = Err(ApiError::NotFound(NotFound::Connection));
    let other = stranger();
    assert_eq!(configure(&other, "Minha").await, unknown);
    let connection = house.view(id).await.connection;
    let is_as_it_was = connection.name == "Loja" && connection.after_outage == AfterOutage::Ask;
    assert!(is_as_it_was, "{connection:?}");

    configure(&house.who, "  Balcão ").await.unwrap();
    let house = house.after_restart().await;
    let connection = house.view(id).await.connection;
    assert_eq!(connection.name, "Balcão");
    assert_eq!(connection.after_outage, AfterOutage::Drop);
    house.hub.shutdown().await;
}
