//! The media library's vocabulary and limits.

use serde::{Deserialize, Serialize};

use super::{MediaId, Timestamp, UserId, WorkspaceId};

/// Most characters of a media item's name.
pub const MEDIA_NAME_MAX_CHARS: usize = 200;

/// What a file is to WhatsApp, decided by its content and never by its extension.
///
/// Images are the first kind that Arauto sends; the others join this list with their conversions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// JPEG, PNG or WebP.
    Image,
}

impl MediaKind {
    /// The most bytes that WhatsApp takes of this kind.
    pub const fn max_bytes(self) -> u64 {
        match self {
            Self::Image => 16 * 1024 * 1024,
        }
    }

    /// The largest limit of any kind: an upload beyond it is refused before its end is read.
    pub const fn largest_max_bytes() -> u64 {
        Self::Image.max_bytes()
    }
}

/// SHA-256 of a file's bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// Wraps a computed digest.
    pub const fn from_bytes(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The digest.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Display for ContentHash {
    /// Lower-case hexadecimal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ContentHash({self})")
    }
}

impl From<ContentHash> for String {
    fn from(hash: ContentHash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for ContentHash {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const SHAPE: &str = "a SHA-256 digest is 64 hexadecimal digits";
        if text.len() != 64 || !text.is_ascii() {
            return Err(SHAPE);
        }
        let mut digest = [0; 32];
        for (index, byte) in digest.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).map_err(|_| SHAPE)?;
        }
        Ok(Self(digest))
    }
}

/// A file of the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaItem {
    /// Its identifier.
    pub id: MediaId,
    /// The workspace that owns it.
    pub workspace: WorkspaceId,
    /// The name that people see; at first that of the uploaded file.
    pub name: String,
    /// What it is to WhatsApp.
    pub kind: MediaKind,
    /// Its MIME type, by content.
    pub mime: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Digest of its bytes: the same bytes are stored once per workspace.
    pub content: ContentHash,
    /// Digest of its thumbnail, a small JPEG stored beside it.
    pub thumbnail: ContentHash,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Who uploaded it.
    pub uploaded_by: UserId,
    /// When.
    pub uploaded_at: Timestamp,
}

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
    /// More bytes than its kind may have.
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// It begins like an image but cannot be decoded.
    Broken,
    /// More pixels than anybody sends: decoding it would take the memory of everybody else.
    TooManyPixels,
    /// The upload ended before the file did.
    Interrupted,
}
