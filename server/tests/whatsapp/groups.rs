//! Reading the groups.

use arauto_app::api::{ApiError, Connections, Groups, SyncProgress};
use arauto_app::domain::{ConnectionCause, GroupStanding};
use arauto_sim::{Fault, FaultOrder, GroupChange};

use crate::house::{House, addresses, group, network};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_follows_what_changed_and_keeps_what_is_gone() {
    let simulator = network().await;
    let control = simulator.control();
    let stays = group(&simulator, "Antes", 5).await;
    let ends = group(&simulator, "Acaba", 7).await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    let before = house.group_view(id).await.synced_at;

    let change = GroupChange {
        subject: Some("Depois".into()),
        announce: Some(true),
        ..Default::default()
    };
    control.change_group(stays.as_str(), change).await.unwrap();
    control.delete_group(ends.as_str()).await.unwrap();
    for number in 0..60 {
        group(&simulator, &format!("Grupo {number:02}"), 3).await;
    }
    house.groups.sync(&house.who, id).await.unwrap();
    let view = house
        .until("the sync ends", async |house: &House| {
            let view = house.group_view(id).await;
            (view.synced_at > before && view.sync == SyncProgress::Idle).then_some(view)
        })
        .await;
    assert_eq!(view.groups.len(), 62);
    let of = |jid| view.groups.iter().find(|group| group.jid == jid).unwrap();
    let stays = of(stays);
    assert_eq!(stays.subject, "Depois");
    assert!(stays.announce_only && stays.is_admin && stays.accepts_messages());
    assert_eq!(of(ends).standing, GroupStanding::Gone);
    assert_eq!(house.view(id).await.groups, 61);
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_that_fails_keeps_the_list_and_says_why() {
    let simulator = network().await;
    group(&simulator, "Fica", 4).await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    let before = house.group_view(id).await;
    let order = FaultOrder {
        pn: None,
        fault: Fault::RefuseQueries {
            code: 429,
            text: "rate-overlimit".into(),
            xmlns: Some("w:g2".into()),
            next: None,
        },
    };
    simulator.control().inject(order).await.unwrap();
    house.groups.sync(&house.who, id).await.unwrap();
    let view = house
        .until("the failure is told", async |house: &House| {
            let view = house.group_view(id).await;
            matches!(view.sync, SyncProgress::Failed { .. }).then_some(view)
        })
        .await;
    let cause = ConnectionCause::ServerTrouble;
    assert_eq!(view.sync, SyncProgress::Failed { cause });
    assert_eq!(view.groups, before.groups);
    assert_eq!(view.synced_at, before.synced_at);
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_connection_cannot_be_asked() {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    house.connections.stop(&house.who, id).await.unwrap();
    let refused = house.groups.sync(&house.who, id).await;
    assert_eq!(refused, Err(ApiError::ConnectionOffline));
}
