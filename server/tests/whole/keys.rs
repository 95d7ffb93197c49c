//! The master keys: a start that cannot open what is stored harms nothing and says what to do, and a
//! rotation loses no connection.

use std::process::Output;
use std::time::Duration;

use arauto::store::StoredKey;
use arauto_app::domain::ConnectionId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::world::{Store, World};

const KEY: &str = "ARAUTO_SECRET_KEY";
const PREVIOUS: &str = "ARAUTO_SECRET_KEY_PREVIOUS";
/// How often a rotation is broken off.
const KILLS: u8 = 8;

fn key(number: u8) -> String {
    STANDARD.encode([number; 32])
}

/// Everything that master keys protect, and what the store keeps of master keys.
async fn sealed(world: &World) -> (Vec<StoredKey>, Option<Vec<u8>>) {
    let store = arauto::store::Store::open(&world.program.store_address()).await;
    let store = store.expect("the store opens");
    let keys = &store.session_keys;
    let mut sealed = Vec::new();
    for seal in keys.every_seal().await.expect("seals") {
        for connection in keys.every_connection_under(&seal).await.expect("some") {
            sealed.extend(keys.under(connection, &seal).await.expect("values"));
        }
    }
    let kept = store
        .meta
        .get("session-master-key")
        .await
        .expect("an answer");
    assert!(!sealed.is_empty());
    (sealed, kept)
}

/// The program ends by itself without having changed anything; what it says.
async fn refusal(world: &World, arguments: &[&str]) -> String {
    let before = sealed(world).await;
    let ended = world.program.run(arguments).await;
    let said = said(&ended);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(before == sealed(world).await, "nothing is changed");
    said
}

fn said(ended: &Output) -> String {
    let (out, error) = (&ended.stdout, &ended.stderr);
    let said = [out, error].map(|text| String::from_utf8_lossy(text).into_owned());
    said.concat()
}

async fn rotation(world: &World) -> String {
    let ended = world.program.run(&["keys", "rotate"]).await;
    let said = said(&ended);
    assert!(ended.status.success(), "{said}");
    said
}

async fn assert_it_still_sends(world: &World, connection: ConnectionId) {
    world.person.until_online(connection).await;
    let run = world
        .person
        .start_campaign(connection, &world.groups, "ainda aqui", None)
        .await;
    let view = world.person.until_finished(run).await;
    assert_eq!(view.tally.acknowledged(), 1, "{:?}", view.tally);
}

fn assert_says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word:?} is missing in:\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_change_without_a_qr_code_on_sqlite() {
    let mut world = World::with_groups(Store::Sqlite, 1, |program| program).await;
    let connection = world.link().await;
    world.program.terminate().await;
    let (_, generated) = sealed(&world).await;
    assert_eq!(generated.map(|key| key.len()), Some(32), "it was generated");

    world.program.set(KEY, key(1));
    world.program.start().await;
    world.person.until_online(connection).await;
    let in_use = world.program.run(&["keys", "rotate"]).await;
    assert_eq!(in_use.status.code(), Some(1));
    assert_says(
        &said(&in_use),
        &["Outro servidor do Arauto está usando este arquivo"],
    );
    world.program.terminate().await;
    assert_says(
        &rotation(&world).await,
        &["Registros selados", "Conexões: 1."],
    );
    assert_says(&rotation(&world).await, &["Tudo já está selado"]);
    let (_, generated) = sealed(&world).await;
    assert!(
        generated.is_some_and(|kept| kept.len() > 32),
        "it is sealed"
    );

    refusals(&mut world).await;

    world.program.set(PREVIOUS, key(1));
    rotation(&world).await;
    world.program.set(PREVIOUS, "");
    world.program.start().await;
    assert_it_still_sends(&world, connection).await;
}

/// Everything is sealed with key 1. Leaves key 2 configured.
async fn refusals(world: &mut World) {
    world.program.set(KEY, "");
    let missing = refusal(world, &[]).await;
    assert_says(
        &missing,
        &["nenhuma chave está configurada", "ARAUTO_SECRET_KEY"],
    );
    assert_says(
        &refusal(world, &["keys", "rotate"]).await,
        &["Falta a chave nova"],
    );

    world.program.set(KEY, key(2));
    let wrong = refusal(world, &[]).await;
    assert_says(&wrong, &["a chave configurada é a", "arauto keys rotate"]);
    assert_says(
        &refusal(world, &["keys", "rotate"]).await,
        &["a chave configurada é a"],
    );

    world.program.set(PREVIOUS, key(3));
    assert_says(&refusal(world, &[]).await, &["a chave configurada é a"]);
    world.program.set(PREVIOUS, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_change_without_a_qr_code_on_mongodb() {
    let with_key = |program: crate::support::Program| program.with(KEY, key(1));
    let mut world = World::with_groups(Store::Mongo, 1, with_key).await;
    let connection = world.link().await;
    world.program.terminate().await;
    refusals(&mut world).await;

    world.program.set(PREVIOUS, key(1));
    let unknown = refusal(&world, &["keys", "rotate"]).await;
    assert_says(&unknown, &["ainda não conhece a chave nova", PREVIOUS]);
    world.program.start().await;
    world.person.until_online(connection).await;
    // Beside the server, which goes on.
    assert_says(&rotation(&world).await, &["Registros selados"]);
    assert_it_still_sends(&world, connection).await;
    world.program.terminate().await;

    world.program.set(PREVIOUS, "");
    world.program.start().await;
    assert_it_still_sends(&world, connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_can_be_killed_at_any_instant_and_begun_again() {
    let seed = u64::from(std::process::id());
    println!("seed: {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut world = World::with_groups(Store::Sqlite, 1, |program| program).await;
    let connection = world.link().await;
    world.program.terminate().await;

    let mut previous: Vec<String> = Vec::new();
    for number in 1..=KILLS {
        world.program.set(KEY, key(number));
        world.program.set(PREVIOUS, previous.join(","));
        previous.push(key(number));
        let mut command = world.program.command();
        let mut rotation = command.args(["keys", "rotate"]).spawn().expect("it starts");
        tokio::time::sleep(Duration::from_micros(random.random_range(0..120_000))).await;
        rotation.kill().await.expect("it can be killed");
    }
    rotation(&world).await;
    world.program.set(PREVIOUS, "");
    world.program.start().await;
    assert_it_still_sends(&world, connection).await;
}
