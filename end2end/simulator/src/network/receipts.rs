//! Who received and read what.

use serde::{Deserialize, Serialize};

/// What a receipt says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReceiptKind {
    /// It is on the recipient's phone.
    Delivered,
    /// The recipient has seen it.
    Read,
}

/// Whether and when members give receipts by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AutomaticReceipts {
    /// The share of members, 0 to 1, whose phone receives the message.
    pub delivered: f64,
    /// The share of those, 0 to 1, who read it.
    pub read: f64,
    /// The longest delay before a receipt, in milliseconds; each member's is drawn below it, and
    /// reading takes as long again.
    pub delay_ms: u64,
}

/// When a member received and read a message, in milliseconds since the epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReceiptMark {
    pub(crate) delivered_at: Option<u64>,
    pub(crate) read_at: Option<u64>,
}
