//! Keys of WhatsApp sessions in SQLite.

use arauto_app::domain::ConnectionId;
use async_trait::async_trait;
use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, params};

use super::SqliteStore;
use super::columns::Col;
use crate::store::{KeyWrite, SessionKeyStore, StoreError};

#[async_trait]
impl SessionKeyStore for SqliteStore {
    async fn get(
        &self,
        connection: ConnectionId,
        space: &'static str,
        key: &[u8],
    ) -> Result<Option<Bytes>, StoreError> {
        let key = key.to_vec();
        self.read(move |db| value(db, connection, space, &key))
            .await
    }

    async fn get_many(
        &self,
        connection: ConnectionId,
        space: &'static str,
        keys: &[Vec<u8>],
    ) -> Result<Vec<(Vec<u8>, Bytes)>, StoreError> {
        let keys = keys.to_vec();
        self.read(move |db| {
            let mut found = Vec::with_capacity(keys.len());
            for key in keys {
                if let Some(value) = value(db, connection, space, &key)? {
                    found.push((key, value));
                }
            }
            Ok(found)
        })
        .await
    }

    async fn write(&self, connection: ConnectionId, writes: &[KeyWrite]) -> Result<(), StoreError> {
        let writes = writes.to_vec();
        self.writer
            .run(move |db| {
                let mut put = db.prepare_cached(
                    "INSERT INTO session_keys (connection, space, key, value)
                     VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET value = excluded.value",
                )?;
                for KeyWrite { space, key, value } in &writes {
                    match value {
                        Some(value) => {
                            put.execute(params![Col(connection), space, key, &value[..]])?;
                        }
                        None => delete(db, connection, space, key)?,
                    }
                }
                Ok(())
            })
            .await
    }

    async fn take(
        &self,
        connection: ConnectionId,
        space: &'static str,
        key: &[u8],
    ) -> Result<Option<Bytes>, StoreError> {
        let key = key.to_vec();
        self.writer
            .run(move |db| {
                let value = value(db, connection, space, &key)?;
                delete(db, connection, space, &key)?;
                Ok(value)
            })
            .await
    }

    async fn scan(
        &self,
        connection: ConnectionId,
        space: &'static str,
        prefix: &[u8],
    ) -> Result<Vec<(Vec<u8>, Bytes)>, StoreError> {
        let prefix = prefix.to_vec();
        self.read(move |db| {
            let mut query = db.prepare_cached(
                "SELECT key, value FROM session_keys
                 WHERE connection = ?1 AND space = ?2 AND key >= ?3 ORDER BY key",
            )?;
            let mut rows = query.query(params![Col(connection), space, prefix])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let key: Vec<u8> = row.get(0)?;
                if !key.starts_with(&prefix) {
                    break;
                }
                found.push((key, Bytes::from(row.get::<_, Vec<u8>>(1)?)));
            }
            Ok(found)
        })
        .await
    }

    async fn erase(&self, connection: ConnectionId) -> Result<(), StoreError> {
        self.writer
            .run(move |db| {
                db.execute(
                    "DELETE FROM session_keys WHERE connection = ?1",
                    [Col(connection)],
                )?;
                Ok(())
            })
            .await
    }
}

fn value(
    db: &Connection,
    connection: ConnectionId,
    space: &str,
    key: &[u8],
) -> Result<Option<Bytes>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT value FROM session_keys WHERE connection = ?1 AND space = ?2 AND key = ?3",
    )?;
    let value = query
        .query_row(params![Col(connection), space, key], |row| {
            row.get::<_, Vec<u8>>(0)
        })
        .optional()?;
    Ok(value.map(Bytes::from))
}

fn delete(
    db: &Connection,
    connection: ConnectionId,
    space: &str,
    key: &[u8],
) -> Result<(), StoreError> {
    db.prepare_cached(
        "DELETE FROM session_keys WHERE connection = ?1 AND space = ?2 AND key = ?3",
    )?
    .execute(params![Col(connection), space, key])?;
    Ok(())
}
