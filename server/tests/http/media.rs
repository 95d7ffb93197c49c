//! Uploads, downloads and the end of media.

use std::io::Cursor;

use arauto_app::domain::{
    Campaign, CampaignId, CampaignState, MediaId, MediaItem, MessageContent, PastRuns, Timing,
    UserId, WorkspaceId,
};
use bytes::Bytes;
use image::{DynamicImage, ImageFormat};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::browser::{Browser, EMAIL, header, multipart};
use crate::files::{Film, encoded, mp4, pdf, voice, zip};
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

pub async fn delete(browser: &Browser, id: MediaId) -> Response {
    let form = [("id", id.to_string())];
    let request = browser.post("/api/delete-media").form(&form);
    request.send().await.unwrap()
}

pub async fn bytes_of(browser: &Browser, path: &str) -> Bytes {
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
            json!({"too_many_pixels": {"limit": 64_000_000}}),
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
        .upload_form(&[("c.bin", b"text"), ("d.png", &png(22, 22))])
        .await;
    assert_eq!(led, "/midias?erro=unsupported_kind&arquivo=c.bin");
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
    assert!(card["used_by"] == json!(["Oferta de maio"]) && card["sent_by"] == json!([]));
    assert_eq!(delete(&browser, item.id).await.status(), StatusCode::OK);
    assert_eq!(library(&browser).await, Vec::<Value>::new());
}

fn campaign(server: &Server, workspace: WorkspaceId, item: &MediaItem) -> Campaign {
    Campaign {
        id: CampaignId::new(server.now(), [3; 10]),
        workspace,
        name: "Oferta de maio".into(),
        connection: None,
        lost_connection: false,
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
        updated_by: None,
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
