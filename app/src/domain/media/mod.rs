//! The media library's vocabulary and limits.

mod content_hash;
mod item;
mod kind;
mod problem;
mod search;
mod transfer;
mod waveform;

pub use content_hash::ContentHash;
pub use item::{MEDIA_NAME_MAX_CHARS, MediaItem, extension_of};
pub use kind::{ForeignFormat, MediaKind};
pub use problem::MediaProblem;
pub use search::{
    InvalidMediaFilter, MEDIA_SHOWN, MediaCounts, MediaFilter, MediaOrder, MediaQuery,
};
pub use transfer::{TRANSFER_KEPT, TRANSFER_PIECE_BYTES, Transfer, TransferStep, TransferView};
pub use waveform::{WAVEFORM_BARS, Waveform};
