//! Linking a phone.

use std::time::Duration;

use arauto::whatsapp::SimulatedNetwork;
use arauto_app::api::{ApiError, Connections, NotFound};
use arauto_app::domain::{ConnectionCause, ConnectionState, PairingStep};
use arauto_sim::{Simulator, SimulatorConfig};

use crate::house::{House, PHONE, addresses, group, network, now, stranger};
use crate::phones::{nobody_waits, scan};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scanned_code_links_the_phone_and_the_groups_are_read_by_themselves() {
    let simulator = network().await;
    group(&simulator, "Bairro Norte", 12).await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.begin_pairing().await;

    let qr = house.until_qr(id).await;
    assert!(qr.starts_with("https://wa.me/settings/linked_devices#"));
    let view = house.view(id).await;
    assert!(view.qr_svg.as_ref().unwrap().starts_with("<svg"));
    let (number, expires_at) = view.qr().unwrap();
    assert_eq!(number, 1);
    assert!(expires_at > view.now);

    scan(&simulator, qr).await;
    let view = house.until_online(id).await;
    assert_eq!(view.qr_svg, None);
    assert_eq!(view.connection.phone.as_deref(), Some(PHONE));
    assert!(view.connection.linked_at.is_some());
    let health = view.health;
    assert!(now().since(health.last_pong_at.unwrap()) < Duration::from_mins(1));
    assert!(health.round_trip.unwrap() < Duration::from_secs(2));
    assert!(health.online_since.is_some());

    let groups = house
        .until("the group appears", async |house: &House| {
            let view = house.group_view(id).await;
            view.synced_at.map(|_| view.groups)
        })
        .await;
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].subject, "Bairro Norte");
    assert_eq!(groups[0].participants, 12);
    assert!(groups[0].is_admin);
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pairing_can_be_given_up_and_begun_again() {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.begin_pairing().await;
    house.until_qr(id).await;
    house
        .connections
        .cancel_pairing(&house.who, id)
        .await
        .unwrap();
    let view = house.view(id).await;
    assert_eq!(
        view.connection.state,
        ConnectionState::Unpaired { cause: None }
    );

    house.connections.pair(&house.who, id).await.unwrap();
    scan(&simulator, house.until_qr(id).await).await;
    house.until_online(id).await;
    house.hub.shutdown().await;
}

/// A code waits 60 seconds for its phone, each of the five after it 20: this test takes as long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_series_of_codes_that_nobody_scans_ends_and_says_so() {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.begin_pairing().await;
    let mut highest = 0;
    let mut expired = async |house: &House| match house.view(id).await.connection.state {
        ConnectionState::Pairing {
            step: PairingStep::Qr { number, .. },
        } => {
            highest = highest.max(number);
            None
        }
        ConnectionState::Unpaired { cause } => Some(cause),
        _ => None,
    };
    let patience = Duration::from_mins(4);
    let cause = house
        .until_within(patience, "the series ends", &mut expired)
        .await;
    assert_eq!(cause, Some(ConnectionCause::QrExpired));
    assert_eq!(highest, 6);
    nobody_waits(&simulator).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_network_pairing_says_when_it_tries_again_and_then_shows_a_code() {
    // A port that was free a moment ago: nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = port.local_addr().unwrap();
    drop(port);
    let network = SimulatedNetwork {
        websocket_url: format!("ws://{address}/ws/chat"),
        http_url: format!("http://{address}"),
    };
    let house = House::new(network).await;
    let id = house.begin_pairing().await;
    let view = house
        .until_state(id, "the trouble is told", |state| {
            matches!(state, ConnectionState::Reconnecting { .. })
        })
        .await;
    let ConnectionState::Reconnecting {
        attempt,
        next_at,
        cause,
    } = view.connection.state
    else {
        panic!("{view:?}")
    };
    assert_eq!(cause, Some(ConnectionCause::Unreachable));
    assert!(attempt >= 1);
    assert!(
        next_at.plus(Duration::from_secs(1)) >= view.now,
        "it is yet to come"
    );

    let config = SimulatorConfig {
        bind: address,
        ..Default::default()
    };
    let _simulator = Simulator::start(config).await.unwrap();
    house.until_qr(id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_nobody_elses() {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.begin_pairing().await;
    let (stranger, connections) = (stranger(), &house.connections);
    let not_found = Err(ApiError::NotFound(NotFound::Connection));
    assert_eq!(connections.pair(&stranger, id).await, not_found);
    assert_eq!(connections.stop(&stranger, id).await, not_found);
    assert_eq!(connections.remove(&stranger, id).await, not_found);
    assert!(connections.list(&stranger).await.unwrap().is_empty());
    house.until_qr(id).await;
}
