//! What a copy of the same kind looks like behind the port: nothing that a store keeps is forgotten, also
//! what will be added to it. Everything that is filled has to be found again, and everything has to be
//! filled.

use std::collections::BTreeMap;

use futures::TryStreamExt;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson, Document, doc};
use rusqlite::types::Value;

use super::copying::{copy, filled};
use super::home::Home;
use super::samples::{connection_id, run};

/// What belongs to a store, or to the servers that live on it: columns, with their table.
const OF_THE_STORE: [&str; 3] = ["connections.lease_server", "blobs.id", "blob_chunks.blob"];

/// The rows of each table, by its name, each with its columns.
type Rows = BTreeMap<String, Vec<BTreeMap<String, String>>>;

fn rows(home: &Home) -> Rows {
    let db = rusqlite::Connection::open(home.path()).unwrap();
    let read = |table: &str| {
        // An upload that has not ended is nobody's.
        let unfinished = "(SELECT id FROM blobs WHERE content IS NULL)";
        let condition = match table {
            "blobs" => "content IS NOT NULL".to_owned(),
            "blob_chunks" => format!("blob NOT IN {unfinished}"),
            "meta" => "name <> 'ping'".to_owned(),
            _ => "true".to_owned(),
        };
        let sql = format!("SELECT * FROM {table} WHERE {condition}");
        let mut query = db.prepare(&sql).unwrap();
        let names: Vec<String> = query.column_names().map(str::to_owned).collect();
        let is_copied = |name: &str| !OF_THE_STORE.contains(&&*format!("{table}.{name}"));
        let found = query.query_map([], |row| {
            let mut columns = BTreeMap::new();
            for name in names.iter().filter(|name| is_copied(name)) {
                let value: Value = row.get(&**name)?;
                columns.insert(name.clone(), format!("{value:?}"));
            }
            Ok(columns)
        });
        let mut found: Vec<_> = found.unwrap().collect::<Result<_, _>>().unwrap();
        found.sort();
        found
    };
    let places = home.store.copying.places().iter();
    places
        .map(|(table, _)| ((*table).to_owned(), read(table)))
        .collect()
}

/// Which columns are in no row other than by default.
fn unfilled(home: &Home) -> Vec<String> {
    let db = rusqlite::Connection::open(home.path()).unwrap();
    let mut unfilled = Vec::new();
    for (table, _) in home.store.copying.places() {
        let sql = format!("SELECT name, ifnull(dflt_value, '0') FROM pragma_table_info('{table}')");
        let mut query = db.prepare(&sql).unwrap();
        let columns = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        let columns: Vec<(String, String)> = columns.unwrap().map(Result::unwrap).collect();
        for (name, default) in columns {
            let sql = format!(
                "SELECT EXISTS (SELECT 1 FROM {table} WHERE \"{name}\" IS NOT NULL
                     AND quote(\"{name}\") <> ?1 AND quote(\"{name}\") <> '''''')"
            );
            let is_filled: bool = db.query_row(&sql, [default], |row| row.get(0)).unwrap();
            if !is_filled {
                unfilled.push(format!("{table}.{name}"));
            }
        }
    }
    unfilled
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_column_comes_over() {
    let (home, _) = filled(Home::sqlite().await).await;
    let target = Home::sqlite().await;
    assert_eq!(unfilled(&home), Vec::<String>::new());
    copy(&home.store, &target.store).await.unwrap();
    let (before, after) = (rows(&home), rows(&target));
    for (table, rows) in before {
        assert!(!rows.is_empty(), "{table} is filled");
        assert_eq!(after[&table], rows, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copied_file_is_whole_by_itself() {
    let (home, _) = filled(Home::sqlite().await).await;
    let target = Home::sqlite().await;
    copy(&home.store, &target.store).await.unwrap();
    let path = target.path();
    let closed = target.close();
    let log = std::path::PathBuf::from(format!("{path}-wal"));
    assert!(!log.exists(), "nothing lies beside it");
    closed.open().await;
}

/// The documents of each collection, without what belongs to the database.
async fn documents(home: &Home) -> BTreeMap<String, Vec<String>> {
    let client = mongodb::Client::with_uri_str(&home.url).await.unwrap();
    let database = client.default_database().unwrap();
    let mut found = BTreeMap::new();
    for (name, _) in home.store.copying.places() {
        let is_of_files = name.starts_with("blob") || *name == "transfer_pieces";
        if is_of_files || ["servers", "letters", "sights"].contains(name) {
            continue;
        }
        let collection = database.collection::<Document>(name);
        let all = collection.find(doc! {}).await.unwrap();
        let all: Vec<Document> = all.try_collect().await.unwrap();
        let mut all: Vec<String> = all.into_iter().filter_map(of_the_port).collect();
        all.sort();
        found.insert((*name).to_owned(), all);
    }
    found
}

fn of_the_port(mut document: Document) -> Option<String> {
    let id = document.get_str("_id").unwrap_or_default();
    if id == "ping" || is_of_the_past(id) {
        return None;
    }
    if matches!(document.get("_id"), Some(Bson::ObjectId(_))) {
        document.remove("_id");
    }
    document.remove("pieces");
    if let Ok(lease) = document.get_document_mut("lease") {
        lease.remove("server");
        lease.remove("until");
    }
    let sorted: BTreeMap<String, Bson> = document.into_iter().collect();
    Some(format!("{sorted:?}"))
}

/// A session that ended: the database removes it when it likes.
fn is_of_the_past(id: &str) -> bool {
    id == hex::encode([1; 32])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_field_comes_over() {
    let (home, _) = filled(Home::mongo().await).await;
    let target = Home::mongo().await;
    copy(&home.store, &target.store).await.unwrap();
    let (before, after) = (documents(&home).await, documents(&target).await);
    for (collection, documents) in before {
        assert!(!documents.is_empty(), "{collection} is filled");
        assert_eq!(after[&collection], documents, "{collection}");
    }
}

/// What a server wrote after it had lost its lease, what is left of a removed connection, and a run whose
/// start was broken off.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_can_see_stays_behind() {
    let (home, connection) = filled(Home::mongo().await).await;
    let before = documents(&home).await;
    let client = mongodb::Client::with_uri_str(&home.url).await.unwrap();
    let database = client.default_database().unwrap();
    let key = |connection: &str, fence: i64| {
        doc! {
            "connection": connection, "space": "session", "key": "aa", "fence": fence, "seal": "aa",
            "value": Binary { subtype: BinarySubtype::Generic, bytes: vec![0xaa] },
        }
    };
    let removed = connection_id().to_string();
    let keys = [key(&connection.id.to_string(), 1), key(&removed, 9)];
    let run = run(connection.workspace, connection.id, 7).id.to_string();
    let begun = doc! { "run": &run, "position": 0_i64, "message_id": "never" };
    let receipts = doc! { "run": &run, "position": 0_i64, "delivered": [1_i64], "read": [] };
    for (name, hidden) in [
        ("session_keys", keys.to_vec()),
        ("deliveries", vec![begun]),
        ("receipts", vec![receipts]),
        (
            "transfers",
            vec![doc! { "_id": &removed, "received": -1_i64 }],
        ),
    ] {
        let collection = database.collection::<Document>(name);
        collection.insert_many(hidden).await.unwrap();
    }
    let target = Home::mongo().await;
    copy(&home.store, &target.store).await.unwrap();
    assert_eq!(documents(&target).await, before);
}
