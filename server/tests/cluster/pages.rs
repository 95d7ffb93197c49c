//! Any server serves any page.

use std::time::{Duration, Instant};

use arauto_app::domain::{ConnectionState, GroupMember, RunStatus};

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

    // Its groups, who is in one, and a run.
    other.sync_groups(connection, groups.len()).await;
    let id = connection.to_string();
    let of_group = |jid| [("connection", &*id), ("jid", jid)];
    let members: Vec<GroupMember> = other.see("group-members", &of_group(&groups[0])).await;
    assert_eq!(members.len(), 3);
    assert!(members[0].is_us && members[0].is_admin, "{members:?}");
    let elsewhere = of_group("120363000000000000@g.us");
    let nowhere = other.post("group-members", &elsewhere).await;
    let nowhere = nowhere.expect_err("the number is in no such group");
    assert_eq!(nowhere["error"], "not_found", "{nowhere}");
    let run = other
        .start_campaign(connection, &groups, "de lá", None)
        .await;
    let view = other.until_finished(run).await;
    assert_eq!(view.tally.status(), RunStatus::Completed);
    cluster.assert_exactly_once(&groups).await;

    // Its buttons.
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
    let offline = other.post("group-members", &of_group(&groups[0])).await;
    let offline = offline.expect_err("WhatsApp cannot be asked");
    assert_eq!(offline["error"], "connection_offline", "{offline}");
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

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_at_the_other_server_is_carried_out_at_once() {
    /// After how long an absence the owner is asked.
    const SHORT: Duration = Duration::from_secs(2);
    /// The queue looks by itself once a minute.
    const AT_ONCE: Duration = Duration::from_secs(30);
    let mongod = tokio::task::spawn_blocking(Mongod::start).await.unwrap();
    let mut cluster = Cluster::paced(mongod, LEASE, ["3000", "4000"]).await;
    let (phone, groups) = cluster.phone(8).await;
    let connection = cluster.link(0, &phone, groups.len()).await;
    cluster.servers[0].program.terminate().await;
    for server in &mut cluster.servers {
        let short = SHORT.as_millis().to_string();
        server.program.set("ARAUTO_SHORT_OUTAGE_MS", short);
        server.program.start().await;
        server.person.until_online(connection).await;
    }
    assert_eq!(cluster.server_of(connection).await, 0);
    let [holder, other] = [0, 1].map(|server| &cluster.servers[server].person);
    let run = holder.start_campaign(connection, &groups, "oi", None).await;
    cluster.until_accepted(1).await;
    let id = connection.to_string();
    let act = async |action: &str| {
        let form = [("id", &*id), ("action", action)];
        let done = other.post("act-on-connection", &form).await;
        done.expect("its owner may");
    };
    act("stop").await;
    // The absence itself, no wait for anything.
    tokio::time::sleep(SHORT + Duration::from_millis(500)).await;
    act("resume").await;
    let question = other
        .until("its owner is asked", async || {
            other.connection(connection).await.question
        })
        .await;

    let answered = Instant::now();
    let back_at = question.outage.back_at.as_millis().to_string();
    let form = [
        ("connection", &*id),
        ("back_at", &*back_at),
        ("choice", "drop"),
    ];
    let settled = other.post("settle-outage", &form).await;
    settled.expect("it is accepted");
    let view = other.until_finished(run).await;
    let took = answered.elapsed();
    assert!(took < AT_ONCE, "{took:?}");
    assert_eq!(view.tally.open(), 0);
    assert!(view.tally.acknowledged() < 8, "{:?}", view.tally);
}
