//! What servers on one MongoDB tell each other, with change streams and without.

use std::time::Duration;

use arauto::store::{Exchange, ServerId, Store, StoreError};
use futures::{FutureExt, StreamExt};

use super::samples::{connection_id, hold, take_lease, workspace_id};
use crate::mongod::Mongod;

const ONE: ServerId = ServerId::new([1; 16]);
const TWO: ServerId = ServerId::new([2; 16]);
const THREE: ServerId = ServerId::new([3; 16]);
/// How long a letter may be on its way.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_arrive_once_where_the_database_tells_of_changes() {
    let url = tokio::task::spawn_blocking(|| Mongod::shared().fresh_database());
    letters_arrive_once(&url.await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_arrive_once_on_a_standalone_server() {
    let server = tokio::task::spawn_blocking(Mongod::start_standalone).await;
    let server = server.unwrap();
    letters_arrive_once(&server.fresh_database()).await;
    drop(server);
}

async fn letters_arrive_once(url: &str) {
    let store = Store::open(url).await.unwrap();
    let exchange = store.exchange.clone().expect("servers can share it");
    let post = async |from, to, letter: &'static str| {
        exchange.post(from, to, letter.into()).await.unwrap();
    };
    post(ONE, None, "before anybody listens").await;
    let mut at_two = exchange.letters(TWO);
    let mut next = async || {
        let letter = tokio::time::timeout(PATIENCE, at_two.next()).await;
        let letter = letter
            .expect("it arrives")
            .expect("the stream does not end");
        String::from_utf8(letter.to_vec()).unwrap()
    };
    assert_eq!(next().await, "before anybody listens");
    post(TWO, None, "my own").await;
    post(ONE, Some(THREE), "not mine").await;
    post(ONE, Some(TWO), "to two").await;
    assert_eq!(next().await, "to two");
    post(THREE, None, "to all").await;
    assert_eq!(next().await, "to all");
    assert!(next().now_or_never().is_none(), "each comes once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_the_present_holder_shows_is_seen() {
    let url = tokio::task::spawn_blocking(|| Mongod::shared().fresh_database());
    let store = Store::open(&url.await.unwrap()).await.unwrap();
    let exchange: &dyn Exchange = &**store.exchange.as_ref().unwrap();
    let (workspace, connection) = (workspace_id(), connection_id());
    assert_eq!(exchange.shown(connection).await.unwrap(), None);
    let first = hold(&store, workspace, connection).await;
    exchange.show(&first, "one".into()).await.unwrap();
    exchange.show(&first, "two".into()).await.unwrap();
    let shown = exchange.shown(connection).await.unwrap();
    assert_eq!(shown.as_deref(), Some(&b"two"[..]));

    let second = take_lease(&store, workspace, connection).await;
    assert_eq!(exchange.shown(connection).await.unwrap(), None);
    exchange.show(&second, "three".into()).await.unwrap();
    let late = exchange.show(&first, "late".into()).await;
    assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
    let shown = exchange.shown(connection).await.unwrap();
    assert_eq!(shown.as_deref(), Some(&b"three"[..]));

    store.leases.release(&second).await.unwrap();
    assert_eq!(exchange.shown(connection).await.unwrap(), None);
}
