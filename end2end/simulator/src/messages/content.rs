//! What a decrypted message says, and the file that it points to.

use bytes::Bytes;
use waproto::whatsapp as wa;

use crate::media::{MediaFailure, MediaKind, decrypt, vault_name};
use crate::network::{Media, MediaSummary, Network};
use crate::store::Blob;

/// The parts of a message that the journal keeps.
pub(super) struct Content {
    pub(super) kind: String,
    pub(super) text: Option<String>,
    pub(super) media: Option<Media>,
}

/// Takes a message apart; fetches, decrypts and hashes its file.
pub(super) fn describe(network: &Network, message: wa::Message) -> Content {
    let message = unwrap(message);
    if let Some((caption, file)) = file(&message) {
        let kind = file.summary.kind.clone();
        return Content {
            kind,
            text: caption,
            media: Some(examine(network, file)),
        };
    }
    let (kind, text) = words(&message);
    Content {
        kind: kind.to_owned(),
        text,
        media: None,
    }
}

/// The decrypted file of a message.
pub(crate) fn open_media(network: &Network, media: &Media) -> Result<Bytes, MediaFailure> {
    let kind = MediaKind::of_message(&media.summary.kind).ok_or(MediaFailure::Kind)?;
    let name = vault_name(&media.encrypted_sha256.0);
    let sealed = network.media.get(&name)?.ok_or(MediaFailure::NotUploaded)?;
    decrypt(kind, &media.media_key.0, &sealed).map(Bytes::from)
}

/// Checks the file against the hash that the message states.
fn examine(network: &Network, mut media: Media) -> Media {
    let stated = media.summary.sha256.take();
    match open_media(network, &media) {
        Ok(bytes) => {
            let hash = crate::media::sha256_hex(&bytes);
            media.summary.bytes = Some(bytes.len() as u64);
            if stated.as_ref().is_some_and(|stated| *stated != hash) {
                media.summary.error =
                    Some("the file is not the one that the message states".into());
            } else {
                media.summary.sha256 = Some(hash);
            }
        }
        Err(error) => media.summary.error = Some(error.to_string()),
    }
    media
}

/// Removes the wrappings that mean nothing to a reader.
fn unwrap(mut message: wa::Message) -> wa::Message {
    loop {
        let inner = [
            &mut message.ephemeral_message,
            &mut message.view_once_message,
            &mut message.document_with_caption_message,
        ]
        .into_iter()
        .find_map(|wrapper| {
            wrapper
                .take()
                .and_then(|wrapped| wrapped.message.into_option())
        });
        let sent = message
            .device_sent_message
            .take()
            .and_then(|sent| sent.message.into_option());
        match inner.or(sent) {
            Some(inner) => message = inner,
            None => return message,
        }
    }
}

fn words(message: &wa::Message) -> (&'static str, Option<String>) {
    if let Some(text) = &message.conversation {
        return ("text", Some(text.clone()));
    }
    if let Some(extended) = message.extended_text_message.as_option() {
        return ("text", extended.text.clone());
    }
    if let Some(reaction) = message.reaction_message.as_option() {
        return ("reaction", reaction.text.clone());
    }
    if message.protocol_message.is_set() {
        return ("protocol", None);
    }
    ("other", None)
}

/// The caption and the file of a media message.
fn file(message: &wa::Message) -> Option<(Option<String>, Media)> {
    macro_rules! media {
        ($kind:literal, $part:expr, $file_name:expr) => {
            media(
                $kind,
                $part.mimetype.clone(),
                $file_name,
                $part.file_sha256.as_deref(),
                $part.file_enc_sha256.as_deref(),
                $part.media_key.as_deref(),
            )
        };
    }
    if let Some(image) = message.image_message.as_option() {
        return Some((image.caption.clone(), media!("image", image, None)));
    }
    if let Some(video) = message.video_message.as_option() {
        let mut file = media!("video", video, None);
        file.summary.seconds = video.seconds;
        file.summary.gif = video.gif_playback.unwrap_or_default();
        return Some((video.caption.clone(), file));
    }
    if let Some(audio) = message.audio_message.as_option() {
        let mut file = media!("audio", audio, None);
        file.summary.seconds = audio.seconds;
        file.summary.voice_note = audio.ptt.unwrap_or_default();
        file.summary.waveform = audio.waveform.clone().unwrap_or_default();
        return Some((None, file));
    }
    if let Some(document) = message.document_message.as_option() {
        let file_name = document.file_name.clone();
        let mut file = media!("document", document, file_name);
        file.summary.pages = document.page_count;
        return Some((document.caption.clone(), file));
    }
    let sticker = message.sticker_message.as_option()?;
    Some((None, media!("sticker", sticker, None)))
}

fn media(
    kind: &str,
    mimetype: Option<String>,
    file_name: Option<String>,
    sha256: Option<&[u8]>,
    encrypted_sha256: Option<&[u8]>,
    media_key: Option<&[u8]>,
) -> Media {
    let blob = |bytes: Option<&[u8]>| Blob::from(bytes.unwrap_or_default());
    let summary = MediaSummary {
        kind: kind.to_owned(),
        mimetype,
        file_name,
        seconds: None,
        pages: None,
        voice_note: false,
        waveform: Vec::new(),
        gif: false,
        bytes: None,
        sha256: sha256.map(hex::encode),
        error: None,
    };
    Media {
        summary,
        encrypted_sha256: blob(encrypted_sha256),
        media_key: blob(media_key),
    }
}
