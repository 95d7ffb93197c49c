//! Any server serves any page.

use arauto_app::domain::{ConnectionState, RunStatus};

use crate::cluster::{Cluster, LEASE};
use crate::support::Mongod;

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_linked_watched_and_removed_from_the_other_server() {
    let mongod = tokio::task::spawn_blocking(Mongod::start).await.unwrap();
    from_the_other_server(mongod).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_on_a_standalone_mongod() {
    let mongod = tokio::task::spawn_blocking(Mongod::start_standalone).await;
    from_the_other_server(mongod.unwrap()).await;
}

async fn from_the_other_server(mongod: Mongod) {
    let mut cluster = Cluster::new(mongod, LEASE).await;
    cluster.servers[1].program.start().await;
    let (phone, groups) = cluster.phone(3).await;
    let (connection, _) = cluster.servers[0].person.create_connection("Loja").await;
    assert_eq!(cluster.server_of(connection).await, 0);

    // The QR code shows at the other server, whose page also learns of the next steps.
    let other = &cluster.servers[1].person;
    let qr = other.until_qr(connection).await;
    assert!(other.connection(connection).await.qr_svg.is_some());
    cluster.scan(&phone, qr).await;
    other.until_online(connection).await;
    assert_eq!(
        cluster.server_of(connection).await,
        0,
        "it stays where it is"
    );
    let health = other.connection(connection).await.health;
    assert!(health.last_pong_at.is_some(), "{health:?}");

    // Its groups, and a run.
    other.sync_groups(connection, groups.len()).await;
    let run = other
        .start_campaign(connection, &groups, "de lá", None)
        .await;
    let view = other.until_finished(run).await;
    assert_eq!(view.tally.status(), RunStatus::Completed);
    cluster.assert_exactly_once(&groups).await;

    // Its buttons.
    let id = connection.to_string();
    let act = async |action: &str| {
        let form = [("id", &*id), ("action", action)];
        other.post("act-on-connection", &form).await
    };
    act("stop").await.expect("it can be paused");
    other
        .until("it is paused", async || {
            let view = other.connection(connection).await;
            (view.connection.state == ConnectionState::Stopped).then_some(())
        })
        .await;
    act("pair").await.expect_err("it is linked");
    act("resume").await.expect("it can be resumed");
    other.until_online(connection).await;

    let form = [("id", &*id)];
    other
        .post("remove-connection", &form)
        .await
        .expect("it can be removed");
    assert!(cluster.holders().await.is_empty());
    let phones = cluster.control().phones().await;
    let phone = phones.iter().find(|seen| seen.pn == phone).unwrap();
    assert!(phone.devices.is_empty(), "{phone:?}");
}
