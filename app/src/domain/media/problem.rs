//! Why a file is not taken into the library.

use serde::{Deserialize, Serialize};

use super::ForeignFormat;

/// Why an uploaded file was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaProblem {
    /// No file came with the form.
    Missing,
    /// The file has no bytes.
    Empty,
    /// Its content is of no kind that Arauto sends.
    UnsupportedKind,
    /// It is in a format that WhatsApp does not play or show.
    Unplayable {
        /// Which one.
        format: ForeignFormat,
    },
    /// More bytes than its kind may have.
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// Its first bytes promise what the rest does not keep.
    Broken,
    /// More pixels than anybody sends: decoding it would take the memory of everybody else.
    TooManyPixels {
        /// The limit of its format, in pixels.
        limit: u64,
    },
    /// Turning it into a format that WhatsApp plays took longer than a server can give it.
    ConversionTooLong,
    /// The upload ended before the file did.
    Interrupted,
    /// The workspace would hold more bytes than it may.
    QuotaReached {
        /// The quota, in bytes.
        limit: u64,
    },
}
