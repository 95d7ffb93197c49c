//! What messages cost: how many a second, how much of the processor each takes, and how many operations of a
//! database, for one connection and for twenty, in groups of 64 and of 256 members, without a pause between
//! messages.
//!
//! `make bench` runs it. The simulated network runs in this process and is not counted; it shares the
//! processor with the server, so the rate is what both reach together.
#![allow(
    dead_code,
    clippy::print_stdout,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a benchmark measures time, prints what it measured, and ends where it cannot go on; it \
              shares helpers with tests that use more of them"
)]

mod database;
#[path = "../../tests/support/mod.rs"]
mod support;
mod world;

use std::time::Instant;

use database::Database;
use world::World;

/// How many messages each connection sends: each of its groups gets one.
const GROUPS: usize = 50;

#[tokio::main]
async fn main() {
    println!(
        "{:>8} {:>12} {:>8} {:>9} {:>12} {:>15} {:>23}",
        "store",
        "connections",
        "members",
        "messages",
        "messages/s",
        "CPU per message",
        "operations per message"
    );
    for (connections, members) in [(1, 64), (1, 256), (20, 64), (20, 256)] {
        measure(connections, members, None).await;
    }
    let database = Database::shared().await;
    for (connections, members) in [(1, 64), (20, 64)] {
        measure(connections, members, Some(&database)).await;
    }
}

async fn measure(connections: usize, members: usize, database: Option<&Database>) {
    let store = database.map(Database::fresh);
    let world = World::start(connections, GROUPS, members, store).await;
    // The first message to a group also distributes its key: both kinds are told apart.
    for kind in ["first", "next"] {
        let (began, used) = (Instant::now(), world.program.processor_time());
        let asked = asked(database).await;
        world.send_everywhere().await;
        let (took, used) = (
            began.elapsed(),
            world.program.processor_time().saturating_sub(used),
        );
        let messages = connections * GROUPS;
        let each = used.as_secs_f64() * 1000.0 / as_f64(messages);
        let asked = asked_since(database, asked).await;
        let operations = asked.map(|asked| format!("{:.1}", asked / as_f64(messages)));
        println!(
            "{:>8} {connections:>12} {members:>8} {messages:>9} {:>12.1} {each:>12.1} ms {:>23}  ({kind} to each group)",
            if database.is_some() {
                "MongoDB"
            } else {
                "SQLite"
            },
            as_f64(messages) / took.as_secs_f64(),
            operations.unwrap_or_else(|| "-".to_owned()),
        );
    }
}

/// How many operations the database has answered.
async fn asked(database: Option<&Database>) -> u64 {
    match database {
        Some(database) => database.operations().await,
        None => 0,
    }
}

/// How many it has answered since then, where they are counted.
async fn asked_since(database: Option<&Database>, before: u64) -> Option<f64> {
    let now = asked(database).await;
    let asked = usize::try_from(now.saturating_sub(before)).ok()?;
    database.map(|_| as_f64(asked))
}

#[allow(clippy::cast_precision_loss, reason = "a figure with one decimal")]
fn as_f64(count: usize) -> f64 {
    count as f64
}
