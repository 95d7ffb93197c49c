//! Connecting, and the one value behind all aggregates.

use std::sync::Arc;
use std::time::Duration;

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use mongodb::options::{ClientOptions, ReadPreference, SelectionCriteria, WriteConcern};
use mongodb::{Client, Collection, Database};

use super::{calls, schema};
use crate::store::{Store, StoreError};

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
        let store = Arc::new(calls::run(async move { MongoStore::open(&url).await }).await?);
        Ok(Self {
            accounts: store.clone(),
            connections: store.clone(),
            groups: store.clone(),
            media: store.clone(),
            blobs: store.clone(),
            campaigns: store.clone(),
            journal: store.clone(),
            session_keys: store.clone(),
            meta: store,
        })
    }
}

impl MongoStore {
    async fn open(url: &str) -> Result<Self, StoreError> {
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
        schema::prepare(&database).await?;
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
