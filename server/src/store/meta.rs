//! What the installation knows of itself.

use async_trait::async_trait;

use super::StoreError;

/// Facts of the installation.
#[async_trait]
pub trait MetaStore: Send + Sync {
    /// Answers when the store can serve a read and a write now.
    async fn ping(&self) -> Result<(), StoreError>;
    /// The value under `name`.
    async fn get(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError>;
    /// Stores a value under `name`, in the place of one that is there.
    async fn put(&self, name: &'static str, value: &[u8]) -> Result<(), StoreError>;
    /// The value under `name`; when there is none yet, `fresh` is stored and returned. Of two
    /// processes that race, both get the same.
    async fn get_or_insert(&self, name: &'static str, fresh: &[u8]) -> Result<Vec<u8>, StoreError>;
    /// Forgets the value under `name`; an unknown one is no error.
    async fn remove(&self, name: &'static str) -> Result<(), StoreError>;
    /// A word for the person: which store this is, with its version.
    fn describe(&self) -> String;
}
