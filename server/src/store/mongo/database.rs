//! Connecting, and the one value behind all aggregates.

use std::sync::Arc;
use std::time::Duration;

use arauto_app::domain::Timestamp;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use mongodb::options::{ClientOptions, ReadPreference, SelectionCriteria, WriteConcern};
use mongodb::{Client, Collection, Database};

use super::session_keys::Keys;
use super::{calls, schema};
use crate::store::{Inspection, Store, StoreError};

/// How long a call looks for a server that can serve it.
const SERVER_SELECTION: Duration = Duration::from_secs(5);
/// The database's name when the address names none.
const DEFAULT_DATABASE: &str = "arauto";

/// The store in MongoDB. It implements every trait of the port.
pub struct MongoStore {
    pub(super) database: Database,
    /// Which process began an upload.
    pub(super) process: ObjectId,
    version: String,
}

impl Store {
    /// Connects to MongoDB at `url`, which may name a database, and prepares it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it cannot be reached; [`StoreError::Damaged`] when a newer
    /// Arauto wrote to it.
    pub async fn open_mongo(url: &str) -> Result<Self, StoreError> {
        let url = url.to_owned();
        let store = calls::run(async move {
            let store = MongoStore::connect(&url).await?;
            schema::prepare(&store.database).await?;
            Ok(store)
        });
        store.await.map(Self::from)
    }

    /// Connects to MongoDB at `url` to look at it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it cannot be reached.
    pub async fn inspect_mongo(url: &str) -> Result<Inspection, StoreError> {
        let url = url.to_owned();
        calls::run(async move {
            let store = MongoStore::connect(&url).await?;
            let found = schema::stored_version(&store.database).await?;
            let hello = store.database.run_command(doc! { "hello": 1 }).await?;
            let time = hello.get_datetime("localTime").ok();
            Ok(Inspection {
                store: store.into(),
                found: found.unsigned_abs(),
                known: schema::VERSION.unsigned_abs(),
                in_use: false,
                time: time.map(|time| Timestamp::from_millis(time.timestamp_millis())),
            })
        })
        .await
    }
}

impl From<MongoStore> for Store {
    fn from(store: MongoStore) -> Self {
        let store = Arc::new(store);
        Self {
            accounts: store.clone(),
            connections: store.clone(),
            groups: store.clone(),
            group_lists: store.clone(),
            media: store.clone(),
            blobs: store.clone(),
            transfers: store.clone(),
            campaigns: store.clone(),
            journal: store.clone(),
            session_keys: Arc::new(Keys {
                database: store.database.clone(),
                lease: None,
            }),
            leases: store.clone(),
            exchange: Some(store.clone()),
            meta: store.clone(),
            copying: store,
        }
    }
}

impl MongoStore {
    async fn connect(url: &str) -> Result<Self, StoreError> {
        let mut options = ClientOptions::parse(url).await?;
        options.app_name.get_or_insert_with(|| "arauto".into());
        options.server_selection_timeout = Some(SERVER_SELECTION);
        options.connect_timeout.get_or_insert(SERVER_SELECTION);
        // Each write survives the loss of a server, and each read sees it.
        options.write_concern = Some(
            WriteConcern::builder()
                .w(mongodb::options::Acknowledgment::Majority)
                .journal(true)
                .build(),
        );
        options.selection_criteria =
            Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
        let name = options
            .default_database
            .clone()
            .unwrap_or_else(|| DEFAULT_DATABASE.into());
        let database = Client::with_options(options)?.database(&name);
        let build = database.run_command(doc! { "buildInfo": 1 }).await?;
        Ok(Self {
            database,
            process: ObjectId::new(),
            version: build.get_str("version").unwrap_or_default().to_owned(),
        })
    }

    /// The server's version.
    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// A collection by name.
    pub(super) fn collection(&self, name: &str) -> Collection<Document> {
        self.database.collection(name)
    }
}
