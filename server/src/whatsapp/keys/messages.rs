//! Messages that the engine keeps for a while (to answer retry receipts) and their secrets.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use wacore::store::error::Result;
use wacore::store::traits::{
    MsgSecretEntry, MsgSecretStore, merge_msg_secret_expiry, merge_msg_secret_message_ts,
};

use super::SessionKeys;
use super::cells::{from_json, joined, space};
use super::records::Dated;
use crate::store::KeyWrite;

/// The secret of a message, by which its poll votes and reactions are read.
#[derive(Serialize, Deserialize)]
struct Secret {
    bytes: [u8; 32],
    /// Unix seconds; 0 is never.
    expires_at: i64,
    /// Unix seconds; 0 is unknown.
    message_at: i64,
}

#[async_trait]
impl MsgSecretStore for SessionKeys {
    async fn put_msg_secrets(&self, entries: Vec<MsgSecretEntry>) -> Result<usize> {
        let _change = self.change.lock().await;
        let stored = entries.len();
        for entry in entries {
            let key = joined(&[&entry.chat, &entry.sender, &entry.msg_id]);
            let mut secret = Secret {
                bytes: entry.secret,
                expires_at: entry.expires_at,
                message_at: entry.message_ts,
            };
            if let Some(known) = self.get_json::<Secret>(space::MESSAGE_SECRET, &key).await? {
                secret.expires_at = merge_msg_secret_expiry(known.expires_at, secret.expires_at);
                secret.message_at =
                    merge_msg_secret_message_ts(known.message_at, secret.message_at);
            }
            self.write(&[self.put_json(space::MESSAGE_SECRET, key, &secret)?])
                .await?;
        }
        Ok(stored)
    }

    async fn get_msg_secret(&self, chat: &str, sender: &str, id: &str) -> Result<Option<Vec<u8>>> {
        let found = self.get_msg_secret_with_ts(chat, sender, id).await?;
        Ok(found.map(|(secret, _)| secret))
    }

    async fn get_msg_secret_with_ts(
        &self,
        chat: &str,
        sender: &str,
        id: &str,
    ) -> Result<Option<(Vec<u8>, i64)>> {
        let key = joined(&[chat, sender, id]);
        let found = self.get_json::<Secret>(space::MESSAGE_SECRET, &key).await?;
        Ok(found.map(|found| (found.bytes.to_vec(), found.message_at)))
    }

    async fn delete_expired_msg_secrets(&self, cutoff_timestamp: i64) -> Result<u32> {
        let _change = self.change.lock().await;
        let mut expired = Vec::new();
        for (key, value) in self.scan(space::MESSAGE_SECRET, &[]).await? {
            let expires_at = from_json::<Secret>(&value)?.expires_at;
            if expires_at != 0 && expires_at <= cutoff_timestamp {
                expired.push(key);
            }
        }
        let count = count(&expired);
        self.delete_all(space::MESSAGE_SECRET, expired).await?;
        Ok(count)
    }
}

impl SessionKeys {
    /// A write of bytes with the present time.
    pub(super) fn put_dated(
        &self,
        space: &'static str,
        key: Vec<u8>,
        bytes: &[u8],
    ) -> Result<KeyWrite> {
        let at = self.clock.now().as_millis() / 1000;
        self.put(space, key, &Dated { at, bytes }.to_vec())
    }

    pub(super) async fn get_dated(
        &self,
        space: &'static str,
        key: &[u8],
    ) -> Result<Option<Vec<u8>>> {
        undated(self.get(space, key).await?)
    }

    pub(super) async fn take_dated(
        &self,
        space: &'static str,
        key: &[u8],
    ) -> Result<Option<Vec<u8>>> {
        undated(self.take(space, key).await?)
    }

    /// Deletes what was stored before `cutoff` (Unix seconds); tells how many there were.
    pub(super) async fn expire_dated(&self, space: &'static str, cutoff: i64) -> Result<u32> {
        let mut expired = Vec::new();
        for (key, value) in self.scan(space, &[]).await? {
            if Dated::parse(&value)?.at < cutoff {
                expired.push(key);
            }
        }
        let count = count(&expired);
        self.delete_all(space, expired).await?;
        Ok(count)
    }
}

fn undated(value: Option<Vec<u8>>) -> Result<Option<Vec<u8>>> {
    value
        .map(|value| Ok(Dated::parse(&value)?.bytes.to_vec()))
        .transpose()
}

pub(super) fn count<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}
