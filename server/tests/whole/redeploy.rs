//! A redeploy: the process ends, its container's folder is gone, and the new one finds everything in
//! MongoDB.

use std::time::Instant;

use arauto_app::api::ConnectionView;
use arauto_app::domain::{ConnectionState, RunStatus};
use arauto_sim::{NewPhone, Scan};

use crate::world::{Store, World};

const SESSIONS: usize = 20;

/// Links a phone of its own to each of so many connections.
async fn link_phones(world: &World) {
    let control = world.simulator.control();
    for number in 1..=SESSIONS {
        let name = format!("Número {number}");
        let new = NewPhone {
            pn: None,
            name: name.clone(),
        };
        let phone = control.add_phone(new).await.expect("a phone can be added");
        let (connection, qr) = world.person.create_connection(&name).await;
        let scan = Scan {
            qr,
            pn: Some(phone.pn),
        };
        control.scan(scan).await.expect("the phone links it");
        world.person.until_online(connection).await;
    }
}

async fn online(world: &World) -> usize {
    let views: Vec<ConnectionView> = world.person.see("connections", &[]).await;
    let asks = views.iter().filter(|view| !view.connection.is_linked());
    assert_eq!(asks.count(), 0, "none asks for a QR code");
    let online = |view: &&ConnectionView| view.connection.state == ConnectionState::Online;
    views.iter().filter(online).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_sessions_survive_the_loss_of_the_containers_folder() {
    let mut world = World::with_groups(Store::Mongo, 2, |program| program).await;
    link_phones(&world).await;
    let sender = world.link().await;

    let began = Instant::now();
    world.program.terminate().await;
    let stopped = began.elapsed();
    std::fs::remove_dir_all(world.folder.path()).expect("the data folder can be deleted");
    world.program.start().await;
    let answering = began.elapsed();
    world
        .person
        .until("every session is back", async || {
            (online(&world).await == SESSIONS + 1).then_some(())
        })
        .await;
    println!(
        "{} of {} sessions back without a QR code: stopped after {stopped:.1?}, \
         answering after {answering:.1?}, all online after {:.1?}",
        online(&world).await,
        SESSIONS + 1,
        began.elapsed()
    );
    let pairings = world.simulator.control().pairings().await;
    assert!(pairings.is_empty(), "{pairings:?}");

    let run = world
        .person
        .start_campaign(sender, &world.groups, "mesmo número", None)
        .await;
    let view = world.person.until_finished(run).await;
    assert_eq!(view.tally.status(), RunStatus::Completed);
}
