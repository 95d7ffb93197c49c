//! What the network accepted, how often, and who could read it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::address::DeviceAddress;
use crate::store::Blob;

/// What identifies a message: two senders may choose the same id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct MessageKey {
    /// The chat's JID: a group, or the recipient as the sender named them.
    pub(crate) chat: String,
    pub(crate) id: String,
    /// The sender's phone number.
    pub(crate) sender: String,
}

/// Everything that is known of one message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MessageRecord {
    /// Counts up over all chats, from 1.
    pub(crate) number: u64,
    pub(crate) chat: String,
    pub(crate) id: String,
    pub(crate) sender: DeviceAddress,
    /// How often it was accepted: more than once when the sender repeated it.
    pub(crate) accepted: u32,
    /// Attempts that were refused.
    pub(crate) refused: Vec<RefusedAttempt>,
    /// Milliseconds since the epoch.
    pub(crate) first_at: u64,
    /// Milliseconds since the epoch.
    pub(crate) last_at: u64,
    /// `text`, `image`…; `None` when nobody decrypted it.
    pub(crate) kind: Option<String>,
    /// The text or the caption.
    pub(crate) text: Option<String>,
    pub(crate) media: Option<Media>,
    /// Who was to receive it, by phone number, the sender's own phone not among them.
    pub(crate) recipients: Vec<String>,
    /// Who decrypted it and so shows it, once, whatever `accepted` says.
    pub(crate) shown: BTreeSet<String>,
    /// Virtual devices that could not.
    pub(crate) failures: Vec<DecryptionFailure>,
}

/// A refused attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RefusedAttempt {
    pub(crate) code: u16,
    /// Milliseconds since the epoch.
    pub(crate) at: u64,
}

/// A device that could not read a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DecryptionFailure {
    pub(crate) device: DeviceAddress,
    pub(crate) error: String,
    /// How often the device asked for the message again; 0 when nothing was meant for it.
    pub(crate) requests: u8,
}

/// A file that a message points to.
#[expect(
    clippy::struct_field_names,
    reason = "`media_key` is the protocol's word"
)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Media {
    #[serde(flatten)]
    pub(crate) summary: MediaSummary,
    /// The SHA-256 of the encrypted file: where the media host keeps it.
    pub(crate) encrypted_sha256: Blob,
    /// What it is encrypted with.
    pub(crate) media_key: Blob,
}

/// A file that a message points to, as its recipients see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaSummary {
    /// `image`, `video`, `audio`, `document` or `sticker`.
    pub kind: String,
    /// As the sender states it.
    pub mimetype: Option<String>,
    /// A document's name.
    pub file_name: Option<String>,
    /// How long it plays, in seconds, as the sender states it.
    #[serde(default)]
    pub seconds: Option<u32>,
    /// A document's pages, as the sender states them.
    #[serde(default)]
    pub pages: Option<u32>,
    /// Whether phones show it as spoken into them.
    #[serde(default)]
    pub voice_note: bool,
    /// What phones draw of it, as the sender states it; empty for none.
    #[serde(default)]
    pub waveform: Vec<u8>,
    /// Whether phones repeat it without sound, as they do with a GIF.
    #[serde(default)]
    pub gif: bool,
    /// Size of the decrypted file in bytes.
    pub bytes: Option<u64>,
    /// SHA-256 of the decrypted file, in hex; absent when it could not be fetched or decrypted.
    pub sha256: Option<String>,
    /// Why it could not.
    pub error: Option<String>,
}

impl MessageRecord {
    pub(crate) fn key(&self) -> MessageKey {
        MessageKey {
            chat: self.chat.clone(),
            id: self.id.clone(),
            sender: self.sender.pn.clone(),
        }
    }

    /// The key of its entry in the store.
    pub(crate) fn store_key(&self) -> String {
        format!("message/{:012}", self.number)
    }
}

/// All messages, in the order in which the network first saw them.
#[derive(Default)]
pub(crate) struct Journal {
    records: BTreeMap<u64, MessageRecord>,
    numbers: HashMap<MessageKey, u64>,
}

impl Journal {
    pub(crate) fn insert(&mut self, record: MessageRecord) {
        self.numbers.insert(record.key(), record.number);
        self.records.insert(record.number, record);
    }

    /// The record of a message, created when the network sees it for the first time.
    pub(crate) fn entry(
        &mut self,
        key: &MessageKey,
        sender: &DeviceAddress,
        now: u64,
    ) -> &mut MessageRecord {
        let next = self
            .records
            .last_key_value()
            .map_or(1, |(number, _)| number + 1);
        let number = *self.numbers.entry(key.clone()).or_insert(next);
        let record = self.records.entry(number).or_insert_with(|| MessageRecord {
            number,
            chat: key.chat.clone(),
            id: key.id.clone(),
            sender: sender.clone(),
            accepted: 0,
            refused: Vec::new(),
            first_at: now,
            last_at: now,
            kind: None,
            text: None,
            media: None,
            recipients: Vec::new(),
            shown: BTreeSet::new(),
            failures: Vec::new(),
        });
        record.last_at = now;
        record
    }

    /// The newest message with this id, whoever sent it.
    pub(crate) fn by_id(&self, id: &str, chat: Option<&str>) -> Option<&MessageRecord> {
        self.records
            .values()
            .rev()
            .find(|record| record.id == id && chat.is_none_or(|chat| record.chat == chat))
    }

    /// Messages with a number above `after`.
    pub(crate) fn after(&self, after: u64) -> impl Iterator<Item = &MessageRecord> {
        self.records
            .range(after.saturating_add(1)..)
            .map(|(_, record)| record)
    }

    /// How many messages each chat has, and when the last one came.
    pub(crate) fn chats(&self) -> BTreeMap<&str, (usize, u64)> {
        let mut chats = BTreeMap::new();
        for record in self.records.values() {
            let (count, last) = chats.entry(record.chat.as_str()).or_insert((0, 0));
            *count += 1;
            *last = record.last_at.max(*last);
        }
        chats
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }
}
