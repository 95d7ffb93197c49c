//! How late runs begin, with a thousand, ten thousand and a hundred thousand active campaigns that run
//! once an hour, their times spread evenly over it.
//!
//! `make bench` runs it. It measures the scheduler, the freezing of each run and its durable begin on
//! the embedded store; no connection is online, so nothing is sent.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a benchmark measures time, prints what it measured, and ends where it cannot go on"
)]

mod absent;
mod town;

use std::sync::Arc;
use std::time::Duration;

use arauto::campaigns::{CampaignConfig, CampaignEngine};
use arauto::clock::{Clock as _, SystemClock};
use arauto::live::LiveBoard;
use arauto::random::Random;
use arauto::store::Store;
use arauto_app::domain::Timestamp;

use absent::Absent;
use town::Town;

/// How long the scheduler is watched.
const WATCHED: Duration = Duration::from_mins(1);
/// How long after that the last runs may take to begin.
const AFTERWARDS: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() {
    println!(
        "{:>10} {:>7} {:>9} {:>9} {:>9} {:>13}",
        "campaigns", "begun", "median", "p99", "max", "CPU of a core"
    );
    for campaigns in [1_000, 10_000, 100_000] {
        measure(campaigns).await;
    }
}

/// Prints how late the runs of so many campaigns began within a minute.
async fn measure(campaigns: u32) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let store = Store::open_sqlite(folder.path().join("arauto.db")).expect("the store opens");
    let random = Random::from_os().expect("the system has random numbers");
    let town = Town::settle(&store, &random, campaigns).await;

    let engine = CampaignEngine::start(
        store.clone(),
        Arc::new(Absent::default()),
        Arc::new(SystemClock),
        random,
        LiveBoard::default(),
        CampaignConfig::default(),
    )
    .expect("the engine starts");
    let (from, used) = (SystemClock.now(), processor_time());
    tokio::time::sleep(WATCHED).await;
    let used = processor_time().saturating_sub(used);
    let to = SystemClock.now();
    tokio::time::sleep(AFTERWARDS).await;
    engine.shutdown().await;

    let mut late = town.lateness(&store, from..to).await;
    late.sort_unstable();
    print_row(campaigns, &late, used);
}

fn print_row(campaigns: u32, late: &[Duration], used: Duration) {
    let at = |percent: usize| {
        let rank = (late.len() * percent).div_ceil(100).saturating_sub(1);
        late.get(rank).copied().unwrap_or_default().as_millis()
    };
    println!(
        "{campaigns:>10} {:>7} {:>6} ms {:>6} ms {:>6} ms {:>11.1} %",
        late.len(),
        at(50),
        at(99),
        at(100),
        used.as_secs_f64() * 100.0 / WATCHED.as_secs_f64()
    );
}

/// The processor time of this process, by the kernel's clock of 100 ticks a second.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("it can be looked at");
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    // Fields 14 and 15 of proc(5), counted from the one behind the name, which is field 3.
    let ticks: u64 = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

/// An hour of the past, spread evenly: where each of so many campaigns has its time.
fn spread(now: Timestamp, place: u32, of: u32) -> Timestamp {
    const HOUR_MS: u64 = 3_600_000;
    let into = HOUR_MS * u64::from(place) / u64::from(of.max(1));
    now.minus(Duration::from_millis(HOUR_MS - into))
}
