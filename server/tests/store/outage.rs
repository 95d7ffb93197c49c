//! Stores that are not there, and stores that cannot be understood.

use std::time::Duration;

use arauto::store::{Store, StoreError};
use mongodb::bson::{Document, doc};

use super::home::Home;
use super::samples::{at, claim, stored_run};
use crate::mongod::Mongod;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_falls_silent_is_unavailable_and_comes_back() {
    let server = tokio::task::spawn_blocking(Mongod::start).await.unwrap();
    let store = Store::open(&server.fresh_database()).await.unwrap();
    let run = stored_run(&store, 2).await;
    server.pause();
    let silent = tokio::time::timeout(Duration::from_secs(30), store.meta.ping());
    let error = silent.await.expect("no call waits for ever").unwrap_err();
    assert!(error.is_retryable(), "{error}");
    server.resume();
    let back = async { while store.meta.ping().await.is_err() {} };
    let back = tokio::time::timeout(Duration::from_mins(1), back);
    back.await.expect("it works again after the outage");
    let claimed = claim(&store, &run, at(0)).await;
    assert_eq!(claimed.map(|delivery| delivery.position), Some(0));
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_refuses_to_open() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let opened = Store::open(&format!("mongodb://127.0.0.1:{port}/arauto")).await;
    let error = opened.map(drop).unwrap_err();
    assert!(error.is_retryable(), "{error}");
}

#[tokio::test]
async fn a_newer_mongodb_schema_refuses_to_open() {
    let home = Home::mongo().await;
    let client = mongodb::Client::with_uri_str(&home.url).await.unwrap();
    let meta = client
        .default_database()
        .unwrap()
        .collection::<Document>("meta");
    let newer = doc! { "$set": { "version": 99 } };
    meta.update_one(doc! { "_id": "schema" }, newer)
        .await
        .unwrap();
    refuses_newer(&home.url).await;
}

#[tokio::test]
async fn a_newer_sqlite_schema_refuses_to_open() {
    let home = Home::sqlite().await;
    let closed = home.close();
    let path = closed.url.strip_prefix("sqlite:").unwrap();
    let db = rusqlite::Connection::open(path).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    refuses_newer(&closed.url).await;
}

async fn refuses_newer(url: &str) {
    match Store::open(url).await.map(drop) {
        Err(StoreError::Damaged(why)) => assert!(why.contains("99 is newer"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_file_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch("CREATE TABLE theirs (n)").unwrap();
    drop(db);
    let opened = Store::open_sqlite(&path).map(drop);
    assert!(matches!(opened, Err(StoreError::Damaged(_))), "{opened:?}");
    std::fs::write(&path, [7; 5000]).unwrap();
    let opened = Store::open_sqlite(&path).map(drop);
    assert!(matches!(opened, Err(StoreError::Damaged(_))), "{opened:?}");
}

#[tokio::test]
async fn a_file_that_another_server_has_open_refuses_to_open() {
    let home = Home::sqlite().await;
    match Store::open(&home.url).await.map(drop) {
        Err(StoreError::InUse(file)) => assert!(file.ends_with("arauto.db"), "{file}"),
        other => panic!("{other:?}"),
    }
}
