//! The installation's facts in SQLite.

use async_trait::async_trait;
use rusqlite::{OptionalExtension, params};

use super::SqliteStore;
use crate::store::{MetaStore, StoreError};

#[async_trait]
impl MetaStore for SqliteStore {
    async fn ping(&self) -> Result<(), StoreError> {
        self.write(|db| {
            db.execute("INSERT OR REPLACE INTO meta VALUES ('ping', x'')", [])?;
            Ok(())
        })
        .await?;
        self.read(|db| {
            db.query_row("SELECT value FROM meta WHERE name = 'ping'", [], |_| Ok(()))?;
            Ok(())
        })
        .await
    }

    async fn get(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(move |db| {
            let value = db.query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| {
                row.get(0)
            });
            Ok(value.optional()?)
        })
        .await
    }

    async fn put(&self, name: &'static str, value: &[u8]) -> Result<(), StoreError> {
        let value = value.to_vec();
        self.write(move |db| {
            db.execute(
                "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)",
                params![name, value],
            )?;
            Ok(())
        })
        .await
    }

    async fn get_or_insert(&self, name: &'static str, fresh: &[u8]) -> Result<Vec<u8>, StoreError> {
        let fresh = fresh.to_vec();
        self.write(move |db| {
            db.execute(
                "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![name, fresh],
            )?;
            Ok(
                db.query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| {
                    row.get(0)
                })?,
            )
        })
        .await
    }

    async fn remove(&self, name: &'static str) -> Result<(), StoreError> {
        self.write(move |db| {
            db.execute("DELETE FROM meta WHERE name = ?1", [name])?;
            Ok(())
        })
        .await
    }

    fn describe(&self) -> String {
        format!("SQLite {}", rusqlite::version())
    }
}
