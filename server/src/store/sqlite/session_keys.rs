//! Keys of WhatsApp sessions in SQLite.

use std::sync::Arc;

use arauto_app::domain::ConnectionId;
use async_trait::async_trait;
use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, params};

use super::columns::Col;
use super::leases;
use super::readers::Readers;
use super::writer::Writer;
use crate::store::{KeyExchange, KeyWrite, Lease, Seal, SessionKeyStore, StoreError, StoredKey};

/// The keys of all connections, or those that the holder of a lease may use.
pub(super) struct Keys {
    pub(super) writer: Arc<Writer>,
    pub(super) readers: Readers,
    pub(super) lease: Option<Lease>,
}

impl Keys {
    async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.readers.run(work).await
    }

    /// Carries out `work` unless the lease is lost.
    async fn write_held<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let lease = self.lease;
        self.writer
            .run(move |db| {
                if let Some(lease) = &lease {
                    leases::check(db, lease)?;
                }
                work(db)
            })
            .await
    }
}

#[async_trait]
impl SessionKeyStore for Keys {
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
        self.write_held(move |db| {
            for KeyWrite { space, key, value } in &writes {
                match value {
                    Some(value) => put(db, connection, space, key, value)?,
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
        self.write_held(move |db| {
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

    async fn every_seal(&self) -> Result<Vec<Seal>, StoreError> {
        self.read(|db| {
            let mut query =
                db.prepare("SELECT DISTINCT substr(value, 1, 5) FROM session_keys ORDER BY 1")?;
            let seals = query.query_map([], |row| Ok(Seal::of(row.get_ref(0)?.as_blob()?)))?;
            Ok(seals.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    async fn every_connection_under(&self, seal: &Seal) -> Result<Vec<ConnectionId>, StoreError> {
        let seal = seal.clone();
        self.read(move |db| {
            let mut query = db.prepare(
                "SELECT DISTINCT connection FROM session_keys WHERE substr(value, 1, 5) = ?1",
            )?;
            let connections = query.query_map([seal.as_bytes()], |row| {
                Ok(row.get::<_, Col<ConnectionId>>(0)?.0)
            })?;
            Ok(connections.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    async fn under(
        &self,
        connection: ConnectionId,
        seal: &Seal,
    ) -> Result<Vec<StoredKey>, StoreError> {
        let seal = seal.clone();
        self.read(move |db| {
            let mut query = db.prepare_cached(
                "SELECT space, key, value FROM session_keys
                 WHERE substr(value, 1, 5) = ?1 AND connection = ?2",
            )?;
            let found = query.query_map(params![seal.as_bytes(), Col(connection)], |row| {
                Ok(StoredKey {
                    space: row.get(0)?,
                    key: row.get(1)?,
                    value: Bytes::from(row.get::<_, Vec<u8>>(2)?),
                })
            })?;
            Ok(found.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    async fn exchange(
        &self,
        connection: ConnectionId,
        exchanges: Vec<KeyExchange>,
    ) -> Result<u64, StoreError> {
        self.writer
            .run(move |db| {
                let mut update = db.prepare_cached(
                    "UPDATE session_keys SET value = ?5
                     WHERE connection = ?1 AND space = ?2 AND key = ?3 AND value = ?4",
                )?;
                let mut count = 0;
                for KeyExchange { from, to } in &exchanges {
                    let StoredKey { space, key, value } = from;
                    let changed = update.execute(params![
                        Col(connection),
                        space,
                        key,
                        &value[..],
                        &to[..]
                    ])?;
                    count += changed as u64;
                }
                Ok(count)
            })
            .await
    }

    async fn erase(&self, connection: ConnectionId) -> Result<(), StoreError> {
        self.write_held(move |db| {
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

pub(super) fn put(
    db: &Connection,
    connection: ConnectionId,
    space: &str,
    key: &[u8],
    value: &[u8],
) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO session_keys (connection, space, key, value) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET value = excluded.value",
    )?
    .execute(params![Col(connection), space, key, value])?;
    Ok(())
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
