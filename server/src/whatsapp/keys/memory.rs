//! A store of session keys in memory, to try the backend without a database, and its tests.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use arauto_app::domain::{ConnectionId, Timestamp};
use async_trait::async_trait;
use bytes::Bytes;
use wacore::store::traits::{
    AppStateSyncKey, AppSyncStore, Backend, DeviceStore, LidPnMappingEntry, MsgSecretEntry,
    MsgSecretStore, ProtocolStore, SignalStore,
};

use super::{MasterKey, Sealer, SessionKeys};
use crate::clock::{ManualClock, SystemClock};
use crate::random::Random;
use crate::store::{KeyExchange, KeyWrite, Seal, SessionKeyStore, StoreError, StoredKey};

type Cell = (ConnectionId, &'static str, Vec<u8>);

/// Keys in memory; the next so many writes can be made to fail.
#[derive(Default)]
struct Memory {
    cells: Mutex<BTreeMap<Cell, Bytes>>,
    failing_writes: AtomicU32,
}

#[async_trait]
impl SessionKeyStore for Memory {
    async fn get(
        &self,
        connection: ConnectionId,
        space: &'static str,
        key: &[u8],
    ) -> Result<Option<Bytes>, StoreError> {
        let cells = self.cells.lock().unwrap();
        Ok(cells.get(&(connection, space, key.to_vec())).cloned())
    }

    async fn get_many(
        &self,
        connection: ConnectionId,
        space: &'static str,
        keys: &[Vec<u8>],
    ) -> Result<Vec<(Vec<u8>, Bytes)>, StoreError> {
        let cells = self.cells.lock().unwrap();
        let get = |key: &Vec<u8>| {
            let value = cells.get(&(connection, space, key.clone()))?;
            Some((key.clone(), value.clone()))
        };
        Ok(keys.iter().filter_map(get).collect())
    }

    async fn write(&self, connection: ConnectionId, writes: &[KeyWrite]) -> Result<(), StoreError> {
        let fails = |left: u32| left.checked_sub(1);
        if self
            .failing_writes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fails)
            .is_ok()
        {
            return Err(StoreError::Unavailable("told to fail".into()));
        }
        let mut cells = self.cells.lock().unwrap();
        for write in writes {
            let cell = (connection, write.space, write.key.clone());
            match &write.value {
                Some(value) => drop(cells.insert(cell, value.clone())),
                None => drop(cells.remove(&cell)),
            }
        }
        Ok(())
    }

    async fn take(
        &self,
        connection: ConnectionId,
        space: &'static str,
        key: &[u8],
    ) -> Result<Option<Bytes>, StoreError> {
        let mut cells = self.cells.lock().unwrap();
        Ok(cells.remove(&(connection, space, key.to_vec())))
    }

    async fn scan(
        &self,
        connection: ConnectionId,
        space: &'static str,
        prefix: &[u8],
    ) -> Result<Vec<(Vec<u8>, Bytes)>, StoreError> {
        let cells = self.cells.lock().unwrap();
        Ok(cells
            .iter()
            .filter(|((owner, of, key), _)| {
                *owner == connection && *of == space && key.starts_with(prefix)
            })
            .map(|((_, _, key), value)| (key.clone(), value.clone()))
            .collect())
    }

    async fn every_seal(&self) -> Result<Vec<Seal>, StoreError> {
        unreachable!("one session asks for nothing beyond its own keys")
    }

    async fn every_connection_under(&self, _: &Seal) -> Result<Vec<ConnectionId>, StoreError> {
        unreachable!("one session asks for nothing beyond its own keys")
    }

    async fn under(&self, _: ConnectionId, _: &Seal) -> Result<Vec<StoredKey>, StoreError> {
        unreachable!("one session asks for nothing beyond its own keys")
    }

    async fn exchange(&self, _: ConnectionId, _: Vec<KeyExchange>) -> Result<u64, StoreError> {
        unreachable!("one session asks for nothing beyond its own keys")
    }

    async fn erase(&self, connection: ConnectionId) -> Result<(), StoreError> {
        let mut cells = self.cells.lock().unwrap();
        cells.retain(|(owner, _, _), _| *owner != connection);
        Ok(())
    }
}

fn sealer(key: u8) -> Arc<Sealer> {
    let key = MasterKey::from_bytes([key; 32]);
    Arc::new(Sealer::new(&key, &[], Random::from_seed(1)))
}

fn connection() -> ConnectionId {
    ConnectionId::new(Timestamp::from_millis(1), [1; 10])
}

fn keys(store: &Arc<Memory>) -> SessionKeys {
    SessionKeys::new(
        connection(),
        store.clone(),
        sealer(1),
        Arc::new(ManualClock::new(Timestamp::from_seconds(1_000))),
    )
}

const fn is_backend<T: Backend>() {}
const _: () = is_backend::<SessionKeys>();

#[tokio::test]
async fn the_device_survives_a_restart_and_nothing_readable_is_stored() {
    let store = Arc::new(Memory::default());
    let first = keys(&store);
    assert_eq!(first.create().await.unwrap(), 1);
    let device = first.load().await.unwrap().unwrap();

    let again = keys(&store).load().await.unwrap().unwrap();
    assert_eq!(again.registration_id, device.registration_id);
    assert_eq!(again.adv_secret_key, device.adv_secret_key);
    for (_, value) in store.cells.lock().unwrap().iter() {
        assert!(!value.windows(15).any(|part| part == b"registration_id"));
    }
}

#[tokio::test]
async fn the_wrong_master_key_is_an_error_and_never_a_new_device() {
    let store = Arc::new(Memory::default());
    keys(&store).create().await.unwrap();
    let other = SessionKeys::new(connection(), store, sealer(2), Arc::new(SystemClock));
    assert!(other.exists().await.is_err());
    assert!(other.load().await.is_err());
}

#[tokio::test]
async fn saving_the_device_waits_for_a_store_that_does_not_answer() {
    let store = Arc::new(Memory::default());
    let keys = SessionKeys::new(
        connection(),
        store.clone(),
        sealer(1),
        Arc::new(SystemClock),
    );
    store.failing_writes.store(2, Ordering::Relaxed);
    keys.create().await.unwrap();
    assert!(keys.exists().await.unwrap());
}

#[tokio::test]
async fn a_retired_session_stores_nothing_more() {
    let store = Arc::new(Memory::default());
    let old = keys(&store);
    old.retire();
    assert!(old.put_session("a@lid", b"late").await.is_err());
    assert!(old.create().await.is_err());
    assert!(store.cells.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_used_up_prekey_is_not_brought_back_by_the_mark_of_its_upload() {
    let keys = keys(&Arc::default());
    let record = |byte: u8| Bytes::from(vec![byte; 4]);
    keys.store_prekeys_batch(&[(7, record(7)), (300, record(3))], false)
        .await
        .unwrap();
    keys.remove_prekey(7).await.unwrap();
    keys.mark_prekeys_uploaded(&[7, 300]).await.unwrap();
    assert_eq!(keys.load_prekey(7).await.unwrap(), None);
    assert_eq!(
        keys.load_prekeys_batch(&[7, 300]).await.unwrap(),
        [(300, record(3))]
    );
    assert_eq!(keys.get_max_prekey_id().await.unwrap(), 300);
}

#[tokio::test]
async fn signal_state_is_found_by_user_and_not_by_a_longer_number() {
    let keys = keys(&Arc::default());
    keys.put_session("5511:3@s.whatsapp.net", b"s")
        .await
        .unwrap();
    keys.put_identity("77@lid", [0; 32]).await.unwrap();
    for (user, expected) in [("5511", true), ("77", true), ("551", false), ("7", false)] {
        let found = keys.has_signal_state_for_user(user).await.unwrap();
        assert_eq!(found, expected, "{user}");
    }
}

#[tokio::test]
async fn a_sent_message_is_taken_once_and_expires() {
    let keys = keys(&Arc::default());
    keys.store_sent_message("g", "1", b"one").await.unwrap();
    keys.store_sent_message("g", "2", b"two").await.unwrap();
    let taken = keys.take_sent_message("g", "1").await.unwrap();
    assert_eq!(taken.as_deref(), Some(&b"one"[..]));
    assert_eq!(keys.take_sent_message("g", "1").await.unwrap(), None);
    assert_eq!(keys.delete_expired_sent_messages(1_000).await.unwrap(), 0);
    assert_eq!(keys.delete_expired_sent_messages(1_001).await.unwrap(), 1);
    assert_eq!(keys.take_sent_message("g", "2").await.unwrap(), None);
}

#[tokio::test]
async fn tokens_merge_and_the_newer_wins() {
    let keys = keys(&Arc::default());
    keys.touch_tc_token_sender_timestamp("a", 50).await.unwrap();
    keys.touch_tc_token_sender_timestamp("a", 40).await.unwrap();
    keys.store_received_tc_token("a", b"new", 30).await.unwrap();
    keys.store_received_tc_token("a", b"old", 20).await.unwrap();
    let entry = keys.get_tc_token("a").await.unwrap().unwrap();
    assert_eq!(entry.token, b"new");
    assert_eq!(entry.token_timestamp, 30);
    assert_eq!(entry.sender_timestamp, Some(50));
    assert_eq!(keys.delete_expired_tc_tokens(31, 50).await.unwrap(), 0);
    assert_eq!(keys.delete_expired_tc_tokens(31, 51).await.unwrap(), 1);
}

#[tokio::test]
async fn secrets_merge_to_the_later_expiry() {
    let keys = keys(&Arc::default());
    let entry = |secret, expires_at| MsgSecretEntry {
        chat: "g".into(),
        sender: "a".into(),
        msg_id: "1".into(),
        secret: [secret; 32],
        expires_at,
        message_ts: 5,
    };
    keys.put_msg_secrets(vec![entry(1, 90), entry(2, 80)])
        .await
        .unwrap();
    let found = keys.get_msg_secret_with_ts("g", "a", "1").await.unwrap();
    assert_eq!(found, Some((vec![2; 32], 5)));
    assert_eq!(keys.delete_expired_msg_secrets(89).await.unwrap(), 0);
    assert_eq!(keys.delete_expired_msg_secrets(90).await.unwrap(), 1);
}

#[tokio::test]
async fn sender_key_devices_are_kept_by_group_and_dropped_by_device() {
    let keys = keys(&Arc::default());
    for group in ["g1", "g2"] {
        keys.set_sender_key_status(group, &[("a:1@lid", true), ("b@lid", false)])
            .await
            .unwrap();
    }
    keys.set_sender_key_status("g1", &[("b@lid", true)])
        .await
        .unwrap();
    keys.delete_sender_key_device_rows(&["a:1@lid"])
        .await
        .unwrap();
    let of = async |group| keys.get_sender_key_devices(group).await.unwrap();
    assert_eq!(of("g1").await, [("b@lid".to_owned(), true)]);
    assert_eq!(of("g2").await, [("b@lid".to_owned(), false)]);
    keys.clear_all_sender_key_devices().await.unwrap();
    assert!(of("g1").await.is_empty());
}

#[tokio::test]
async fn a_lid_that_moved_to_another_number_is_no_longer_found_by_the_old_one() {
    let keys = keys(&Arc::default());
    let entry = |phone: &str| LidPnMappingEntry {
        lid: "77".into(),
        phone_number: phone.into(),
        created_at: 1,
        updated_at: 1,
        learning_source: "usync".into(),
    };
    keys.put_lid_mapping(&entry("5511")).await.unwrap();
    keys.put_lid_mapping(&entry("5521")).await.unwrap();
    assert!(keys.get_pn_mapping("5511").await.unwrap().is_none());
    assert_eq!(
        keys.get_pn_mapping("5521").await.unwrap().unwrap().lid,
        "77"
    );
    assert_eq!(keys.get_all_lid_mappings().await.unwrap().len(), 1);
}

#[tokio::test]
async fn clearing_a_collection_leaves_those_with_a_longer_name() {
    use wacore::appstate::processor::AppStateMutationMAC;
    let keys = keys(&Arc::default());
    let mac = AppStateMutationMAC {
        index_mac: vec![9; 32],
        value_mac: vec![1],
    };
    for name in ["regular", "regular_low"] {
        keys.put_mutation_macs(name, 1, std::slice::from_ref(&mac))
            .await
            .unwrap();
    }
    keys.clear_mutation_macs("regular").await.unwrap();
    assert!(
        keys.get_mutation_macs("regular", &[[9; 32]])
            .await
            .unwrap()
            .is_empty()
    );
    let kept = keys
        .get_mutation_macs("regular_low", &[[9; 32]])
        .await
        .unwrap();
    assert_eq!(kept[&[9; 32]], [1]);

    keys.set_sync_key(b"id", AppStateSyncKey::default())
        .await
        .unwrap();
    let latest = keys.get_latest_sync_key_id().await.unwrap();
    assert_eq!(latest.as_deref(), Some(&b"id"[..]));
}
