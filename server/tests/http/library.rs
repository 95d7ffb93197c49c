//! The library: files of every kind, looking through it, and how much it may hold.

use arauto_app::domain::MediaKind;
use image::ImageFormat;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::browser::{Browser, header};
use crate::files::{Film, encoded, jpeg, jpeg_with, mp3, mp4, pdf, voice, zip};
use crate::media::{bytes_of, delete, png};
use crate::server::Server;

#[tokio::test]
async fn every_kind_is_taken_by_its_content_and_served_as_what_it_is() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    for (name, file, kind, mime, disposition) in [
        (
            "a.bin",
            mp4(Film::H264),
            MediaKind::Video,
            "video/mp4",
            "inline",
        ),
        (
            "a.mp4",
            mp4(Film::SOUND),
            MediaKind::Audio,
            "audio/mp4",
            "inline",
        ),
        (
            "a.jpg",
            voice(900),
            MediaKind::Audio,
            "audio/ogg; codecs=opus",
            "inline",
        ),
        ("a", mp3(9), MediaKind::Audio, "audio/mpeg", "inline"),
        (
            "a.png",
            pdf(2),
            MediaKind::Document,
            "application/pdf",
            "attachment",
        ),
        (
            "a.pdf",
            zip(&["x"]),
            MediaKind::Document,
            "application/zip",
            "attachment",
        ),
        (
            "a.txt",
            b"<svg onload='alert(1)'/>".to_vec(),
            MediaKind::Document,
            "text/plain",
            "attachment",
        ),
        (
            "a.gif",
            encoded(ImageFormat::Gif, 30, 20),
            MediaKind::Document,
            "image/gif",
            "inline",
        ),
    ] {
        let item = browser.upload_item(name, &file).await;
        assert_eq!((item.kind, item.mime.as_str()), (kind, mime), "{name}");
        let path = format!("/midias/{}/arquivo", item.id);
        let answer = browser.get(&path).send().await.unwrap();
        assert_eq!(header(&answer, "content-type"), mime);
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        assert!(
            header(&answer, "content-disposition").starts_with(disposition),
            "{name}"
        );
        let stored = answer.bytes().await.unwrap();
        assert_eq!(stored.len() as u64, item.bytes);
        let small = browser.get(&format!("/midias/{}/miniatura", item.id));
        let expected = if item.thumbnail.is_some() {
            StatusCode::OK
        } else {
            StatusCode::NOT_FOUND
        };
        assert_eq!(small.send().await.unwrap().status(), expected, "{name}");
    }
    // A GIF and a text: what is told of them is of their own kind.
    let found = search(&browser, &[("query[filter]", "audio")]).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn where_a_picture_was_taken_is_not_kept() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let file = jpeg_with(&[
        (0xe1, b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0 GPS -23.5505"),
        (0xfe, b"GPS"),
    ]);
    let item = browser.upload_item("foto.jpg", &file).await;
    let kept = bytes_of(&browser, &format!("/midias/{}/arquivo", item.id)).await;
    assert!(!kept.windows(3).any(|part| part == b"GPS"));
    assert_eq!(kept, jpeg(80, 60));
    assert_eq!(item.bytes, kept.len() as u64);
}

async fn search(browser: &Browser, form: &[(&str, &str)]) -> Value {
    let request = browser.post("/api/search-media").form(form);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn the_library_is_looked_through_page_by_page() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    for number in 0..30 {
        let name = format!("Peça {number:02}.pdf");
        browser.upload_item(&name, &pdf(number + 1)).await;
    }
    browser.upload_item("Capa.png", &png(20, 20)).await;
    let names = |view: &Value| {
        let items = view["items"].as_array().unwrap().iter();
        items
            .map(|card| card["item"]["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let all = search(&browser, &[]).await;
    assert_eq!(
        (all["page"].as_u64(), all["pages"].as_u64()),
        (Some(1), Some(2))
    );
    assert_eq!(names(&all).len(), 24);
    assert_eq!(all["counts"]["document"], 30);
    let by_name = [
        ("query[text]", "peca"),
        ("query[order]", "name"),
        ("page", "99"),
    ];
    let last = search(&browser, &by_name).await;
    assert_eq!(last["page"], 2, "beyond the last is the last");
    assert_eq!(
        names(&last),
        (24..30)
            .map(|n| format!("Peça {n:02}.pdf"))
            .collect::<Vec<_>>()
    );
    // Without WASM the address asks for the same.
    let path = "/midias?busca=capa&ordem=nome&modo=lista";
    let page = browser.get(path).header("accept", "text/html");
    let page = page.send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Capa.png") && !page.contains("Peça 01.pdf"));
    assert!(page.contains("media-list") && page.contains("ordem=nome"));
}

#[tokio::test]
async fn beyond_the_quota_nothing_is_taken_and_what_is_there_counts_once() {
    let quota = 40_000;
    let server = Server::start_with_quota(quota).await;
    let browser = server.administrator().await;
    let table = |fill: &str| fill.repeat(15_000).into_bytes();
    let first = browser.upload_item("a.txt", &table("a")).await;
    browser.upload_item("outro nome.txt", &table("a")).await;
    let refused = |answer: Value| {
        let detail = json!({"quota_reached": {"limit": quota}});
        assert_eq!(answer, json!({"error": "media", "detail": detail}));
    };
    browser.upload_item("b.txt", &table("b")).await;
    let answer = browser.upload("c.txt", &table("c")).await;
    assert_eq!(answer.status(), StatusCode::INSUFFICIENT_STORAGE);
    refused(answer.json().await.unwrap());
    let led = browser.upload_form(&[("c.txt", &table("c"))]).await;
    assert_eq!(led, "/midias?erro=quota_reached&limite=40000&arquivo=c.txt");
    let view = search(&browser, &[]).await;
    assert_eq!(
        (&view["used_bytes"], &view["quota"]),
        (&json!(30_000), &json!(quota))
    );
    assert_eq!(view["items"].as_array().unwrap().len(), 3);

    // Of two that fit each, one does.
    let (small, other) = (vec![b'd'; 9_000], vec![b'e'; 9_000]);
    let (one, two) = tokio::join!(
        browser.upload("d.txt", &small),
        browser.upload("e.txt", &other)
    );
    let taken = [one, two]
        .iter()
        .filter(|one| one.status() == StatusCode::CREATED)
        .count();
    assert_eq!(taken, 1);
    // The same file twice frees nothing until the last of them is deleted.
    assert_eq!(delete(&browser, first.id).await.status(), StatusCode::OK);
    assert_eq!(search(&browser, &[]).await["used_bytes"], 39_000);
}
