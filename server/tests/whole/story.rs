//! The product's job, from the first visit to decrypted messages.

use arauto_app::domain::RunStatus;
use sha2::{Digest, Sha256};

use crate::support::png;
use crate::world::{Store, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_with_an_image_reaches_every_member_on_sqlite() {
    campaign_with_image(Store::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_with_an_image_reaches_every_member_on_mongodb() {
    campaign_with_image(Store::Mongo).await;
}

async fn campaign_with_image(store: Store) {
    let world = World::with_groups(store, 6, |program| program).await;
    let connection = world.link().await;
    let image = png(320, 200);
    let digest = hex::encode(Sha256::digest(&image));
    let media = world.person.upload("vitrine.png", image).await;
    let text = "Saiu do forno: *pão francês*\n_até as 17h_";
    let run = world
        .person
        .start_campaign(connection, &world.groups, text, Some(media))
        .await;

    let view = world.person.until_finished(run).await;
    assert_eq!(view.tally.status(), RunStatus::Completed);
    assert_eq!(view.tally.total(), 6);

    let messages = world.simulator.control().messages(None, 0).await;
    assert_eq!(messages.len(), 6, "one message per group");
    for message in messages {
        assert_eq!(message.accepted, 1, "{message:?}");
        assert_eq!(message.text.as_deref(), Some(text));
        assert_eq!(
            message
                .media
                .as_ref()
                .and_then(|media| media.sha256.as_ref()),
            Some(&digest)
        );
        assert_eq!(message.failures, Vec::<String>::new());
        assert_eq!(
            message.shown_by.len(),
            message.recipients,
            "every member shows it"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_machine_finds_everything_in_mongodb() {
    let mut world = World::with_groups(Store::Mongo, 4, |program| program).await;
    let connection = world.link().await;
    let media = world.person.upload("vitrine.png", png(64, 64)).await;
    let text = "antes da mudança";
    let first = world
        .person
        .start_campaign(connection, &world.groups, text, Some(media))
        .await;
    world.person.until_finished(first).await;

    world.program.terminate().await;
    std::fs::remove_dir_all(world.folder.path()).expect("the data folder can be deleted");
    std::fs::create_dir(world.folder.path()).expect("an empty one can be made");
    world.program.start().await;

    // The session of the browser, the link to the phone, the media and the campaign are still there.
    world.person.until_online(connection).await;
    let text = "depois da mudança";
    let second = world
        .person
        .start_campaign(connection, &world.groups, text, Some(media))
        .await;
    let view = world.person.until_finished(second).await;
    assert_eq!(view.tally.status(), RunStatus::Completed);
    assert_eq!(world.simulator.control().messages(None, 0).await.len(), 8);
}
