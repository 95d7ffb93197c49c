//! How many members of a group a message reached.

use serde::{Deserialize, Serialize};

/// One member of a group, as far as one message goes: a number that is made of both, so that members
/// are told apart without keeping who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberMark(i64);

impl MemberMark {
    /// Takes the first bytes of a digest.
    pub const fn from_bytes(digest: [u8; 8]) -> Self {
        Self(i64::from_be_bytes(digest))
    }

    /// The number, as stores keep it.
    pub const fn as_i64(self) -> i64 {
        self.0
    }
}

/// How many members a message reached. People count, not their devices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// How many received it, those who read it included.
    pub delivered: u32,
    /// How many read it.
    pub read: u32,
}
