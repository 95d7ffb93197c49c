//! What goes wrong between us and WhatsApp.

use std::time::Duration;

use arauto::whatsapp::{Messenger, PingPlan};
use arauto_app::api::Connections;
use arauto_app::domain::{ConnectionCause, ConnectionId, ConnectionState, GroupList, GroupListId};
use arauto_sim::{Fault, Simulator};

use crate::house::{House, PHONE, PINGS, addresses, group, network, now, text};
use crate::phones::{inject, scan};

async fn set_up() -> (Simulator, House, ConnectionId) {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    (simulator, house, id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_is_told_and_the_connection_is_opened_anew() {
    let (simulator, house, id) = set_up().await;
    inject(&simulator, Fault::Silent).await;
    house
        .until_state(id, "silence is told", |state| {
            *state == ConnectionState::Unstable
        })
        .await;
    let view = house
        .until_state(id, "it is opened anew", |state| {
            matches!(state, ConnectionState::Reconnecting { .. })
        })
        .await;
    let ConnectionState::Reconnecting { cause, .. } = view.connection.state else {
        panic!("{view:?}")
    };
    assert_eq!(cause, Some(ConnectionCause::Silence));
    simulator.control().lift_faults(None).await;
    let view = house.until_online(id).await;
    assert_eq!(view.health.reconnections, 1);
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_without_an_answer_is_a_reason_to_ask_at_once() {
    let simulator = network().await;
    let group = group(&simulator, "Bairro", 3).await;
    // Without a message nobody asks for an hour: what tells of the silence below is the probe.
    let pings = PingPlan {
        interval: Duration::from_hours(1),
        ..PINGS
    };
    let house = House::pinging(addresses(&simulator), pings).await;
    let id = house.paired(&simulator).await;
    inject(&simulator, Fault::Silent).await;
    let hub = house.hub.clone();
    let message = text(&group, "Tem alguém aí?");
    // It waits for answers itself; what becomes of it is no matter here.
    let sending = tokio::spawn(async move { hub.send(id, message).await });
    house
        .until_state(id, "it is opened anew", |state| {
            matches!(
                state,
                ConnectionState::Reconnecting {
                    cause: Some(ConnectionCause::Silence),
                    ..
                }
            )
        })
        .await;
    sending.abort();
    simulator.control().lift_faults(None).await;
    house.until_online(id).await;
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_connection_comes_back() {
    let (simulator, house, id) = set_up().await;
    inject(&simulator, Fault::Refuse).await;
    inject(&simulator, Fault::Drop).await;
    let view = house
        .until_state(id, "the loss is told", |state| {
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
    assert!(attempt >= 1);
    assert!(cause.is_some());
    assert!(next_at.plus(Duration::from_secs(1)) >= view.now);
    assert_eq!(view.health.online_since, None);
    simulator.control().lift_faults(None).await;
    house.until_online(id).await;
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unlinked_device_is_told_and_its_keys_are_erased() {
    let (simulator, house, id) = set_up().await;
    simulator.control().unlink(PHONE, None).await.unwrap();
    house
        .until_state(id, "the end of the link is told", |state| {
            *state == ConnectionState::LoggedOut
        })
        .await;
    let row = house
        .until("the link is forgotten", async |house: &House| {
            let row = house.view(id).await.connection;
            row.linked_at.is_none().then_some(row)
        })
        .await;
    assert_eq!(row.phone.as_deref(), Some(PHONE), "it stays known");
    let device = house.store.session_keys.get(id, "device", &[]).await;
    assert_eq!(device.unwrap(), None);

    // The way back is a new code, with new keys.
    house.connections.pair(&house.who, id).await.unwrap();
    scan(&simulator, house.until_qr(id).await).await;
    house.until_online(id).await;
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_a_person_can_mend_stops_the_connection() {
    let (simulator, house, id) = set_up().await;
    let login = |reason, expire: Option<u64>| Fault::RefuseLogins {
        reason,
        code: expire.map(|_| 102),
        expire,
        next: Some(1),
    };
    let replaced = Fault::StreamError {
        code: None,
        conflict: Some("replaced".into()),
    };
    inject(&simulator, replaced).await;
    house
        .until_state(id, "the replacement is told", |state| {
            *state == ConnectionState::Replaced
        })
        .await;
    inject(&simulator, login(405, None)).await;
    house.connections.resume(&house.who, id).await.unwrap();
    house
        .until_state(id, "the outdated client is told", |state| {
            *state == ConnectionState::ClientOutdated
        })
        .await;
    inject(&simulator, login(403, None)).await;
    house.connections.resume(&house.who, id).await.unwrap();
    house
        .until_state(id, "the block is told", |state| {
            *state == ConnectionState::Banned
        })
        .await;
    // A temporary ban ends by itself.
    inject(&simulator, login(402, Some(2))).await;
    house.connections.resume(&house.who, id).await.unwrap();
    house
        .until_state(id, "the ban is told", |state| {
            matches!(state, ConnectionState::TemporarilyBanned { until: Some(_) })
        })
        .await;
    house.until_online(id).await;
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_connection_is_unlinked_at_the_phone_and_leaves_nothing() {
    let (simulator, house, id) = set_up().await;
    let linked = async || simulator.control().phones().await[0].devices.len();
    assert_eq!(linked().await, 1);
    let workspace = house.who.workspace_id();
    let list = GroupList {
        id: GroupListId::new(now(), [1; 10]),
        workspace,
        connection: id,
        name: "Clientes".into(),
        groups: Vec::new(),
        created_at: now(),
        updated_at: now(),
    };
    house.store.group_lists.insert(&list).await.unwrap();
    house.connections.remove(&house.who, id).await.unwrap();
    assert_eq!(linked().await, 0);
    assert!(house.connections.list(&house.who).await.unwrap().is_empty());
    let device = house.store.session_keys.get(id, "device", &[]).await;
    assert_eq!(device.unwrap(), None);
    assert_eq!(house.store.groups.count(workspace, id).await.unwrap(), 0);
    let lists = house.store.group_lists.list(workspace, id).await;
    assert_eq!(lists.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unreachable_phone_network_does_not_keep_anybody_from_removing() {
    let (simulator, house, id) = set_up().await;
    inject(&simulator, Fault::Silent).await;
    house.connections.remove(&house.who, id).await.unwrap();
    assert!(house.connections.list(&house.who).await.unwrap().is_empty());
}
