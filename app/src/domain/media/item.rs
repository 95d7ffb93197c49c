//! A file of the library: what is known of it.

use serde::{Deserialize, Serialize};

use super::{ContentHash, MediaKind, Waveform};
use crate::domain::{MediaId, Timestamp, UserId, WorkspaceId};

/// Most characters of a media item's name.
pub const MEDIA_NAME_MAX_CHARS: usize = 200;

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
    /// Digest of its thumbnail, a small JPEG stored beside it; of what has a picture.
    pub thumbnail: Option<ContentHash>,
    /// Width in pixels, as shown, of what has a picture.
    pub width: Option<u32>,
    /// Height in pixels, as shown, of what has a picture.
    pub height: Option<u32>,
    /// How long it plays, in milliseconds, as far as the file tells.
    pub duration_ms: Option<u64>,
    /// How many pages it has, as far as the file tells.
    pub pages: Option<u32>,
    /// Whether it is a video that phones repeat without sound, as they do with what was a GIF.
    pub gif: bool,
    /// How loud it is over its length; of voice notes, where the server could listen to them.
    pub waveform: Option<Waveform>,
    /// Who uploaded it.
    pub uploaded_by: UserId,
    /// When.
    pub uploaded_at: Timestamp,
}

impl MediaItem {
    /// Whether phones show it as spoken into them: WhatsApp takes Opus in Ogg for that and nothing else.
    pub fn is_voice_note(&self) -> bool {
        self.kind == MediaKind::Audio && self.mime.starts_with("audio/ogg")
    }

    /// The name under which a phone saves it: the one that people see, with the extension by which
    /// phones choose a program.
    pub fn file_name(&self) -> String {
        let Some(extension) = extension_of(&self.mime) else {
            return self.name.clone();
        };
        let has_it = self
            .name
            .rsplit_once('.')
            .is_some_and(|(stem, last)| !stem.is_empty() && last.eq_ignore_ascii_case(extension));
        if has_it {
            self.name.clone()
        } else {
            format!("{}.{extension}", self.name)
        }
    }
}

/// The usual extension of a MIME type, without the dot.
pub fn extension_of(mime: &str) -> Option<&'static str> {
    Some(match mime {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/gif" => "gif",
        "video/mp4" => "mp4",
        "audio/mp4" => "m4a",
        "audio/mpeg" => "mp3",
        "audio/ogg; codecs=opus" => "ogg",
        "application/pdf" => "pdf",
        "application/zip" => "zip",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "pptx",
        "text/csv" => "csv",
        "text/plain" => "txt",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str, kind: MediaKind, mime: &str) -> MediaItem {
        let at = Timestamp::default();
        MediaItem {
            id: MediaId::new(at, [1; 10]),
            workspace: WorkspaceId::new(at, [1; 10]),
            name: name.into(),
            kind,
            mime: mime.into(),
            bytes: 1,
            content: ContentHash::from_bytes([1; 32]),
            thumbnail: None,
            width: None,
            height: None,
            duration_ms: None,
            pages: None,
            gif: false,
            waveform: None,
            uploaded_by: UserId::new(at, [1; 10]),
            uploaded_at: at,
        }
    }

    #[test]
    fn a_file_keeps_the_extension_of_its_content_whatever_it_is_called() {
        for (name, file_name) in [
            ("Tabela.pdf", "Tabela.pdf"),
            ("Tabela.PDF", "Tabela.PDF"),
            ("Tabela", "Tabela.pdf"),
            ("Tabela v1.2", "Tabela v1.2.pdf"),
            ("foto.jpg", "foto.jpg.pdf"),
            (".pdf", ".pdf.pdf"),
        ] {
            let item = item(name, MediaKind::Document, "application/pdf");
            assert_eq!(item.file_name(), file_name, "{name}");
        }
    }

    #[test]
    fn only_opus_in_ogg_is_a_voice_note() {
        assert!(item("a", MediaKind::Audio, "audio/ogg; codecs=opus").is_voice_note());
        assert!(!item("a", MediaKind::Audio, "audio/mpeg").is_voice_note());
    }
}
