//! A file that is larger than what the server holds is sent as it is read.

use arauto_app::domain::RunStatus;
use sha2::{Digest, Sha256};

use crate::world::{Store, World};

/// Far more than the server holds, in bytes.
const BYTES: usize = 64 << 20;
/// The memory that sending it may take, beside the program itself, in bytes.
const MOST: u64 = 48 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_large_document_is_sent_as_it_is_read_on_sqlite() {
    send_it(Store::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_document_is_sent_as_it_is_read_on_mongodb() {
    send_it(Store::Mongo).await;
}

async fn send_it(store: Store) {
    let world = World::with_groups(store, 3, |program| program).await;
    let connection = world.link().await;
    let line = b"produto;preco;estoque\n";
    let file = line.repeat(BYTES / line.len());
    let digest = hex::encode(Sha256::digest(&file));
    let media = world.person.upload("Tabela.csv", file).await;
    let run = world
        .person
        .start_campaign(connection, &world.groups, "Tabela de preços", Some(media))
        .await;
    let view = world.person.until_finished(run).await;
    assert_eq!(view.tally.status(), RunStatus::Completed);

    for message in world.simulator.control().messages(None, 0).await {
        let file = message.media.expect("it is a document");
        assert_eq!(file.sha256.as_ref(), Some(&digest));
        assert_eq!(message.shown_by.len(), message.recipients);
    }
    let held = world.program.peak_bytes() - world.program.program_bytes();
    println!("{} MB were held on {store:?}", held / 1_000_000);
    assert!(held < MOST, "{held} bytes");
}
