//! Trusted-contact tokens: WhatsApp's proof that a person has talked with us. Two writers touch
//! the same row, what arrives and what we issue, so changes are merged and the newer one wins.

use wacore::store::error::Result;
use wacore::store::traits::TcTokenEntry;

use super::SessionKeys;
use super::cells::{from_json, space};
use super::messages::count;

impl SessionKeys {
    pub(super) async fn trusted_token(&self, jid: &str) -> Result<Option<TcTokenEntry>> {
        self.get_json(space::TRUSTED_TOKEN, jid.as_bytes()).await
    }

    pub(super) async fn put_trusted_token(&self, jid: &str, entry: &TcTokenEntry) -> Result<()> {
        self.write(&[self.put_json(space::TRUSTED_TOKEN, jid.into(), entry)?])
            .await
    }

    pub(super) async fn trusted_token_jids(&self) -> Result<Vec<String>> {
        let keys = self.keys(space::TRUSTED_TOKEN, &[]).await?;
        Ok(keys
            .into_iter()
            .filter_map(|key| String::from_utf8(key).ok())
            .collect())
    }

    /// Moves the time of our latest issue forward, never back, and keeps the token.
    pub(super) async fn merge_sender_time(&self, jid: &str, sent: i64) -> Result<()> {
        let _change = self.change.lock().await;
        let mut entry = self.trusted_token(jid).await?.unwrap_or(TcTokenEntry {
            token: Vec::new(),
            token_timestamp: sent,
            sender_timestamp: None,
        });
        entry.sender_timestamp = entry.sender_timestamp.max(Some(sent));
        self.put_trusted_token(jid, &entry).await
    }

    /// Takes a token that arrived, unless a newer one is known; an entry without one never blocks.
    pub(super) async fn merge_received_token(
        &self,
        jid: &str,
        token: &[u8],
        time: i64,
    ) -> Result<()> {
        let _change = self.change.lock().await;
        let known = self.trusted_token(jid).await?;
        if known
            .as_ref()
            .is_some_and(|known| !known.token.is_empty() && time < known.token_timestamp)
        {
            return Ok(());
        }
        let entry = TcTokenEntry {
            token: token.to_vec(),
            token_timestamp: time,
            sender_timestamp: known.and_then(|known| known.sender_timestamp),
        };
        self.put_trusted_token(jid, &entry).await
    }

    /// Deletes entries of which neither the token nor our issue is recent.
    pub(super) async fn expire_trusted_tokens(
        &self,
        token_cutoff: i64,
        sender_cutoff: i64,
    ) -> Result<u32> {
        let _change = self.change.lock().await;
        let mut expired = Vec::new();
        for (key, value) in self.scan(space::TRUSTED_TOKEN, &[]).await? {
            let entry: TcTokenEntry = from_json(&value)?;
            let token_lives = !entry.token.is_empty() && entry.token_timestamp >= token_cutoff;
            let issue_lives = entry.sender_timestamp.is_some_and(|at| at >= sender_cutoff);
            if !token_lives && !issue_lives {
                expired.push(key);
            }
        }
        let count = count(&expired);
        self.delete_all(space::TRUSTED_TOKEN, expired).await?;
        Ok(count)
    }
}
