//! Identities, sessions, pre-keys and sender keys of the Signal protocol.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use wacore::store::error::{Result, StoreError as EngineError};
use wacore::store::traits::SignalStore;

use super::SessionKeys;
use super::cells::{delete, space};
use super::records::PreKey;

#[async_trait]
impl SignalStore for SessionKeys {
    async fn put_identity(&self, address: &str, key: [u8; 32]) -> Result<()> {
        self.write(&[self.put(space::IDENTITY, address.into(), &key)?])
            .await
    }

    async fn put_identities_batch(&self, identities: &[(Arc<str>, [u8; 32])]) -> Result<()> {
        let writes: Result<Vec<_>> = identities
            .iter()
            .map(|(address, key)| self.put(space::IDENTITY, address.as_bytes().to_vec(), key))
            .collect();
        self.write(&writes?).await
    }

    async fn load_identity(&self, address: &str) -> Result<Option<[u8; 32]>> {
        self.get(space::IDENTITY, address.as_bytes())
            .await?
            .map(|key| {
                key.try_into()
                    .map_err(|_| EngineError::Validation("an identity is not 32 bytes".into()))
            })
            .transpose()
    }

    async fn delete_identity(&self, address: &str) -> Result<()> {
        self.write(&[delete(space::IDENTITY, address.into())]).await
    }

    async fn get_session(&self, address: &str) -> Result<Option<Bytes>> {
        let session = self.get(space::SESSION, address.as_bytes()).await?;
        Ok(session.map(Bytes::from))
    }

    async fn put_session(&self, address: &str, session: &[u8]) -> Result<()> {
        self.write(&[self.put(space::SESSION, address.into(), session)?])
            .await
    }

    async fn put_sessions_batch(&self, sessions: &[(Arc<str>, Bytes)]) -> Result<()> {
        self.put_all(space::SESSION, sessions).await
    }

    async fn delete_session(&self, address: &str) -> Result<()> {
        self.write(&[delete(space::SESSION, address.into())]).await
    }

    async fn has_signal_state_for_user(&self, user: &str) -> Result<bool> {
        for space in [space::SESSION, space::IDENTITY] {
            // Addresses are `user@server` for the first device and `user:device@server` for others.
            for end in ['@', ':'] {
                let prefix = format!("{user}{end}");
                if !self.keys(space, prefix.as_bytes()).await?.is_empty() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    async fn store_prekey(&self, id: u32, record: &[u8], uploaded: bool) -> Result<()> {
        let value = PreKey { uploaded, record }.to_vec();
        let _change = self.change.lock().await;
        self.write(&[self.put(space::PREKEY, number(id), &value)?])
            .await
    }

    async fn store_prekeys_batch(&self, keys: &[(u32, Bytes)], uploaded: bool) -> Result<()> {
        let writes: Result<Vec<_>> = keys
            .iter()
            .map(|(id, record)| {
                let value = PreKey { uploaded, record }.to_vec();
                self.put(space::PREKEY, number(*id), &value)
            })
            .collect();
        let _change = self.change.lock().await;
        self.write(&writes?).await
    }

    async fn load_prekey(&self, id: u32) -> Result<Option<Bytes>> {
        let value = self.get(space::PREKEY, &number(id)).await?;
        value
            .map(|value| Ok(Bytes::copy_from_slice(PreKey::parse(&value)?.record)))
            .transpose()
    }

    async fn load_prekeys_batch(&self, ids: &[u32]) -> Result<Vec<(u32, Bytes)>> {
        let keys: Vec<_> = ids.iter().copied().map(number).collect();
        let found = self.get_many(space::PREKEY, &keys).await?;
        found
            .into_iter()
            .map(|(key, value)| {
                let record = Bytes::copy_from_slice(PreKey::parse(&value)?.record);
                Ok((number_of(&key)?, record))
            })
            .collect()
    }

    /// Only marks: a key that was used up in the meantime stays deleted.
    async fn mark_prekeys_uploaded(&self, ids: &[u32]) -> Result<()> {
        let keys: Vec<_> = ids.iter().copied().map(number).collect();
        let _change = self.change.lock().await;
        let mut writes = Vec::new();
        for (key, value) in self.get_many(space::PREKEY, &keys).await? {
            let marked = PreKey {
                uploaded: true,
                ..PreKey::parse(&value)?
            };
            writes.push(self.put(space::PREKEY, key, &marked.to_vec())?);
        }
        self.write(&writes).await
    }

    async fn remove_prekey(&self, id: u32) -> Result<()> {
        let _change = self.change.lock().await;
        self.write(&[delete(space::PREKEY, number(id))]).await
    }

    async fn get_max_prekey_id(&self) -> Result<u32> {
        let keys = self.keys(space::PREKEY, &[]).await?;
        // Scans are in the order of keys, and a number's key sorts like the number.
        keys.last().map_or(Ok(0), |key| number_of(key))
    }

    async fn store_signed_prekey(&self, id: u32, record: &[u8]) -> Result<()> {
        self.write(&[self.put(space::SIGNED_PREKEY, number(id), record)?])
            .await
    }

    async fn load_signed_prekey(&self, id: u32) -> Result<Option<Vec<u8>>> {
        self.get(space::SIGNED_PREKEY, &number(id)).await
    }

    async fn load_all_signed_prekeys(&self) -> Result<Vec<(u32, Vec<u8>)>> {
        let all = self.scan(space::SIGNED_PREKEY, &[]).await?;
        all.into_iter()
            .map(|(key, record)| Ok((number_of(&key)?, record)))
            .collect()
    }

    async fn remove_signed_prekey(&self, id: u32) -> Result<()> {
        self.write(&[delete(space::SIGNED_PREKEY, number(id))])
            .await
    }

    async fn put_sender_key(&self, address: &str, record: &[u8]) -> Result<()> {
        self.write(&[self.put(space::SENDER_KEY, address.into(), record)?])
            .await
    }

    async fn put_sender_keys_batch(&self, sender_keys: &[(Arc<str>, Bytes)]) -> Result<()> {
        self.put_all(space::SENDER_KEY, sender_keys).await
    }

    async fn get_sender_key(&self, address: &str) -> Result<Option<Vec<u8>>> {
        self.get(space::SENDER_KEY, address.as_bytes()).await
    }

    async fn delete_sender_key(&self, address: &str) -> Result<()> {
        self.write(&[delete(space::SENDER_KEY, address.into())])
            .await
    }
}

impl SessionKeys {
    async fn put_all(&self, space: &'static str, values: &[(Arc<str>, Bytes)]) -> Result<()> {
        let writes: Result<Vec<_>> = values
            .iter()
            .map(|(address, value)| self.put(space, address.as_bytes().to_vec(), value))
            .collect();
        self.write(&writes?).await
    }
}

/// A number as a key that sorts like the number.
fn number(id: u32) -> Vec<u8> {
    id.to_be_bytes().to_vec()
}

fn number_of(key: &[u8]) -> Result<u32> {
    let bytes = key
        .try_into()
        .map_err(|_| EngineError::Validation("the key of a pre-key is not a number".into()))?;
    Ok(u32::from_be_bytes(bytes))
}
