//! `arauto copy`: an installation moves from one store to the other in the middle of its work, although the
//! copy is killed once, and nobody notices.

use std::collections::HashMap;
use std::process::{Output, Stdio};

use arauto_app::api::RunView;
use arauto_app::domain::{ConnectionId, MediaId, RunId, RunStatus, Timestamp};
use mongodb::bson::doc;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::support::{Mongod, png};
use crate::world::{Store, World};

/// Enough that a copy is killed before it has all of it.
const LARGE: usize = 40 << 20;

fn said(ended: &Output) -> String {
    let (out, error) = (&ended.stdout, &ended.stderr);
    let said = [out, error].map(|text| String::from_utf8_lossy(text).into_owned());
    said.concat()
}

fn assert_says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word:?} is missing in:\n{text}");
    }
}

/// What a run's page tells, but for the time.
async fn page(world: &World, run: RunId) -> RunView {
    let mut view = world.person.run(run).await;
    view.now = Timestamp::default();
    view
}

/// What was done before the move.
struct Before {
    connection: ConnectionId,
    media: MediaId,
    picture: Vec<u8>,
    finished: RunView,
    open: RunId,
}

/// A run that is over, one that is under way, media, and a server that stopped.
async fn work(world: &mut World) -> Before {
    let connection = world.link().await;
    let picture = png(320, 200);
    let media = world.person.upload("vitrine.png", picture.clone()).await;
    let row = "contato;telefone\n";
    let large = row.repeat(LARGE / row.len()).into_bytes();
    world.person.upload("contatos.csv", large).await;
    let first = world
        .person
        .start_campaign(connection, &world.groups, "antes", Some(media))
        .await;
    world.person.until_finished(first).await;
    let open = world
        .person
        .start_campaign(connection, &world.groups, "durante", Some(media))
        .await;
    world
        .person
        .until("some are sent", async || {
            (world.person.run(open).await.tally.acknowledged() >= 3).then_some(())
        })
        .await;
    let finished = page(world, first).await;
    world.program.terminate().await;
    Before {
        connection,
        media,
        picture,
        finished,
        open,
    }
}

/// Copies until the bytes of media are on their way, and kills it then.
async fn kill_in_the_middle(world: &World, arguments: &[&str]) {
    let mut command = world.program.command();
    command.args(arguments).stderr(Stdio::inherit());
    let mut copy = command.spawn().expect("it starts");
    let mut lines = BufReader::new(copy.stdout.take().expect("stdout is piped")).lines();
    loop {
        let line = lines.next_line().await.expect("it is readable");
        let line = line.expect("it does not end before");
        if line.starts_with("Envios") {
            break;
        }
    }
    copy.kill().await.expect("it can be killed");
}

/// As a copy leaves a database that was killed before it wrote anything.
async fn leave_half_prepared(database: &str) {
    let client = mongodb::Client::with_uri_str(database).await;
    let database = client.expect("a client").default_database();
    let meta = database.expect("a name").collection("meta");
    let noted = meta.insert_one(doc! { "_id": "schema", "version": 7 });
    noted.await.expect("it is noted");
}

async fn copy(world: &World, arguments: &[&str]) -> String {
    let ended = world.program.run(arguments).await;
    let said = said(&ended);
    assert!(ended.status.success(), "{said}");
    said
}

async fn refusal(world: &World, arguments: &[&str]) -> String {
    let ended = world.program.run(arguments).await;
    let said = said(&ended);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    said
}

async fn moves(from: Store) {
    let mut world = World::with_groups(from, 10, |program| {
        program
            .with("ARAUTO_PACE_SHORTEST_MS", "150")
            .with("ARAUTO_PACE_LONGEST_MS", "200")
    })
    .await;
    let before = work(&mut world).await;

    let mongod = (from == Store::Sqlite).then(Mongod::start);
    let database = mongod.as_ref().map(Mongod::fresh_database);
    let source = world.program.store_address();
    let data = world.folder.path().join("moved");
    let target = database
        .clone()
        .unwrap_or_else(|| data.display().to_string());
    let command = ["copy", "--from", &source, "--to", &target];
    if let Some(database) = &database {
        leave_half_prepared(database).await;
    }
    kill_in_the_middle(&world, &command).await;

    // What is there is known to be a part, and nobody starts on it.
    let stayed = world.program.keep_in(&data, database.clone());
    assert_says(&refusal(&world, &[]).await, &["cópia incompleta"]);
    let diagnosis = refusal(&world, &["doctor"]).await;
    assert_says(&diagnosis, &["este banco é uma cópia incompleta"]);
    world.program.keep_in(&stayed.0, stayed.1.clone());

    let told = copy(&world, &command).await;
    assert_says(
        &told,
        &[
            "Contas: 1",
            "Conexões: 1",
            "Execuções: 2",
            "Cópia completa e conferida",
        ],
    );
    let again = refusal(&world, &command).await;
    assert_says(&again, &["não está vazio", "Contas", "Envios"]);

    world.program.keep_in(&data, database);
    world.program.start().await;
    goes_on(&world, &before).await;
    for arguments in [["copy", "--from", &target, "--to", "elsewhere.db"], command] {
        let in_use = refusal(&world, &arguments).await;
        assert_says(&in_use, &["Um servidor está usando"]);
    }
}

/// The browser is still signed in, the phone still linked, and everybody gets what is due once.
async fn goes_on(world: &World, before: &Before) {
    world.person.until_online(before.connection).await;
    let pairings = world.simulator.control().pairings().await;
    assert!(pairings.is_empty(), "{pairings:?}");
    let file = format!("/midias/{}/arquivo", before.media);
    assert_eq!(world.person.bytes(&file).await, before.picture);
    let told = page(world, before.finished.run.id).await;
    assert_eq!(told, before.finished, "the run's page tells the same");

    let view = world.person.until_finished(before.open).await;
    assert_eq!(
        view.tally.status(),
        RunStatus::Completed,
        "{:?}",
        view.tally
    );
    let messages = world.simulator.control().messages(None, 0).await;
    let mut texts: HashMap<(String, Option<String>), usize> = HashMap::new();
    for message in &messages {
        assert_eq!(message.failures, Vec::<String>::new());
        assert_eq!(message.shown_by.len(), message.recipients, "{message:?}");
        let key = (message.chat.clone(), message.text.clone());
        *texts.entry(key).or_default() += 1;
    }
    assert_eq!(texts.len(), 20, "each group got both");
    assert!(texts.values().all(|times| *times == 1), "{texts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_moves_from_sqlite_to_mongodb() {
    moves(Store::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_moves_from_mongodb_to_sqlite() {
    moves(Store::Mongo).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_lose_something_is_refused() {
    let mut world = World::with_groups(Store::Sqlite, 1, |program| program).await;
    let source = world.program.store_address();
    let folder = world.folder.path().display().to_string();
    let backup = format!("{folder}/copia.db");
    let backs_up = ["copy", "--from", &folder, "--to", &backup];
    assert_says(
        &refusal(&world, &backs_up).await,
        &["Um servidor está usando"],
    );
    world.program.terminate().await;

    let itself = refusal(&world, &["copy", "--from", &folder, "--to", &source]).await;
    assert_says(&itself, &["são o mesmo banco"]);
    let nothing = format!("{folder}/nada.db");
    let none = refusal(&world, &["copy", "--from", &nothing, "--to", &backup]).await;
    assert_says(&none, &["Não há dados do Arauto na origem"]);
    let set = |version: u32| {
        let db = rusqlite::Connection::open(&source).expect("the file opens");
        let present: u32 = db
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .expect("it can be read");
        db.pragma_update(None, "user_version", version)
            .expect("it can be set");
        present
    };
    let present = set(1);
    assert_says(
        &refusal(&world, &backs_up).await,
        &["Inicie este Arauto uma vez"],
    );
    set(99);
    assert_says(
        &refusal(&world, &backs_up).await,
        &["mais nova que a deste"],
    );
    assert_eq!(set(present), 99, "it is as it was");
    assert!(!std::path::Path::new(&backup).exists(), "nothing was begun");

    assert_says(&copy(&world, &backs_up).await, &["com o nome arauto.db"]);
    // The copy of a copy is one, too.
    let restored = format!("{folder}/restored");
    let brings_back = ["copy", "--from", &backup, "--to", &restored];
    assert_says(&copy(&world, &brings_back).await, &["ARAUTO_DATA="]);
}
