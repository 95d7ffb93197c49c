//! What groups receive when a file is sent.

use std::sync::Arc;

use arauto::store::{BlobReader, StoreError};
use arauto::whatsapp::{MediaFile, OutgoingMedia, OutgoingMessage};
use arauto_app::domain::{
    ContentHash, MediaId, MediaItem, MediaKind, Timestamp, UserId, Waveform, WorkspaceId,
};
use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, stream};
use sha2::{Digest, Sha256};

use crate::house::{House, addresses, group, network, text};

/// A file in memory.
#[derive(Debug)]
struct Held(Bytes);

#[async_trait]
impl MediaFile for Held {
    async fn open(&self) -> Result<Option<BlobReader>, StoreError> {
        let chunks = stream::iter([Ok(self.0.clone())]).boxed();
        let len = self.0.len() as u64;
        Ok(Some(BlobReader { len, chunks }))
    }
}

fn media(kind: MediaKind, mime: &str, name: &str, bytes: &Bytes) -> OutgoingMedia {
    let at = Timestamp::from_seconds(1_780_000_000);
    OutgoingMedia {
        item: MediaItem {
            id: MediaId::new(at, [1; 10]),
            workspace: WorkspaceId::new(at, [1; 10]),
            name: name.into(),
            kind,
            mime: mime.into(),
            bytes: bytes.len() as u64,
            content: ContentHash::from_bytes(Sha256::digest(bytes).into()),
            thumbnail: None,
            width: None,
            height: None,
            duration_ms: None,
            pages: None,
            gif: false,
            waveform: None,
            uploaded_by: UserId::new(at, [1; 10]),
            uploaded_at: at,
        },
        file: Arc::new(Held(bytes.clone())),
        thumbnail: None,
    }
}

/// An image of these bytes, which nobody decodes on their way.
pub fn image(bytes: &Bytes) -> OutgoingMedia {
    let mut image = media(MediaKind::Image, "image/png", "cartaz.png", bytes);
    (image.item.width, image.item.height) = (Some(640), Some(480));
    image.thumbnail = Some(Bytes::from_static(b"\xff\xd8\xff\xd9"));
    image
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_arrives_as_what_it_is() {
    let simulator = network().await;
    let group = group(&simulator, "Turma", 4).await;
    let house = House::new(addresses(&simulator)).await;
    let mut signals = house.signals();
    let id = house.paired(&simulator).await;
    // The same bytes every time: a kind is part of what a file is encrypted with.
    let bytes: Bytes = (0..9_000_u32).flat_map(u32::to_le_bytes).collect();
    let digest = hex::encode(Sha256::digest(&bytes));

    let of = |kind, mime, name| media(kind, mime, name, &bytes);
    let mut video = of(MediaKind::Video, "video/mp4", "Loja.mp4");
    video.item.duration_ms = Some(7_500);
    let mut voice = of(MediaKind::Audio, "audio/ogg; codecs=opus", "recado.ogg");
    voice.item.duration_ms = Some(3_200);
    let loudness = std::array::from_fn(|bar| u8::try_from(bar).unwrap_or_default());
    voice.item.waveform = Some(Waveform::new(loudness));
    let mut party = of(MediaKind::Video, "video/mp4", "festa.mp4");
    (party.item.gif, party.item.duration_ms) = (true, Some(900));
    let song = of(MediaKind::Audio, "audio/mpeg", "vinheta.mp3");
    let mut prices = of(MediaKind::Document, "application/pdf", "Preços");
    prices.item.pages = Some(12);
    let gif = of(MediaKind::Document, "image/gif", "festa.gif");
    for (media, caption) in [
        (image(&bytes), Some("Cartaz")),
        (video, Some("Conheça")),
        (party, Some("Festa")),
        (voice, None),
        (song, None),
        (prices, Some("Tabela de *maio*")),
        (gif, None),
    ] {
        let item = media.item.clone();
        let message = OutgoingMessage {
            media: Some(media),
            ..text(&group, caption.unwrap_or_default())
        };
        house.send(id, message.clone()).await;
        signals.of(&message.id).await;
        let control = simulator.control();
        let seen = control.message(message.id.as_str(), None).await.unwrap();
        assert!(seen.failures.is_empty(), "{:?}", seen.failures);
        assert_eq!(seen.shown_by.len(), 3);
        assert_eq!(seen.text.as_deref(), caption, "{}", item.name);
        let file = seen.media.unwrap();
        assert_eq!(file.error, None, "{}", item.name);
        let kind = serde_json::to_value(item.kind).unwrap();
        assert_eq!(kind, file.kind.as_str());
        assert_eq!(file.sha256.as_ref(), Some(&digest));
        assert_eq!(file.mimetype, Some(item.mime.clone()));
        assert_eq!(file.voice_note, item.is_voice_note());
        assert_eq!(file.gif, item.gif);
        let waveform = item.waveform.map(|waveform| waveform.bars().to_vec());
        assert_eq!(file.waveform, waveform.unwrap_or_default());
        let seconds = item.duration_ms.map(|millis| millis.div_ceil(1000));
        assert_eq!(file.seconds.map(u64::from), seconds);
        assert_eq!(file.pages, item.pages);
        let is_document = item.kind == MediaKind::Document;
        assert_eq!(file.file_name, is_document.then(|| item.file_name()));
    }
    house.hub.shutdown().await;
}
