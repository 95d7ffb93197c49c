//! A drill that is short enough for every change: the server that took everything over is killed too.
//! `make bench` carries out the long one.

use std::time::Duration;

use crate::cluster::{Cluster, LEASE};
use crate::drill::{Plan, drill};
use crate::support::Mongod;

#[tokio::test(flavor = "multi_thread")]
async fn whichever_server_is_killed_during_runs_nothing_is_lost_or_sent_twice() {
    let mongod = tokio::task::spawn_blocking(Mongod::start).await.unwrap();
    let mut cluster = Cluster::paced(mongod, LEASE, ["300", "900"]).await;
    let plan = Plan {
        sessions: 6,
        groups: 16,
        kills: 2,
        every: Duration::from_secs(14),
    };
    let report = drill(&mut cluster, plan).await;
    println!("{report:?}");
    assert_eq!(report.wanted, plan.sessions * plan.groups);
    assert_eq!((report.lost, report.duplicated), (0, 0));
    assert_eq!(report.online, plan.sessions);
    assert_eq!(report.devices, plan.sessions, "no phone linked anew");
    assert_eq!(report.takeovers.len(), plan.kills);
}
