//! Files on the media hosts.

use arauto_sim::{Addressing, Fault, FaultOrder};
use wa_rs::Jid;
use wa_rs::download::MediaType;
use wa_rs::prelude::{MessageField, SendOptions, wa};
use wa_rs::upload::{UploadOptions, UploadResponse};

use crate::harness::{Engine, network, phone};
use crate::messages::{group, journaled};

fn picture(length: usize) -> Vec<u8> {
    (0..length)
        .map(|n| u8::try_from(n % 251).unwrap())
        .collect()
}

fn image(upload: &UploadResponse, caption: &str) -> wa::Message {
    wa::Message {
        image_message: MessageField::some(wa::message::ImageMessage {
            url: Some(upload.url.clone()),
            direct_path: Some(upload.direct_path.clone()),
            media_key: Some(upload.media_key.to_vec()),
            file_sha256: Some(upload.file_sha256.to_vec()),
            file_enc_sha256: Some(upload.file_enc_sha256.to_vec()),
            file_length: Some(upload.file_length),
            mimetype: Some("image/png".into()),
            caption: Some(caption.into()),
            ..Default::default()
        }),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_arrives_whole_with_its_caption() {
    let simulator = network().await;
    let pn = phone(&simulator).await;
    let engine = Engine::linked(&simulator, &pn).await;
    let group = group(&simulator, &pn, Addressing::Lid, 8, false).await;
    let to: Jid = group.jid.parse().unwrap();
    // The second one is large enough for the engine to ask first how much is there.
    for (id, length) in [("3EB0SMALL", 4000), ("3EB0LARGE", 6 * 1024 * 1024)] {
        let file = picture(length);
        let options = UploadOptions::default();
        let upload = engine
            .client()
            .upload(file.clone(), MediaType::Image, options)
            .await
            .unwrap();
        let options = SendOptions::default().with_message_id(id);
        let message = image(&upload, "promoção");
        engine
            .client()
            .send_message_with_options(to.clone(), message, options)
            .await
            .unwrap();
        assert_eq!(engine.ack_of(id).await, None);

        let message = journaled(&simulator, id).await;
        assert_eq!(message.kind.as_deref(), Some("image"));
        assert_eq!(message.text.as_deref(), Some("promoção"));
        let media = message.media.unwrap();
        assert_eq!(media.error, None);
        let hash = hex::encode(upload.file_sha256);
        assert_eq!(media.sha256, Some(hash));
        let (bytes, mimetype) = simulator.control().media(id, None).await.unwrap();
        assert_eq!(bytes, file);
        assert_eq!(mimetype.as_deref(), Some("image/png"));
    }
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_upload_fails_and_the_next_one_passes() {
    let simulator = network().await;
    let pn = phone(&simulator).await;
    let engine = Engine::linked(&simulator, &pn).await;
    let fault = Fault::RejectUploads {
        status: 413,
        next: Some(1),
    };
    simulator
        .control()
        .inject(FaultOrder { pn: None, fault })
        .await
        .unwrap();
    let upload = || {
        let client = engine.client();
        async move {
            client
                .upload(picture(100), MediaType::Image, UploadOptions::default())
                .await
        }
    };
    assert!(upload().await.is_err());
    assert!(upload().await.is_ok());
    engine.stop().await;
}
