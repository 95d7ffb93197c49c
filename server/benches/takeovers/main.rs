//! Two servers on one MongoDB, of which one is killed every 20 seconds for five minutes, in turn, while
//! every session sends: how long takeovers take, and that nothing is lost and nothing sent twice.
//!
//! `make bench` runs it; `ARAUTO_BENCH_SESSIONS` changes how many sessions there are, and
//! `ARAUTO_BENCH_KILLS` how many kills.
#![allow(
    dead_code,
    clippy::print_stdout,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark measures time, prints what it measured, and ends where it cannot go on; it \
              shares a house with tests that use more of it"
)]

#[path = "../../tests/cluster/cluster.rs"]
mod cluster;
#[path = "../../tests/cluster/drill.rs"]
mod drill;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::time::Duration;

use cluster::Cluster;
use drill::{Plan, Report, drill};
use support::Mongod;

/// The lease as it is when nothing is configured.
const LEASE: Duration = Duration::from_secs(15);
/// The interval between two messages of a session, in milliseconds: a run lasts through all kills.
const PACE: [&str; 2] = ["2000", "5000"];
const GROUPS: usize = 40;

#[tokio::main]
async fn main() {
    let plan = Plan {
        sessions: wanted("ARAUTO_BENCH_SESSIONS").unwrap_or(40),
        groups: GROUPS,
        kills: wanted("ARAUTO_BENCH_KILLS").unwrap_or(15),
        every: Duration::from_secs(20),
    };
    let mongod = tokio::task::spawn_blocking(Mongod::start)
        .await
        .expect("mongod starts");
    let mut cluster = Cluster::paced(mongod, LEASE, PACE).await;
    let report = drill(&mut cluster, plan).await;
    print(plan, &report);
    assert_eq!(
        (report.lost, report.duplicated),
        (0, 0),
        "the promise is broken"
    );
}

fn wanted(variable: &str) -> Option<usize> {
    std::env::var(variable).ok()?.parse().ok()
}

fn print(plan: Plan, report: &Report) {
    println!(
        "two servers, {} sessions, one server killed every {} s, {} times; leases of {} s",
        plan.sessions,
        plan.every.as_secs(),
        plan.kills,
        LEASE.as_secs()
    );
    println!(
        "{:>8} {:>9} {:>8} {:>8} {:>8} {:>8}",
        "kill", "sessions", "min", "median", "p99", "max"
    );
    for (kill, took) in report.takeovers.iter().enumerate() {
        print_row(&(kill + 1).to_string(), took);
    }
    let mut all: Vec<Duration> = report.takeovers.concat();
    all.sort_unstable();
    print_row("all", &all);
    println!(
        "messages: {} to be sent, {} lost, {} sent twice; {} taken again under the id that they had",
        report.wanted, report.lost, report.duplicated, report.repeated
    );
    println!(
        "sessions online at the end: {} of {}; devices linked to their phones: {}",
        report.online, plan.sessions, report.devices
    );
}

/// One row; `took` is in order.
fn print_row(name: &str, took: &[Duration]) {
    let at = |percent: usize| {
        let place = (took.len() * percent).div_ceil(100).max(1) - 1;
        let seconds = took.get(place).map_or(f64::NAN, Duration::as_secs_f64);
        format!("{seconds:.2} s")
    };
    let (min, median, p99, max) = (at(0), at(50), at(99), at(100));
    println!(
        "{name:>8} {:>9} {min:>8} {median:>8} {p99:>8} {max:>8}",
        took.len()
    );
}
