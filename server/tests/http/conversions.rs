//! What WhatsApp does not play becomes what it plays, by a real ffmpeg.

use std::time::Duration;

use arauto_app::domain::{MediaItem, MediaKind, TransferStep};
use image::ImageFormat;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::browser::{Browser, header};
use crate::films;
use crate::media::bytes_of;
use crate::server::Server;
use crate::transfers::{append, begin, finish, until_step};

async fn library(browser: &Browser) -> Vec<MediaItem> {
    let answer = browser.post("/api/search-media").send().await.unwrap();
    let view: Value = answer.json().await.unwrap();
    assert_eq!(view["converts"], true);
    let cards = view["items"].as_array().unwrap().iter();
    cards
        .map(|card| serde_json::from_value(card["item"].clone()).unwrap())
        .collect()
}

fn is_empty(server: &Server) -> bool {
    std::fs::read_dir(&server.workshop)
        .unwrap()
        .next()
        .is_none()
}

#[tokio::test(flavor = "multi_thread")]
async fn videos_and_sounds_become_what_whatsapp_plays() {
    let server = Server::start_converting().await;
    let browser = server.administrator().await;
    for (name, file, kept, kind) in [
        ("a.webm", films::webm(1), "a.mp4", MediaKind::Video),
        ("b.mov", films::mov(1), "b.mp4", MediaKind::Video),
        ("c.mp4", films::mpeg4(1), "c.mp4", MediaKind::Video),
        ("d.avi", films::avi(1), "d.mp4", MediaKind::Video),
        ("e.wav", films::tone(1, "wav"), "e.m4a", MediaKind::Audio),
        ("f.flac", films::tone(1, "flac"), "f.m4a", MediaKind::Audio),
        ("g.aac", films::tone(1, "adts"), "g.m4a", MediaKind::Audio),
        (
            "h.mka",
            films::tone(1, "matroska"),
            "h.m4a",
            MediaKind::Audio,
        ),
    ] {
        let item = browser.upload_item(name, &file).await;
        assert_eq!((item.name.as_str(), item.kind), (kept, kind));
        let millis = item.duration_ms.unwrap();
        assert!((900..1_200).contains(&millis), "{name}: {millis} ms");
        let bytes = bytes_of(&browser, &format!("/midias/{}/arquivo", item.id)).await;
        assert_eq!(bytes.len() as u64, item.bytes);
        let place = bytes.windows(8).any(|part| part == b"-23.5505");
        assert!(!place, "{name}");
        assert_eq!(item.thumbnail.is_some(), kind == MediaKind::Video, "{name}");
        if kind == MediaKind::Video {
            let small = bytes_of(&browser, &format!("/midias/{}/miniatura", item.id)).await;
            let small = image::load_from_memory_with_format(&small, ImageFormat::Jpeg).unwrap();
            assert!(small.width().max(small.height()) == 320, "{name}");
        }
    }
    assert_eq!(library(&browser).await.len(), 8);
    assert!(is_empty(&server));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_played_already_only_gets_a_face() {
    let server = Server::start_converting().await;
    let browser = server.administrator().await;
    let file = films::h264(1);
    let item = browser.upload_item("loja.mp4", &file).await;
    assert_eq!(item.bytes, file.len() as u64, "it is not encoded anew");
    assert!(item.thumbnail.is_some() && !item.gif);
    assert_eq!((item.width, item.height), (Some(320), Some(240)));

    let voice = browser.upload_item("recado.ogg", &films::beeps(4)).await;
    assert!(voice.is_voice_note());
    let waveform = voice.waveform.expect("it was listened to");
    // Silence and tone by turns, half a second each: eight parts of a sixty-fourth.
    let bars = waveform.bars();
    let (silent, loud) = (&bars[1..7], &bars[9..15]);
    assert!(silent.iter().all(|bar| *bar < 5), "{bars:?}");
    assert!(loud.iter().all(|bar| *bar > 80), "{bars:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gif_that_moves_becomes_a_video_that_repeats() {
    let server = Server::start_converting().await;
    let browser = server.administrator().await;
    let item = browser.upload_item("festa.gif", &films::gif(10)).await;
    assert_eq!((item.kind, item.gif), (MediaKind::Video, true));
    assert_eq!(
        (item.name.as_str(), item.mime.as_str()),
        ("festa.mp4", "video/mp4")
    );
    assert!(item.thumbnail.is_some());
    let still = browser.upload_item("parado.gif", &films::gif(1)).await;
    assert_eq!((still.kind, still.gif), (MediaKind::Document, false));
    assert_eq!(still.mime, "image/gif");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_becomes_a_voice_note_when_a_person_asks_for_it() {
    let server = Server::start_converting().await;
    let browser = server.administrator().await;
    let song = browser
        .upload_item("Vinheta.mp3", &films::tone(2, "mp3"))
        .await;
    assert!(!song.is_voice_note() && song.waveform.is_none());
    let ask = |id: String| browser.post("/api/make-voice-note").form(&[("id", id)]);
    let answer = ask(song.id.to_string()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let items = library(&browser).await;
    assert_eq!(items.len(), 2, "the sound stays");
    let voice = items.iter().find(|item| item.is_voice_note()).unwrap();
    assert_eq!(voice.name, "Vinheta.ogg");
    assert!(voice.waveform.is_some());
    let millis = voice.duration_ms.unwrap();
    assert!((1_900..2_200).contains(&millis), "{millis}");
    let answer = browser.get(&format!("/midias/{}/arquivo", voice.id));
    let answer = answer.send().await.unwrap();
    assert_eq!(header(&answer, "content-type"), "audio/ogg; codecs=opus");
    // Of what is one already, or is no sound, none is made.
    let answer = ask(voice.id.to_string()).send().await.unwrap();
    assert_ne!(answer.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_looks_like_a_video_is_broken_and_opens_no_other_file() {
    let server = Server::start_converting().await;
    let browser = server.administrator().await;
    let mut matroska = vec![0x1a, 0x45, 0xdf, 0xa3];
    matroska.extend_from_slice(&[0xff; 5_000]);
    let mut riff = b"RIFF\xff\xff\xff\xffAVI LIST".to_vec();
    riff.extend_from_slice(&[0x55; 5_000]);
    for (name, file) in [("a.webm", matroska), ("b.avi", riff)] {
        let answer = browser.upload(name, &file).await;
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(
            answer,
            json!({"error": "media", "detail": "broken"}),
            "{name}"
        );
    }
    // Lists of other files are a format that is not read at all.
    for list in [
        &b"ffconcat version 1.0\nfile /etc/passwd\n"[..],
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    ] {
        let answer = browser.upload("lista.mp4", list).await;
        assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    assert_eq!(library(&browser).await, []);
    assert!(is_empty(&server));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversion_is_told_and_ends_when_its_person_stops_it() {
    let server = Server::start_converting().await;
    let browser = server.administrator().await;
    // Long enough to be seen, and to be stopped before it is over.
    let file = films::long_webm();
    let id = begin(&browser, "aula.webm", file.len()).await;
    append(&browser, &id, 0, file).await;
    let ending = finish(&browser, &id);
    let stopping = async {
        let is_converting = |step| matches!(step, TransferStep::Converting { .. });
        until_step(&browser, &id, is_converting).await;
        let path = format!("/midias/envios/{id}");
        browser.delete(&path).send().await.unwrap()
    };
    let within = Duration::from_secs(30);
    let both = tokio::time::timeout(within, async { tokio::join!(ending, stopping) });
    let (ended, stopped) = both.await.expect("it is broken off at once");
    assert_eq!(stopped.status(), StatusCode::NO_CONTENT);
    let ended: Value = ended.json().await.unwrap();
    assert_eq!(ended, json!({"error": "media", "detail": "interrupted"}));
    assert_eq!(library(&browser).await, []);
    assert!(is_empty(&server));
}
