//! What a whole file proved to be.

use arauto_app::domain::{MediaKind, Waveform};

/// What is known of a file once all of it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) kind: MediaKind,
    pub(super) mime: &'static str,
    /// Width and height in pixels, as shown.
    pub(super) size: Option<(u32, u32)>,
    pub(super) duration_ms: Option<u64>,
    pub(super) pages: Option<u32>,
    /// A small JPEG.
    pub(super) thumbnail: Option<Vec<u8>>,
    /// Whether it is a video that was a GIF.
    pub(super) gif: bool,
    pub(super) waveform: Option<Waveform>,
    /// Whether it is other than what arrived, so that its name's extension no longer fits.
    pub(super) converted: bool,
}

impl Facts {
    /// Only what it is.
    pub(super) const fn of(kind: MediaKind, mime: &'static str) -> Self {
        Self {
            kind,
            mime,
            size: None,
            duration_ms: None,
            pages: None,
            thumbnail: None,
            gif: false,
            waveform: None,
            converted: false,
        }
    }
}
