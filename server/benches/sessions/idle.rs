//! Memory of a server at rest.

use std::time::Duration;

use crate::world::World;

/// How long the server rests before it is measured: caches of the pairing are gone by then.
const REST: Duration = Duration::from_secs(30);

/// Prints the resident memory without a session and with one.
pub async fn measure() {
    let world = World::start().await;
    let empty = world.program.resident_bytes();
    world.link(0).await;
    tokio::time::sleep(REST).await;
    let linked = world.program.resident_bytes();
    println!(
        "idle server, no session:          {:>8.1} MiB resident",
        mebibytes(empty)
    );
    println!(
        "idle server, one linked session:  {:>8.1} MiB resident",
        mebibytes(linked)
    );
}

#[allow(clippy::cast_precision_loss, reason = "a figure with one decimal")]
pub fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
