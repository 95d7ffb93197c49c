//! Values that carry a time in front of their bytes.

use wacore::store::error::{Result, StoreError};

/// Bytes with the Unix time in seconds at which they were stored.
pub(super) struct Dated<'a> {
    pub(super) at: i64,
    pub(super) bytes: &'a [u8],
}

impl<'a> Dated<'a> {
    pub(super) fn to_vec(&self) -> Vec<u8> {
        [&self.at.to_be_bytes(), self.bytes].concat()
    }

    pub(super) fn parse(value: &'a [u8]) -> Result<Self> {
        let (at, bytes) = value
            .split_first_chunk()
            .ok_or_else(|| StoreError::Validation("a dated record lacks its date".into()))?;
        Ok(Self {
            at: i64::from_be_bytes(*at),
            bytes,
        })
    }
}

/// A pre-key with the mark that WhatsApp has it.
pub(super) struct PreKey<'a> {
    pub(super) uploaded: bool,
    pub(super) record: &'a [u8],
}

impl<'a> PreKey<'a> {
    pub(super) fn to_vec(&self) -> Vec<u8> {
        [&[u8::from(self.uploaded)], self.record].concat()
    }

    pub(super) fn parse(value: &'a [u8]) -> Result<Self> {
        let (uploaded, record) = value
            .split_first()
            .ok_or_else(|| StoreError::Validation("a pre-key record is empty".into()))?;
        Ok(Self {
            uploaded: *uploaded != 0,
            record,
        })
    }
}
