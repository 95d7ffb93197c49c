//! What messages cost: how many a second, and how much of the processor each takes, for one connection
//! and for twenty, in groups of 64 and of 256 members, without a pause between messages.
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

#[path = "../../tests/support/mod.rs"]
mod support;
mod world;

use std::time::Instant;

use world::World;

/// How many messages each connection sends: each of its groups gets one.
const GROUPS: usize = 50;

#[tokio::main]
async fn main() {
    println!(
        "{:>12} {:>8} {:>9} {:>12} {:>15}",
        "connections", "members", "messages", "messages/s", "CPU per message"
    );
    for (connections, members) in [(1, 64), (1, 256), (20, 64), (20, 256)] {
        measure(connections, members).await;
    }
}

async fn measure(connections: usize, members: usize) {
    let world = World::start(connections, GROUPS, members).await;
    // The first message to a group also distributes its key: both kinds are told apart.
    for kind in ["first", "next"] {
        let (began, used) = (Instant::now(), world.program.processor_time());
        world.send_everywhere().await;
        let (took, used) = (
            began.elapsed(),
            world.program.processor_time().saturating_sub(used),
        );
        let messages = connections * GROUPS;
        let each = used.as_secs_f64() * 1000.0 / as_f64(messages);
        println!(
            "{connections:>12} {members:>8} {messages:>9} {:>12.1} {each:>12.1} ms  ({kind} to each group)",
            as_f64(messages) / took.as_secs_f64(),
        );
    }
}

#[allow(clippy::cast_precision_loss, reason = "a figure with one decimal")]
fn as_f64(count: usize) -> f64 {
    count as f64
}
