//! The time until all sessions are back after a restart.

use std::time::Instant;

use arauto_app::api::ConnectionView;
use arauto_app::domain::ConnectionState;

use crate::world::World;

const SESSIONS: usize = 200;

/// Links many sessions, ends the server as a power cut would, and prints how long it takes from the
/// next start until every session is online again.
pub async fn measure() {
    let wanted = std::env::var("ARAUTO_BENCH_SESSIONS").ok();
    let sessions = wanted
        .and_then(|text| text.parse().ok())
        .unwrap_or(SESSIONS);
    let mut world = World::start().await;
    for number in 0..sessions {
        world.link(number).await;
    }
    world.program.kill().await;

    let start = Instant::now();
    world.program.start().await;
    let answers = start.elapsed();
    world
        .person
        .until("every session is online", async || {
            let connections: Vec<ConnectionView> = world.person.see("connections", &[]).await;
            let mut states = connections.iter().map(|view| &view.connection.state);
            states
                .all(|state| *state == ConnectionState::Online)
                .then_some(())
        })
        .await;
    println!(
        "restart with {sessions} sessions: answers after {:.2} s, all online after {:.2} s, {:.1} MiB resident",
        answers.as_secs_f64(),
        start.elapsed().as_secs_f64(),
        crate::idle::mebibytes(world.program.resident_bytes()),
    );
}
