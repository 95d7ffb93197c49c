//! The state that WhatsApp syncs between a person's devices (names, settings), and its keys.

use std::collections::HashMap;

use async_trait::async_trait;
use wacore::appstate::hash::HashState;
use wacore::appstate::processor::AppStateMutationMAC;
use wacore::store::error::Result;
use wacore::store::traits::{AppStateSyncKey, AppSyncStore};

use super::SessionKeys;
use super::cells::{delete, space};

#[async_trait]
impl AppSyncStore for SessionKeys {
    async fn get_sync_key(&self, key_id: &[u8]) -> Result<Option<AppStateSyncKey>> {
        self.get_json(space::SYNC_KEY, key_id).await
    }

    async fn set_sync_key(&self, key_id: &[u8], key: AppStateSyncKey) -> Result<()> {
        self.write(&[
            self.put_json(space::SYNC_KEY, key_id.to_vec(), &key)?,
            self.put(space::LATEST_SYNC_KEY, Vec::new(), key_id)?,
        ])
        .await
    }

    async fn get_version(&self, name: &str) -> Result<HashState> {
        let state = self.get_json(space::SYNC_VERSION, name.as_bytes()).await?;
        Ok(state.unwrap_or_default())
    }

    async fn set_version(&self, name: &str, state: HashState) -> Result<()> {
        self.write(&[self.put_json(space::SYNC_VERSION, name.into(), &state)?])
            .await
    }

    async fn put_mutation_macs(
        &self,
        name: &str,
        _version: u64,
        mutations: &[AppStateMutationMAC],
    ) -> Result<()> {
        let writes: Result<Vec<_>> = mutations
            .iter()
            .map(|mac| {
                let key = within(name, &mac.index_mac);
                self.put(space::MUTATION_MAC, key, &mac.value_mac)
            })
            .collect();
        self.write(&writes?).await
    }

    async fn get_mutation_mac(&self, name: &str, index_mac: &[u8]) -> Result<Option<Vec<u8>>> {
        self.get(space::MUTATION_MAC, &within(name, index_mac))
            .await
    }

    async fn get_mutation_macs(
        &self,
        name: &str,
        index_macs: &[[u8; 32]],
    ) -> Result<HashMap<[u8; 32], Vec<u8>>> {
        let keys: Vec<_> = index_macs.iter().map(|mac| within(name, mac)).collect();
        let found = self.get_many(space::MUTATION_MAC, &keys).await?;
        Ok(found
            .into_iter()
            .filter_map(|(key, value)| Some((*key.last_chunk()?, value)))
            .collect())
    }

    async fn delete_mutation_macs(&self, name: &str, index_macs: &[Vec<u8>]) -> Result<()> {
        let writes: Vec<_> = index_macs
            .iter()
            .map(|mac| delete(space::MUTATION_MAC, within(name, mac)))
            .collect();
        self.write(&writes).await
    }

    async fn clear_mutation_macs(&self, name: &str) -> Result<()> {
        let keys = self.keys(space::MUTATION_MAC, &within(name, &[])).await?;
        let writes: Vec<_> = keys
            .into_iter()
            .map(|key| delete(space::MUTATION_MAC, key))
            .collect();
        self.write(&writes).await
    }

    async fn get_latest_sync_key_id(&self) -> Result<Option<Vec<u8>>> {
        self.get(space::LATEST_SYNC_KEY, &[]).await
    }
}

/// The key of a MAC within its collection. Names of collections hold no zero byte.
fn within(name: &str, index_mac: &[u8]) -> Vec<u8> {
    [name.as_bytes(), &[0], index_mac].concat()
}
