//! Messages in WhatsApp's form.

use arauto_app::domain::{MediaItem, MediaKind};
use buffa::MessageField;
use wa_rs::upload::UploadResponse;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::{
    AudioMessage, DocumentMessage, ExtendedTextMessage, FutureProofMessage, ImageMessage,
    VideoMessage,
};

use crate::whatsapp::OutgoingMedia;

/// A text message.
pub(super) fn text(text: &str) -> wa::Message {
    wa::Message {
        extended_text_message: MessageField::some(ExtendedTextMessage {
            text: Some(text.to_owned()),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// A file's message; an empty caption is none, and audio shows none.
pub(super) fn media(media: &OutgoingMedia, caption: &str, upload: &UploadResponse) -> wa::Message {
    let caption = (!caption.is_empty()).then(|| caption.to_owned());
    match media.item.kind {
        MediaKind::Image => image(media, caption, upload),
        MediaKind::Video => video(media, caption, upload),
        MediaKind::Audio => audio(media, upload),
        MediaKind::Document => document(media, caption, upload),
    }
}

fn image(media: &OutgoingMedia, caption: Option<String>, upload: &UploadResponse) -> wa::Message {
    wa::Message {
        image_message: MessageField::some(ImageMessage {
            url: Some(upload.url.clone()),
            direct_path: Some(upload.direct_path.clone()),
            mimetype: Some(media.item.mime.clone()),
            caption,
            file_sha256: Some(upload.file_sha256.to_vec()),
            file_enc_sha256: Some(upload.file_enc_sha256.to_vec()),
            file_length: Some(upload.file_length),
            media_key: Some(upload.media_key.to_vec()),
            media_key_timestamp: Some(upload.media_key_timestamp),
            width: media.item.width,
            height: media.item.height,
            jpeg_thumbnail: thumbnail(media),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn video(media: &OutgoingMedia, caption: Option<String>, upload: &UploadResponse) -> wa::Message {
    wa::Message {
        video_message: MessageField::some(VideoMessage {
            url: Some(upload.url.clone()),
            direct_path: Some(upload.direct_path.clone()),
            mimetype: Some(media.item.mime.clone()),
            caption,
            file_sha256: Some(upload.file_sha256.to_vec()),
            file_enc_sha256: Some(upload.file_enc_sha256.to_vec()),
            file_length: Some(upload.file_length),
            media_key: Some(upload.media_key.to_vec()),
            media_key_timestamp: Some(upload.media_key_timestamp),
            seconds: seconds(&media.item),
            gif_playback: media.item.gif.then_some(true),
            width: media.item.width,
            height: media.item.height,
            jpeg_thumbnail: thumbnail(media),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn audio(media: &OutgoingMedia, upload: &UploadResponse) -> wa::Message {
    wa::Message {
        audio_message: MessageField::some(AudioMessage {
            url: Some(upload.url.clone()),
            direct_path: Some(upload.direct_path.clone()),
            mimetype: Some(media.item.mime.clone()),
            file_sha256: Some(upload.file_sha256.to_vec()),
            file_enc_sha256: Some(upload.file_enc_sha256.to_vec()),
            file_length: Some(upload.file_length),
            media_key: Some(upload.media_key.to_vec()),
            media_key_timestamp: Some(upload.media_key_timestamp),
            seconds: seconds(&media.item),
            ptt: Some(media.item.is_voice_note()),
            waveform: media.item.waveform.map(|waveform| waveform.bars().to_vec()),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// A document with a caption travels in a wrapping of its own: clients that do not know captions of
/// documents would drop them.
fn document(
    media: &OutgoingMedia,
    caption: Option<String>,
    upload: &UploadResponse,
) -> wa::Message {
    let has_caption = caption.is_some();
    let document = wa::Message {
        document_message: MessageField::some(DocumentMessage {
            url: Some(upload.url.clone()),
            direct_path: Some(upload.direct_path.clone()),
            mimetype: Some(media.item.mime.clone()),
            title: Some(media.item.name.clone()),
            file_name: Some(media.item.file_name()),
            caption,
            file_sha256: Some(upload.file_sha256.to_vec()),
            file_enc_sha256: Some(upload.file_enc_sha256.to_vec()),
            file_length: Some(upload.file_length),
            media_key: Some(upload.media_key.to_vec()),
            media_key_timestamp: Some(upload.media_key_timestamp),
            page_count: media.item.pages,
            jpeg_thumbnail: thumbnail(media),
            ..Default::default()
        }),
        ..Default::default()
    };
    if !has_caption {
        return document;
    }
    wa::Message {
        document_with_caption_message: MessageField::some(FutureProofMessage {
            message: MessageField::some(document),
        }),
        ..Default::default()
    }
}

fn thumbnail(media: &OutgoingMedia) -> Option<Vec<u8>> {
    media.thumbnail.as_ref().map(|bytes| bytes.to_vec())
}

/// How long it plays, rounded up: what plays at all plays for a second.
fn seconds(item: &MediaItem) -> Option<u32> {
    let seconds = item.duration_ms?.div_ceil(1000);
    Some(u32::try_from(seconds).unwrap_or(u32::MAX))
}
