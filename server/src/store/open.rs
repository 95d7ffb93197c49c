//! One address, one store.

use super::{Store, StoreError};

impl Store {
    /// Opens the store at `url`: `mongodb://…` or `mongodb+srv://…` for MongoDB, else the path of
    /// the embedded store's file, with or without `sqlite:` before it.
    ///
    /// # Errors
    /// When that store cannot be opened. There is no falling back to the other one: data would be
    /// where nobody looks for it.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("mongodb://") || url.starts_with("mongodb+srv://") {
            return Self::open_mongo(url).await;
        }
        let path = url.strip_prefix("sqlite:").unwrap_or(url).to_owned();
        tokio::task::spawn_blocking(move || Self::open_sqlite(path))
            .await
            .map_err(|error| StoreError::Unavailable(error.to_string()))?
    }
}
