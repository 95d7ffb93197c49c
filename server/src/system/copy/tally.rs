//! What was copied, summed up so that two stores can be compared without holding either.

use std::io::{self, Write};

use arauto_app::domain::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::store::{Kind, Record};

/// A part of a store, in which a copy is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The records of a kind.
    Records(Kind),
    /// Files on their way, with what arrived of them.
    Transfers,
    /// The bytes of media.
    Blobs,
}

impl Part {
    /// All of them, in the order of a copy.
    pub fn all() -> impl Iterator<Item = Self> {
        let records = Kind::ALL.into_iter().map(Self::Records);
        records.chain([Self::Transfers, Self::Blobs])
    }
}

/// What a part comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many things there are.
    pub count: u64,
    /// How many bytes of files belong to them.
    pub bytes: u64,
    /// SHA-256 of all that was compared, in order.
    pub digest: [u8; 32],
}

/// A sum that is being made.
#[derive(Default)]
pub(super) struct Tally {
    count: u64,
    bytes: u64,
    digest: Sha256,
}

impl Tally {
    /// Takes something into account.
    pub(super) fn add(&mut self, thing: &impl Serialize) {
        self.count += 1;
        // What is stored always has a JSON form, and a digest takes everything.
        let written = serde_json::to_writer(Hashed(&mut self.digest), thing);
        debug_assert!(written.is_ok(), "{written:?}");
    }

    /// Takes the bytes of something into account: how many, and what they hash to.
    pub(super) fn add_bytes(&mut self, len: u64, digest: [u8; 32]) {
        self.bytes += len;
        self.digest.update(digest);
    }

    pub(super) fn sum(self) -> Sum {
        Sum {
            count: self.count,
            bytes: self.bytes,
            digest: self.digest.finalize().into(),
        }
    }
}

/// Whether a record is still there when the copy is read back: MongoDB removes sessions by itself once they
/// end, so those that end before the horizon are copied and not compared.
pub(super) fn outlives(record: &Record, horizon: Timestamp) -> bool {
    match record {
        Record::BrowserSession(session) => session.expires_at > horizon,
        _ => true,
    }
}

struct Hashed<'a>(&'a mut Sha256);

impl Write for Hashed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
