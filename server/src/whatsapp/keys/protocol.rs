//! What the engine remembers of people and groups: their devices, their hidden identifiers, who
//! has our sender keys. The rest of the engine's `ProtocolStore` is in `messages` and `tokens`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use wacore::store::error::Result;
use wacore::store::traits::{DeviceListRecord, LidPnMappingEntry, ProtocolStore, TcTokenEntry};

use super::SessionKeys;
use super::cells::{delete, from_json, joined, space};
use crate::store::KeyWrite;

/// Which devices of a group have our sender key, by JID. One record per group: a send reads it
/// once, whatever the group's size.
type SenderKeyDevices = BTreeMap<String, bool>;

#[async_trait]
impl ProtocolStore for SessionKeys {
    async fn get_sender_key_devices(&self, group_jid: &str) -> Result<Vec<(String, bool)>> {
        Ok(self.devices_of(group_jid).await?.into_iter().collect())
    }

    async fn set_sender_key_status(&self, group_jid: &str, entries: &[(&str, bool)]) -> Result<()> {
        let _change = self.change.lock().await;
        let mut devices = self.devices_of(group_jid).await?;
        devices.extend(entries.iter().map(|(jid, has)| ((*jid).to_owned(), *has)));
        self.write(&[self.put_json(space::SENDER_KEY_DEVICES, group_jid.into(), &devices)?])
            .await
    }

    async fn clear_sender_key_devices(&self, group_jid: &str) -> Result<()> {
        let _change = self.change.lock().await;
        self.write(&[delete(space::SENDER_KEY_DEVICES, group_jid.into())])
            .await
    }

    async fn delete_sender_key_device_rows(&self, device_jids: &[&str]) -> Result<()> {
        if device_jids.is_empty() {
            return Ok(());
        }
        let _change = self.change.lock().await;
        let mut writes = Vec::new();
        for (group, value) in self.scan(space::SENDER_KEY_DEVICES, &[]).await? {
            let mut devices: SenderKeyDevices = from_json(&value)?;
            let before = devices.len();
            devices.retain(|jid, _| !device_jids.contains(&jid.as_str()));
            if devices.len() != before {
                writes.push(self.put_json(space::SENDER_KEY_DEVICES, group, &devices)?);
            }
        }
        self.write(&writes).await
    }

    async fn clear_all_sender_key_devices(&self) -> Result<()> {
        let _change = self.change.lock().await;
        self.delete_all(
            space::SENDER_KEY_DEVICES,
            self.keys(space::SENDER_KEY_DEVICES, &[]).await?,
        )
        .await
    }

    async fn get_lid_mapping(&self, lid: &str) -> Result<Option<LidPnMappingEntry>> {
        self.get_json(space::LID, lid.as_bytes()).await
    }

    async fn get_pn_mapping(&self, phone: &str) -> Result<Option<LidPnMappingEntry>> {
        let Some(lid) = self.get(space::PHONE, phone.as_bytes()).await? else {
            return Ok(None);
        };
        self.get_json(space::LID, &lid).await
    }

    async fn put_lid_mapping(&self, entry: &LidPnMappingEntry) -> Result<()> {
        self.put_lid_mappings(std::slice::from_ref(entry)).await
    }

    async fn put_lid_mappings(&self, entries: &[LidPnMappingEntry]) -> Result<()> {
        let _change = self.change.lock().await;
        let keys: Vec<_> = entries
            .iter()
            .map(|entry| entry.lid.clone().into())
            .collect();
        let mut writes = Vec::new();
        for (_, known) in self.get_many(space::LID, &keys).await? {
            // The phone number that a LID had before must not lead to it any more.
            let known: LidPnMappingEntry = from_json(&known)?;
            writes.push(delete(space::PHONE, known.phone_number.into()));
        }
        for entry in entries {
            let lid = entry.lid.as_bytes();
            writes.push(self.put_json(space::LID, lid.to_vec(), entry)?);
            writes.push(self.put(space::PHONE, entry.phone_number.clone().into(), lid)?);
        }
        self.write(&writes).await
    }

    async fn get_all_lid_mappings(&self) -> Result<Vec<LidPnMappingEntry>> {
        let all = self.scan(space::LID, &[]).await?;
        all.iter().map(|(_, value)| from_json(value)).collect()
    }

    async fn save_base_key(&self, address: &str, message_id: &str, base_key: &[u8]) -> Result<()> {
        let key = joined(&[address, message_id]);
        self.write(&[self.put(space::BASE_KEY, key, base_key)?])
            .await
    }

    async fn has_same_base_key(
        &self,
        address: &str,
        message_id: &str,
        current_base_key: &[u8],
    ) -> Result<bool> {
        let key = joined(&[address, message_id]);
        let saved = self.get(space::BASE_KEY, &key).await?;
        Ok(saved.is_some_and(|saved| saved == current_base_key))
    }

    async fn delete_base_key(&self, address: &str, message_id: &str) -> Result<()> {
        self.write(&[delete(space::BASE_KEY, joined(&[address, message_id]))])
            .await
    }

    async fn update_device_list(&self, record: DeviceListRecord) -> Result<()> {
        self.update_device_lists(vec![record]).await
    }

    async fn update_device_lists(&self, records: Vec<DeviceListRecord>) -> Result<()> {
        let writes: Result<Vec<_>> = records
            .iter()
            .map(|record| self.put_json(space::DEVICE_LIST, record.user.clone().into(), record))
            .collect();
        self.write(&writes?).await
    }

    async fn get_devices(&self, user: &str) -> Result<Option<DeviceListRecord>> {
        self.get_json(space::DEVICE_LIST, user.as_bytes()).await
    }

    async fn delete_devices(&self, user: &str) -> Result<()> {
        self.write(&[delete(space::DEVICE_LIST, user.into())]).await
    }

    async fn get_group_metadata(&self, group_jid: &str) -> Result<Option<Vec<u8>>> {
        self.get(space::GROUP_METADATA, group_jid.as_bytes()).await
    }

    async fn put_group_metadata(&self, group_jid: &str, blob: &[u8]) -> Result<()> {
        self.write(&[self.put(space::GROUP_METADATA, group_jid.into(), blob)?])
            .await
    }

    async fn delete_group_metadata(&self, group_jid: &str) -> Result<()> {
        self.write(&[delete(space::GROUP_METADATA, group_jid.into())])
            .await
    }

    async fn get_tc_token(&self, jid: &str) -> Result<Option<TcTokenEntry>> {
        self.trusted_token(jid).await
    }

    async fn put_tc_token(&self, jid: &str, entry: &TcTokenEntry) -> Result<()> {
        let _change = self.change.lock().await;
        self.put_trusted_token(jid, entry).await
    }

    async fn delete_tc_token(&self, jid: &str) -> Result<()> {
        let _change = self.change.lock().await;
        self.write(&[delete(space::TRUSTED_TOKEN, jid.into())])
            .await
    }

    async fn get_all_tc_token_jids(&self) -> Result<Vec<String>> {
        self.trusted_token_jids().await
    }

    async fn delete_expired_tc_tokens(&self, token_cutoff: i64, sender_cutoff: i64) -> Result<u32> {
        self.expire_trusted_tokens(token_cutoff, sender_cutoff)
            .await
    }

    async fn touch_tc_token_sender_timestamp(&self, jid: &str, sent: i64) -> Result<()> {
        self.merge_sender_time(jid, sent).await
    }

    async fn store_received_tc_token(&self, jid: &str, token: &[u8], time: i64) -> Result<()> {
        self.merge_received_token(jid, token, time).await
    }

    async fn store_sent_message(&self, chat: &str, id: &str, payload: &[u8]) -> Result<()> {
        let key = joined(&[chat, id]);
        self.write(&[self.put_dated(space::SENT_MESSAGE, key, payload)?])
            .await
    }

    async fn take_sent_message(&self, chat: &str, id: &str) -> Result<Option<Vec<u8>>> {
        self.take_dated(space::SENT_MESSAGE, &joined(&[chat, id]))
            .await
    }

    async fn delete_expired_sent_messages(&self, cutoff_timestamp: i64) -> Result<u32> {
        self.expire_dated(space::SENT_MESSAGE, cutoff_timestamp)
            .await
    }

    async fn store_pending_inbound(
        &self,
        chat: &str,
        sender: &str,
        id: &str,
        message: &[u8],
    ) -> Result<()> {
        let key = joined(&[chat, sender, id]);
        self.write(&[self.put_dated(space::PENDING_INBOUND, key, message)?])
            .await
    }

    async fn get_pending_inbound(
        &self,
        chat: &str,
        sender: &str,
        id: &str,
    ) -> Result<Option<Vec<u8>>> {
        self.get_dated(space::PENDING_INBOUND, &joined(&[chat, sender, id]))
            .await
    }

    async fn delete_pending_inbound(&self, chat: &str, sender: &str, id: &str) -> Result<()> {
        let key = joined(&[chat, sender, id]);
        self.write(&[delete(space::PENDING_INBOUND, key)]).await
    }

    async fn delete_expired_pending_inbound(&self, cutoff_timestamp: i64) -> Result<u32> {
        self.expire_dated(space::PENDING_INBOUND, cutoff_timestamp)
            .await
    }
}

impl SessionKeys {
    async fn devices_of(&self, group: &str) -> Result<SenderKeyDevices> {
        let devices = self.get_json(space::SENDER_KEY_DEVICES, group.as_bytes());
        Ok(devices.await?.unwrap_or_default())
    }

    /// Deletes keys of a space.
    pub(super) async fn delete_all(&self, space: &'static str, keys: Vec<Vec<u8>>) -> Result<()> {
        let writes: Vec<KeyWrite> = keys.into_iter().map(|key| delete(space, key)).collect();
        self.write(&writes).await
    }
}
