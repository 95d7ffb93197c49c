//! `arauto doctor`: what it says of a server that is well, and of what is wrong with one.

use std::process::Output;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::world::{Store, World};

/// A port on which nothing listens.
const NOBODY: &str = "ws://127.0.0.1:9/ws/chat";

fn key(number: u8) -> String {
    STANDARD.encode([number; 32])
}

async fn diagnosis(world: &World) -> (Value, Output) {
    let ended = world.program.run(&["doctor", "--json"]).await;
    let text = String::from_utf8_lossy(&ended.stdout);
    let report = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"));
    (report, ended)
}

fn verdict<'a>(report: &'a Value, name: &str) -> &'a str {
    let checks = report["checks"].as_array().expect("checks");
    let check = checks.iter().find(|check| check["name"] == name);
    check
        .and_then(|check| check["verdict"].as_str())
        .unwrap_or_else(|| panic!("no {name} in {report:#}"))
}

/// Only this check failed, and the program ended with 1.
fn assert_fails(report: &Value, ended: &Output, name: &str) {
    assert_eq!(verdict(report, name), "failed", "{report:#}");
    assert_eq!(report["ok"], false);
    assert_eq!(ended.status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_well_passes_while_it_runs_and_after() {
    let secret = key(1);
    let with_key = |program: crate::support::Program| program.with("ARAUTO_SECRET_KEY", &*secret);
    let mut world = World::with_groups(Store::Sqlite, 2, with_key).await;
    world.link().await;

    let (report, ended) = diagnosis(&world).await;
    assert!(ended.status.success(), "{report:#}");
    assert_eq!(report["ok"], true);
    for (name, expected) in [
        ("settings", "ok"),
        ("server", "ok"),
        ("store.reach", "ok"),
        ("store.schema", "ok"),
        ("store.write", "skipped"),
        ("keys.open", "ok"),
        ("ffmpeg", "ok"),
        ("clock.steady", "ok"),
        ("clock.stored", "ok"),
        ("whatsapp.name", "ok"),
        ("whatsapp.connect", "ok"),
        ("whatsapp.page", "ok"),
    ] {
        assert_eq!(verdict(&report, name), expected, "{name} in {report:#}");
    }
    let connection = &report["connections"][0];
    assert_eq!(connection["connection"], "Loja");
    assert_eq!(connection["verdict"], "ok");
    assert_eq!(connection["unreadable"], 0);
    assert!(connection["keys"].as_u64() > Some(100), "{connection:#}");
    assert!(connection["groups_synced_at"].is_string());

    world.program.terminate().await;
    let (report, ended) = diagnosis(&world).await;
    assert!(ended.status.success(), "{report:#}");
    assert_eq!(verdict(&report, "store.write"), "ok");
    assert_eq!(verdict(&report, "server"), "skipped");

    let ended = world.program.run(&["doctor"]).await;
    assert!(ended.status.success());
    let text = String::from_utf8_lossy(&ended.stdout).into_owned();
    println!("{text}");
    for words in [
        "Verificações",
        "Conexões",
        "Loja",
        "Conectada desde",
        "[ok]",
    ] {
        assert!(text.contains(words), "{words} is missing in {text}");
    }
    for shown in [text, report.to_string()] {
        assert!(!shown.contains(&secret), "no secret is shown");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_found() {
    let mut world = World::with_groups(Store::Sqlite, 1, |program| program).await;
    world.link().await;
    world.program.terminate().await;
    let (report, _) = diagnosis(&world).await;
    assert_eq!(
        verdict(&report, "keys.source"),
        "warning",
        "it was generated"
    );

    world.program.set("ARAUTO_SECRET_KEY", key(1));
    let (report, _) = diagnosis(&world).await;
    assert_eq!(verdict(&report, "keys.rotation"), "warning");
    world.program.run(&["keys", "rotate"]).await;
    world.program.set("ARAUTO_SECRET_KEY", key(2));
    let (report, ended) = diagnosis(&world).await;
    assert_fails(&report, &ended, "keys.open");
    let connection = &report["connections"][0];
    assert_eq!(connection["verdict"], "failed");
    assert_eq!(connection["unreadable"], connection["keys"]);

    world.program.set("ARAUTO_SECRET_KEY", key(1));
    world.program.set("ARAUTO_WHATSAPP_URL", NOBODY);
    let (report, ended) = diagnosis(&world).await;
    assert_fails(&report, &ended, "whatsapp.connect");
    assert_eq!(verdict(&report, "keys.open"), "ok");

    world.program.set("ARAUTO_PACE_SHORTEST_MS", "5000");
    let (report, ended) = diagnosis(&world).await;
    assert_fails(&report, &ended, "settings");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_is_looked_at_and_not_changed() {
    let mut world = World::with_groups(Store::Sqlite, 1, |program| program).await;
    world.program.terminate().await;
    let file = world.program.store_address();
    let set = |version: u32| {
        let db = rusqlite::Connection::open(&file).expect("the file opens");
        db.pragma_update(None, "user_version", version)
            .expect("it can be set");
    };
    let get = || -> u32 {
        let db = rusqlite::Connection::open(&file).expect("the file opens");
        db.pragma_query_value(None, "user_version", |row| row.get(0))
            .expect("it can be read")
    };
    set(1);
    let (report, ended) = diagnosis(&world).await;
    assert_eq!(verdict(&report, "store.schema"), "warning");
    assert!(
        ended.status.success(),
        "the next start mends it: {report:#}"
    );
    assert_eq!(get(), 1);
    set(1000);
    let (report, ended) = diagnosis(&world).await;
    assert_fails(&report, &ended, "store.schema");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_database_is_told_without_its_password() {
    let mut world = World::with_groups(Store::Mongo, 1, |program| program).await;
    world.link().await;
    let (report, ended) = diagnosis(&world).await;
    assert!(ended.status.success(), "{report:#}");
    assert_eq!(verdict(&report, "store.write"), "ok", "beside the server");
    assert_eq!(verdict(&report, "clock.store"), "ok");

    let mongod = world.mongod.as_ref().expect("this world has one");
    mongod.pause();
    let (report, ended) = diagnosis(&world).await;
    assert_fails(&report, &ended, "store.reach");
    assert_eq!(verdict(&report, "server"), "warning", "it is not ready");
    assert_eq!(verdict(&report, "whatsapp.page"), "ok", "the rest is tried");
    world.program.kill().await;

    let url = "mongodb://ana:segredo@127.0.0.1:9/arauto";
    world.program.set("ARAUTO_STORE", url);
    let ended = world.program.run(&["doctor"]).await;
    assert_eq!(ended.status.code(), Some(1));
    for shown in [&ended.stdout, &ended.stderr] {
        let text = String::from_utf8_lossy(shown);
        assert!(!text.contains("segredo"), "{text}");
    }
}
