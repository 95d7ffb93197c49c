//! Messages in WhatsApp's form.

use buffa::MessageField;
use wa_rs::upload::UploadResponse;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::{ExtendedTextMessage, ImageMessage};

use crate::whatsapp::OutgoingImage;

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

/// An image message; an empty caption is none.
pub(super) fn image(image: &OutgoingImage, caption: &str, upload: &UploadResponse) -> wa::Message {
    let thumbnail = (!image.thumbnail.is_empty()).then(|| image.thumbnail.to_vec());
    wa::Message {
        image_message: MessageField::some(ImageMessage {
            url: Some(upload.url.clone()),
            direct_path: Some(upload.direct_path.clone()),
            mimetype: Some(image.mime.clone()),
            caption: (!caption.is_empty()).then(|| caption.to_owned()),
            file_sha256: Some(upload.file_sha256.to_vec()),
            file_enc_sha256: Some(upload.file_enc_sha256.to_vec()),
            file_length: Some(upload.file_length),
            media_key: Some(upload.media_key.to_vec()),
            media_key_timestamp: Some(upload.media_key_timestamp),
            width: Some(image.width),
            height: Some(image.height),
            jpeg_thumbnail: thumbnail,
            ..Default::default()
        }),
        ..Default::default()
    }
}
