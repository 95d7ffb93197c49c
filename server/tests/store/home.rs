//! Where a test's store lives.

use arauto::store::Store;
use futures::TryStreamExt;
use mongodb::bson::{Document, doc};
use tempfile::TempDir;

use crate::mongod::Mongod;

/// A store with a place of its own, which can be closed and opened again.
pub struct Home {
    /// The store.
    pub store: Store,
    /// Its address.
    pub url: String,
    folder: Option<TempDir>,
}

impl Home {
    /// An empty embedded store.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("data/arauto.db").display());
        Self::at(url, Some(folder)).await
    }

    /// An empty database of the shared server.
    pub async fn mongo() -> Self {
        let server = tokio::task::spawn_blocking(Mongod::shared);
        Self::at(server.await.unwrap().fresh_database(), None).await
    }

    async fn at(url: String, folder: Option<TempDir>) -> Self {
        let store = Store::open(&url).await.unwrap();
        Self { store, url, folder }
    }

    /// Closes the store; its place stays.
    pub fn close(self) -> Closed {
        drop(self.store);
        Closed {
            url: self.url,
            folder: self.folder,
        }
    }

    /// Closes the store and opens it again, as a restart of the server does.
    pub async fn reopen(self) -> Self {
        self.close().open().await
    }
}

/// The place of a store that is not open.
pub struct Closed {
    /// Its address.
    pub url: String,
    folder: Option<TempDir>,
}

impl Closed {
    /// Opens it.
    pub async fn open(self) -> Home {
        Home::at(self.url, self.folder).await
    }
}

/// What a look behind the port is for: that nothing is left over.
impl Home {
    /// Opens the store as it is at this instant, as after a crash: nothing of the running one gets
    /// to clean up.
    pub async fn crash(self) -> Self {
        let Self { store, url, folder } = self;
        std::mem::forget(store);
        let Some(folder) = folder else {
            return Self::at(url, None).await;
        };
        let image = tempfile::tempdir().unwrap();
        let data = image.path().join("data");
        std::fs::create_dir(&data).unwrap();
        for file in ["arauto.db", "arauto.db-wal"] {
            std::fs::copy(folder.path().join("data").join(file), data.join(file)).unwrap();
        }
        let url = format!("sqlite:{}", data.join("arauto.db").display());
        Self::at(url, Some(image)).await
    }

    /// The path of an embedded store's file.
    pub fn path(&self) -> String {
        self.url.strip_prefix("sqlite:").unwrap().to_owned()
    }

    /// Whether it is a database of MongoDB.
    pub fn is_mongo(&self) -> bool {
        self.url.starts_with("mongodb:")
    }

    async fn database(&self) -> mongodb::Database {
        let client = mongodb::Client::with_uri_str(&self.url).await.unwrap();
        client.default_database().unwrap()
    }

    /// The tables or collections that there are.
    pub async fn places(&self) -> Vec<String> {
        if self.is_mongo() {
            return self.database().await.list_collection_names().await.unwrap();
        }
        let db = rusqlite::Connection::open(self.path()).unwrap();
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
        let mut query = db.prepare(sql).unwrap();
        let names = query.query_map([], |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    }

    /// Takes a chunk out of the largest blob, as a bad disk does.
    pub async fn lose_a_chunk(&self) {
        if self.is_mongo() {
            let chunks = self.database().await;
            let chunks = chunks.collection::<Document>("blob_files.chunks");
            let lost = chunks.delete_many(doc! { "n": 2 }).await.unwrap();
            assert_eq!(lost.deleted_count, 1);
            return;
        }
        let db = rusqlite::Connection::open(self.path()).unwrap();
        let lost = db.execute("DELETE FROM blob_chunks WHERE number = 2", []);
        assert_eq!(lost.unwrap(), 1);
    }

    /// How many blobs, finished or not, and how many bytes of them are stored.
    pub async fn blob_leftovers(&self) -> (u64, usize) {
        match self.url.strip_prefix("sqlite:") {
            Some(path) => leftovers_in_sqlite(path),
            None => leftovers_in_mongo(&self.url).await,
        }
    }

    /// How many pieces of files on their way are stored, named or not.
    pub async fn transfer_pieces(&self) -> u64 {
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            let db = rusqlite::Connection::open(path).unwrap();
            let count = "SELECT count(*) FROM transfer_pieces";
            let pieces: u32 = db.query_row(count, [], |row| row.get(0)).unwrap();
            return pieces.into();
        }
        let client = mongodb::Client::with_uri_str(&self.url).await.unwrap();
        let database = client.default_database().unwrap();
        let pieces = database.collection::<Document>("transfer_pieces");
        pieces.count_documents(doc! {}).await.unwrap()
    }

    /// Waits until no blob is stored, finished or not.
    pub async fn until_no_blob_is_left(&self) {
        let waiting = async {
            while self.blob_leftovers().await != (0, 0) {
                tokio::task::yield_now().await;
            }
        };
        let within = tokio::time::timeout(std::time::Duration::from_secs(20), waiting);
        within.await.expect("what an upload left goes away");
    }
}

fn leftovers_in_sqlite(path: &str) -> (u64, usize) {
    let db = rusqlite::Connection::open(path).unwrap();
    db.query_row(
        "SELECT (SELECT count(*) FROM blobs),
                (SELECT coalesce(sum(length(bytes)), 0) FROM blob_chunks)",
        [],
        |row| {
            let (blobs, bytes): (u32, u32) = (row.get(0)?, row.get(1)?);
            Ok((blobs.into(), bytes as usize))
        },
    )
    .unwrap()
}

async fn leftovers_in_mongo(url: &str) -> (u64, usize) {
    let client = mongodb::Client::with_uri_str(url).await.unwrap();
    let database = client.default_database().unwrap();
    let mut blobs = std::collections::BTreeSet::new();
    for collection in ["blobs", "blob_uploads", "blob_files.files"] {
        let collection = database.collection::<Document>(collection);
        let ids = collection.distinct("_id", doc! {});
        blobs.extend(ids.await.unwrap().iter().map(ToString::to_string));
    }
    let chunks = database.collection::<Document>("blob_files.chunks");
    let chunks: Vec<Document> = chunks
        .find(doc! {})
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    let bytes = chunks
        .iter()
        .map(|chunk| chunk.get_binary_generic("data").unwrap().len());
    (blobs.len() as u64, bytes.sum())
}
