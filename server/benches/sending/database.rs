//! What a measured server asks of its MongoDB.

use mongodb::Client;
use mongodb::bson::{Bson, doc};

use crate::support::Mongod;

/// A real `mongod` that counts what it is asked.
pub struct Database {
    server: &'static Mongod,
    client: Client,
}

impl Database {
    /// The one that this process shares.
    pub async fn shared() -> Self {
        let server = tokio::task::spawn_blocking(Mongod::shared);
        let server = server.await.expect("mongod starts");
        let client = Client::with_uri_str(server.fresh_database()).await;
        Self {
            server,
            client: client.expect("the address parses"),
        }
    }

    /// The address of an empty database on it.
    pub fn fresh(&self) -> String {
        self.server.fresh_database()
    }

    /// How many operations it has answered: each written document, each query, each further batch of one,
    /// each command. The driver's own questions are among them, a few each second.
    pub async fn operations(&self) -> u64 {
        let admin = self.client.database("admin");
        let status = admin.run_command(doc! { "serverStatus": 1 }).await;
        let status = status.expect("it answers");
        let counters = status.get_document("opcounters").expect("it counts");
        let count = |counter: &Bson| match counter {
            Bson::Int32(count) => u64::try_from(*count).unwrap_or(0),
            Bson::Int64(count) => u64::try_from(*count).unwrap_or(0),
            _ => 0,
        };
        counters.values().map(count).sum()
    }
}
