//! Uploads, downloads and the end of media.

use std::io::Cursor;

use arauto_app::domain::{
    Campaign, CampaignId, CampaignState, MediaId, MediaItem, MediaKind, MessageContent, PastRuns,
    Timing, UserId, WorkspaceId,
};
use bytes::Bytes;
use image::{DynamicImage, ImageFormat};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::browser::{Browser, EMAIL, header, multipart};
use crate::files::{Film, encoded, jpeg, jpeg_with, mp3, mp4, pdf, voice, zip};
use crate::server::Server;

const MEBIBYTE: usize = 1024 * 1024;

/// A picture that is different for each size.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(ImageFormat::Png, width, height)
}

/// A file of a few kilobytes, whatever its size in pixels.
fn blank_png(width: u32, height: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let picture = DynamicImage::from(image::GrayImage::new(width, height));
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

async fn library(browser: &Browser) -> Vec<Value> {
    let answer = browser.post("/api/media").send().await.unwrap();
    let mut view: Value = answer.json().await.unwrap();
    serde_json::from_value(view["items"].take()).unwrap()
}

async fn delete(browser: &Browser, id: MediaId) -> Response {
    let form = [("id", id.to_string())];
    let request = browser.post("/api/delete-media").form(&form);
    request.send().await.unwrap()
}

async fn bytes_of(browser: &Browser, path: &str) -> Bytes {
    let answer = browser.get(path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.bytes().await.unwrap()
}

#[tokio::test]
async fn a_picture_comes_back_as_it_was_with_its_name_size_and_thumbnail() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let file = png(640, 480);
    let item = browser.upload_item("Promoção de maio.jpg", &file).await;
    assert_eq!(item.name, "Promoção de maio.jpg");
    assert_eq!(item.mime, "image/png", "by content, not by extension");
    assert_eq!((item.width, item.height), (Some(640), Some(480)));
    assert_eq!(item.bytes, file.len() as u64);

    let path = format!("/midias/{}/arquivo", item.id);
    let answer = browser.get(&path).send().await.unwrap();
    assert_eq!(header(&answer, "content-type"), "image/png");
    assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
    assert_eq!(header(&answer, "etag"), format!("\"{}\"", item.content));
    assert!(header(&answer, "cache-control").contains("private"));
    assert!(header(&answer, "content-disposition").contains("Promo%C3%A7%C3%A3o%20de%20maio.jpg"));
    assert_eq!(answer.bytes().await.unwrap(), file);

    let small = bytes_of(&browser, &format!("/midias/{}/miniatura", item.id)).await;
    let small = image::load_from_memory_with_format(&small, ImageFormat::Jpeg).unwrap();
    assert_eq!((small.width(), small.height()), (320, 240));
}

#[tokio::test]
async fn every_bad_file_is_refused_with_its_reason_and_leaves_nothing() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let cut = |mut file: Vec<u8>| {
        file.truncate(file.len() / 2);
        file
    };
    let jpeg = encoded(ImageFormat::Jpeg, 600, 600);
    let mut large = jpeg.clone();
    large.resize(60 * MEBIBYTE, 0);
    let limit = 16 * MEBIBYTE;
    let table = b"a;b;c\n".repeat(110 * MEBIBYTE / 6);
    let hevc = Film {
        picture: Some(*b"hvc1"),
        ..Film::H264
    };
    for (what, file, status, problem) in [
        ("empty", Vec::new(), 422, json!("empty")),
        (
            "text",
            b"not an image".to_vec(),
            415,
            json!("unsupported_kind"),
        ),
        (
            "svg",
            b"<svg onload='alert(1)'/>".to_vec(),
            415,
            json!("unsupported_kind"),
        ),
        ("cut jpeg", cut(jpeg), 422, json!("broken")),
        ("cut png", cut(png(600, 600)), 422, json!("broken")),
        (
            "cut webp",
            cut(encoded(ImageFormat::WebP, 600, 600)),
            422,
            json!("broken"),
        ),
        ("60 MB", large, 413, json!({"too_large": {"limit": limit}})),
        (
            "110 MB of table",
            table,
            413,
            json!({"too_large": {"limit": 100 * MEBIBYTE}}),
        ),
        ("cut video", cut(mp4(Film::H264)), 422, json!("broken")),
        (
            "H.265",
            mp4(hevc),
            415,
            json!({"unplayable": {"format": "hevc"}}),
        ),
        ("cut voice note", cut(voice(900)), 422, json!("broken")),
        ("cut archive", cut(zip(&["a", "b"])), 422, json!("broken")),
        ("cut PDF", cut(pdf(3)), 422, json!("broken")),
        (
            "a program that is called a table",
            b"\x7fELF\x02\x01\x01".to_vec(),
            415,
            json!("unsupported_kind"),
        ),
        (
            "70 megapixels",
            blank_png(7000, 10_000),
            422,
            json!("too_many_pixels"),
        ),
    ] {
        let name = if what.contains("table") {
            "tabela.csv"
        } else {
            "foto.jpg"
        };
        let answer = browser.upload(name, &file).await;
        assert_eq!(answer.status().as_u16(), status, "{what}");
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(
            answer,
            json!({"error": "media", "detail": problem}),
            "{what}"
        );
    }
    assert_eq!(library(&browser).await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_upload_that_breaks_off_is_told_and_leaves_nothing() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let mut body = multipart(&[("foto.png", &png(300, 300))]);
    body.truncate(body.len() / 2);
    let answer = browser
        .send_files(browser.post("/midias/enviar"), body)
        .await;
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer, json!({"error": "media", "detail": "interrupted"}));

    let nothing = multipart(&[]);
    let answer = browser
        .send_files(browser.post("/midias/enviar"), nothing)
        .await;
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer, json!({"error": "media", "detail": "missing"}));
    assert_eq!(library(&browser).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_form_without_script_is_led_back_with_what_happened() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let (one, other) = (png(20, 20), png(21, 21));
    let mut large = encoded(ImageFormat::Jpeg, 600, 600);
    large.resize(20 * MEBIBYTE, 0);

    let led = browser
        .upload_form(&[("a.png", &one), ("b.png", &other)])
        .await;
    assert_eq!(led, "/midias?enviadas=2");
    let led = browser.upload_form(&[("promoção.jpg", &large)]).await;
    assert_eq!(
        led,
        "/midias?erro=too_large&limite=16777216&arquivo=promo%C3%A7%C3%A3o.jpg"
    );
    let led = browser.upload_form(&[("", b"")]).await;
    assert_eq!(led, "/midias?erro=missing");
    // One refused file does not take the others with it.
    let led = browser
        .upload_form(&[("c.txt", b"text"), ("d.png", &png(22, 22))])
        .await;
    assert_eq!(led, "/midias?erro=unsupported_kind&arquivo=c.txt");
    assert_eq!(library(&browser).await.len(), 3);
}

#[tokio::test]
async fn a_part_of_a_file_is_served_by_itself() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let file = png(400, 300);
    let item = browser.upload_item("foto.png", &file).await;
    let path = format!("/midias/{}/arquivo", item.id);
    let part = async |range: &str| {
        let request = browser.get(&path).header("range", range);
        request.send().await.unwrap()
    };
    let len = file.len();
    let answer = part("bytes=100-199").await;
    assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(
        header(&answer, "content-range"),
        format!("bytes 100-199/{len}")
    );
    assert_eq!(answer.bytes().await.unwrap(), file[100..200]);
    let answer = part("bytes=-10").await;
    assert_eq!(answer.bytes().await.unwrap(), file[len - 10..]);
    let answer = part(&format!("bytes={len}-")).await;
    assert_eq!(answer.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(header(&answer, "content-range"), format!("bytes */{len}"));

    let etag = format!("\"{}\"", item.content);
    let request = browser.get(&path).header("if-none-match", etag);
    assert_eq!(
        request.send().await.unwrap().status(),
        StatusCode::NOT_MODIFIED
    );
}

#[tokio::test]
async fn strangers_and_other_workspaces_get_nothing() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let item = browser.upload_item("foto.png", &png(20, 20)).await;
    let foreign = foreign_item(&server, &item).await;
    for part in ["arquivo", "miniatura"] {
        let path = format!("/midias/{}/{part}", item.id);
        let answer = server.stranger().get(&path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        for id in [foreign.id.to_string(), "nonsense".into()] {
            let answer = browser.get(&format!("/midias/{id}/{part}"));
            let answer = answer.send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{id}");
        }
    }
    let answer: Value = delete(&browser, foreign.id).await.json().await.unwrap();
    assert_eq!(answer, json!({"error": "not_found", "detail": "media"}));
    let stranger = server.stranger();
    let answer = stranger.upload("foto.png", &png(20, 20)).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let kept = server.store.media.get(foreign.workspace, foreign.id).await;
    assert_eq!(kept.unwrap(), Some(foreign));
}

/// The same picture in a workspace of other people.
async fn foreign_item(server: &Server, like: &MediaItem) -> MediaItem {
    let workspace = server.other_workspace();
    let mut writer = server.store.blobs.begin(workspace).await.unwrap();
    writer.write(Bytes::from(png(20, 20))).await.unwrap();
    writer.commit(like.content).await.unwrap();
    let item = MediaItem {
        id: MediaId::new(server.now(), [7; 10]),
        workspace,
        uploaded_by: UserId::new(server.now(), [7; 10]),
        ..like.clone()
    };
    server.store.media.insert(&item).await.unwrap();
    item
}

#[tokio::test]
async fn the_same_bytes_live_until_the_last_item_that_names_them_is_deleted() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let file = png(50, 50);
    let first = browser.upload_item("a.png", &file).await;
    let second = browser.upload_item("b.png", &file).await;
    assert_eq!(first.content, second.content);

    assert_eq!(delete(&browser, first.id).await.status(), StatusCode::OK);
    let path = format!("/midias/{}/arquivo", second.id);
    assert_eq!(bytes_of(&browser, &path).await, file);
    assert_eq!(delete(&browser, second.id).await.status(), StatusCode::OK);
    for content in std::iter::once(second.content).chain(second.thumbnail) {
        let blob = server.store.blobs.open(second.workspace, content, 0).await;
        assert!(blob.unwrap().is_none());
    }
    assert_eq!(library(&browser).await, Vec::<Value>::new());
}

#[tokio::test]
async fn deleting_and_uploading_the_same_picture_at_once_never_loses_its_bytes() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let file = png(60, 60);
    let mut old = browser.upload_item("a.png", &file).await;
    for _ in 0..10 {
        let (deleted, new) = tokio::join!(
            delete(&browser, old.id),
            browser.upload_item("b.png", &file)
        );
        assert_eq!(deleted.status(), StatusCode::OK);
        let path = format!("/midias/{}/arquivo", new.id);
        assert_eq!(bytes_of(&browser, &path).await, file);
        bytes_of(&browser, &format!("/midias/{}/miniatura", new.id)).await;
        old = new;
    }
}

#[tokio::test]
async fn media_that_an_active_campaign_uses_is_kept_and_the_campaign_named() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let item = browser.upload_item("foto.png", &png(20, 20)).await;
    let (user, _) = server
        .store
        .accounts
        .user_by_email(EMAIL)
        .await
        .unwrap()
        .unwrap();
    let mut campaign = campaign(&server, user.workspace, &item);
    campaign.state = CampaignState::Active;
    server.store.campaigns.insert(&campaign).await.unwrap();

    let answer: Value = delete(&browser, item.id).await.json().await.unwrap();
    assert_eq!(
        answer,
        json!({"error": "media_in_use", "detail": ["Oferta de maio"]})
    );
    let card = &library(&browser).await[0];
    assert_eq!(card["used_by"], json!(["Oferta de maio"]));
    assert_eq!(card["sent_by"], json!(["Oferta de maio"]));
    bytes_of(&browser, &format!("/midias/{}/arquivo", item.id)).await;

    // A draft only loses it.
    let mut standing = campaign.standing();
    standing.state = CampaignState::Draft;
    let campaigns = &server.store.campaigns;
    let before = campaign.standing();
    let moved = campaigns.move_on(campaign.workspace, campaign.id, &before, &standing);
    assert!(moved.await.unwrap());
    let card = &library(&browser).await[0];
    assert_eq!(card["used_by"], json!(["Oferta de maio"]));
    assert_eq!(card["sent_by"], json!([]));
    assert_eq!(delete(&browser, item.id).await.status(), StatusCode::OK);
    assert_eq!(library(&browser).await, Vec::<Value>::new());
}

fn campaign(server: &Server, workspace: WorkspaceId, item: &MediaItem) -> Campaign {
    Campaign {
        id: CampaignId::new(server.now(), [3; 10]),
        workspace,
        name: "Oferta de maio".into(),
        connection: None,
        lists: Vec::new(),
        targets: Vec::new(),
        also: Vec::new(),
        pace: None,
        content: MessageContent {
            text: String::new(),
            media: Some(item.id),
        },
        others: Vec::new(),
        timing: Timing::default(),
        state: CampaignState::Draft,
        past: PastRuns::default(),
        next_at: None,
        created_at: server.now(),
        updated_at: server.now(),
    }
}

#[tokio::test]
async fn a_name_can_be_changed_but_not_taken_away() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let item = browser.upload_item("../fotos/a.png", &png(20, 20)).await;
    assert_eq!(item.name, "a.png");
    for (typed, kept) in [("  Oferta\u{7}  ", "Oferta"), (" \u{200b} ", "Oferta")] {
        let form = [("id", item.id.to_string()), ("name", typed.to_owned())];
        let answer = browser.post("/api/rename-media").form(&form).send().await;
        assert_eq!(answer.unwrap().status(), StatusCode::OK);
        assert_eq!(library(&browser).await[0]["item"]["name"], kept);
    }
}

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
