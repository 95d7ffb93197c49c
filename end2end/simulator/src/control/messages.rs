//! What was sent, and receipts.

use bytes::Bytes;
use serde::Deserialize;

use super::views::{self, MessageView};
use super::{Control, ControlError};
use crate::messages::{give_receipts, open_media};
use crate::network::{AutomaticReceipts, NetworkEvent, ReceiptKind};

/// Receipts to be given.
#[derive(Clone, Debug, Deserialize)]
pub struct ReceiptOrder {
    /// The message's id.
    pub id: String,
    /// The chat's JID; absent: the newest message with this id.
    #[serde(default)]
    pub chat: Option<String>,
    /// What the members say.
    #[serde(rename = "type")]
    pub kind: ReceiptKind,
    /// Which members; absent: all.
    #[serde(default)]
    pub members: ReceiptTargets,
}

/// Which members give a receipt, of those that have not given it yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "serde_json::Value")]
pub enum ReceiptTargets {
    /// All of them: `"all"`.
    #[default]
    All,
    /// The first so many: a number.
    First(usize),
}

impl TryFrom<serde_json::Value> for ReceiptTargets {
    type Error = String;

    fn try_from(value: serde_json::Value) -> Result<Self, Self::Error> {
        match (value.as_str(), value.as_u64()) {
            (Some("all"), _) => Ok(Self::All),
            (_, Some(count)) => Ok(Self::First(usize::try_from(count).unwrap_or(usize::MAX))),
            _ => Err("neither a number nor \"all\"".to_owned()),
        }
    }
}

impl Control {
    /// The journal: messages to one chat or to all, those with a number above `after`.
    pub async fn messages(&self, chat: Option<&str>, after: u64) -> Vec<MessageView> {
        let world = self.network.world();
        let records = world.journal.after(after);
        records
            .filter(|record| chat.is_none_or(|chat| record.chat == chat))
            .map(|record| views::message(&world, record))
            .collect()
    }

    /// The newest message with this id, in one chat or in any.
    pub async fn message(&self, id: &str, chat: Option<&str>) -> Option<MessageView> {
        let world = self.network.world();
        world
            .journal
            .by_id(id, chat)
            .map(|record| views::message(&world, record))
    }

    /// The decrypted file of a message, and its MIME type as the sender stated it.
    pub async fn media(
        &self,
        id: &str,
        chat: Option<&str>,
    ) -> Result<(Bytes, Option<String>), ControlError> {
        let media = {
            let world = self.network.world();
            let record = world.journal.by_id(id, chat);
            let record =
                record.ok_or_else(|| ControlError::NotFound(format!("no message {id}")))?;
            record
                .media
                .clone()
                .ok_or_else(|| ControlError::NotFound(format!("the message {id} holds no file")))?
        };
        let bytes = open_media(&self.network, &media)
            .map_err(|error| ControlError::NotFound(error.to_string()))?;
        Ok((bytes, media.summary.mimetype))
    }

    /// Lets members give receipts; returns how many did.
    pub async fn give_receipts(&self, order: ReceiptOrder) -> Result<usize, ControlError> {
        let count = match order.members {
            ReceiptTargets::All => None,
            ReceiptTargets::First(count) => Some(count),
        };
        Ok(give_receipts(
            &self.network,
            &order.id,
            order.chat.as_deref(),
            order.kind,
            count,
        )?)
    }

    /// Whether members give receipts by themselves, for messages that come from now on.
    pub async fn set_automatic_receipts(
        &self,
        policy: AutomaticReceipts,
    ) -> Result<(), ControlError> {
        if !(0.0..=1.0).contains(&policy.delivered) || !(0.0..=1.0).contains(&policy.read) {
            return Err(ControlError::Invalid(
                "shares of members are between 0 and 1".into(),
            ));
        }
        self.network.world().automatic_receipts = policy;
        self.network
            .commit(|batch| batch.put("automatic-receipts", &policy))?;
        self.network.announce(NetworkEvent::Phones { pn: None });
        Ok(())
    }
}
