//! Who runs what: shared evenly, and taken over when a server dies, freezes, or goes.

use std::time::{Duration, Instant};

use arauto_app::domain::RunStatus;

use crate::cluster::{Cluster, LEASE};
use crate::support::Mongod;

const GROUPS: usize = 24;
/// How long a takeover may take beyond the lease: noticing, logging in, the first ping; on a machine
/// that runs other tests as well.
const SLACK: Duration = Duration::from_secs(12);

async fn cluster(lease: Duration) -> Cluster {
    let mongod = tokio::task::spawn_blocking(Mongod::start).await.unwrap();
    Cluster::new(mongod, lease).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_servers_connections_and_its_run_go_on_at_the_other() {
    let mut cluster = cluster(LEASE).await;
    let mut linked = Vec::new();
    for _ in 0..4 {
        let (phone, groups) = cluster.phone(GROUPS).await;
        let connection = cluster.link(0, &phone, GROUPS).await;
        linked.push((connection, groups));
    }
    assert_eq!(cluster.loads().await, [4, 0]);
    cluster.servers[1].program.start().await;
    cluster.until_shared(&[2, 2]).await;

    // A run at each server, both started at the first one's pages.
    let mut runs = Vec::new();
    for victim in [0, 1] {
        let mut chosen = None;
        for (connection, groups) in &linked {
            if cluster.server_of(*connection).await == victim {
                chosen = Some((*connection, groups.clone()));
            }
        }
        let (connection, groups) = chosen.expect("each server has some");
        let text = "uma vez só";
        let person = &cluster.servers[0].person;
        let run = person.start_campaign(connection, &groups, text, None).await;
        runs.push((run, groups));
    }
    cluster.until_accepted(GROUPS / 3).await;

    let killed = Instant::now();
    cluster.servers[1].program.kill().await;
    cluster.until_all_online_at(0).await;
    let took = killed.elapsed();
    println!("taken over within {took:?} of the kill, with a lease of {LEASE:?}");
    assert!(took < LEASE + SLACK, "{took:?}");

    for (run, groups) in &runs {
        let view = cluster.servers[0].person.until_finished(*run).await;
        assert_eq!(
            view.tally.status(),
            RunStatus::Completed,
            "{:?}",
            view.tally
        );
        cluster.assert_exactly_once(groups).await;
    }
    for (connection, _) in &linked {
        cluster.assert_online_at(0, *connection).await;
    }

    // It comes back and gets its share again.
    cluster.servers[1].program.start().await;
    cluster.until_shared(&[2, 2]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_server_that_wakes_up_neither_sends_nor_writes_and_rejoins() {
    let mut cluster = cluster(LEASE).await;
    let mut linked = Vec::new();
    for _ in 0..2 {
        let (phone, groups) = cluster.phone(GROUPS).await;
        let connection = cluster.link(0, &phone, GROUPS).await;
        linked.push((connection, groups));
    }
    cluster.servers[1].program.start().await;
    cluster.until_shared(&[1, 1]).await;
    let at_second = cluster.server_of(linked[0].0).await;
    let (connection, groups) = linked[1 - at_second].clone();
    assert_eq!(cluster.server_of(connection).await, 1);
    let person = &cluster.servers[0].person;
    let run = person
        .start_campaign(connection, &groups, "uma vez só", None)
        .await;
    cluster.until_accepted(GROUPS / 4).await;

    cluster.servers[1].program.pause().await;
    cluster.until_all_online_at(0).await;
    cluster.until_accepted(GROUPS / 2).await;
    // It wakes up in the middle of the run, with sessions that it believes to be its own.
    cluster.servers[1].program.resume().await;

    let view = cluster.servers[0].person.until_finished(run).await;
    assert_eq!(
        view.tally.status(),
        RunStatus::Completed,
        "{:?}",
        view.tally
    );
    cluster.assert_exactly_once(&groups).await;
    cluster.until_shared(&[1, 1]).await;
    for server in [0, 1] {
        for (connection, _) in &linked {
            cluster.servers[server]
                .person
                .until_online(*connection)
                .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_asked_to_go_hands_over_at_once() {
    // Far longer than the test may wait.
    let mut cluster = cluster(Duration::from_mins(2)).await;
    let mut linked = Vec::new();
    for _ in 0..2 {
        let (phone, groups) = cluster.phone(3).await;
        let connection = cluster.link(0, &phone, 3).await;
        linked.push((connection, groups));
    }
    cluster.servers[1].program.start().await;
    cluster.until_shared(&[1, 1]).await;

    let asked = Instant::now();
    cluster.servers[0].program.terminate().await;
    cluster.until_all_online_at(1).await;
    let took = asked.elapsed();
    println!("handed over within {took:?} of SIGTERM");
    assert!(took < Duration::from_secs(20), "{took:?}");

    let (connection, groups) = &linked[0];
    let person = &cluster.servers[1].person;
    let run = person
        .start_campaign(*connection, groups, "no outro servidor", None)
        .await;
    let view = person.until_finished(run).await;
    assert_eq!(view.tally.status(), RunStatus::Completed);
    cluster.assert_exactly_once(groups).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_server_does_not_wait_for_its_own_leases_after_a_kill() {
    let mut cluster = cluster(Duration::from_mins(2)).await;
    let (phone, _) = cluster.phone(0).await;
    let connection = cluster.link(0, &phone, 0).await;
    cluster.servers[0].program.kill().await;
    let started = Instant::now();
    cluster.servers[0].program.start().await;
    cluster.servers[0].person.until_online(connection).await;
    assert!(started.elapsed() < Duration::from_mins(1));
}
