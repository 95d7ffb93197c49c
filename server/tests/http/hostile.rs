//! Files that somebody made to do harm: each is refused, or becomes something that does nothing.

use std::io::Cursor;

use arauto_app::domain::MediaItem;
use image::{DynamicImage, GrayImage, ImageFormat};
use reqwest::Response;
use serde_json::{Value, json};

use crate::browser::{Browser, header};
use crate::files::{Film, crc32, encoded, jpeg, jpeg_with, mp4, pdf, progressive, voice, zip};
use crate::media::bytes_of;
use crate::server::Server;
use crate::transfers::{append, ask_to_append, begin, finish};

/// What would run if anything did.
const SCRIPT: &[u8] = b"<script>alert(1)</script>";
const SVG: &[u8] =
    b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";

/// What becomes of a file.
enum Fate {
    /// It is refused, for this reason.
    Refused(Value),
    /// It is kept as this and nothing else, whole or without what does not belong to it.
    Kept(&'static str),
}

fn refused(problem: &str) -> Fate {
    Fate::Refused(json!(problem))
}

fn too_many_pixels(limit: u64) -> Fate {
    Fate::Refused(json!({ "too_many_pixels": { "limit": limit } }))
}

fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// Files that are two things at once, or not what they are called.
fn disguised() -> Vec<(&'static str, Vec<u8>, Fate)> {
    let gif = encoded(ImageFormat::Gif, 20, 20);
    let webp = encoded(ImageFormat::WebP, 20, 20);
    let pdf = String::from_utf8(pdf(1)).unwrap();
    let page = pdf.replacen('\n', "\n<html><script>alert(1)</script>\n", 1);
    vec![
        ("foto.svg", SVG.to_vec(), refused("unsupported_kind")),
        ("foto.png", SVG.to_vec(), refused("unsupported_kind")),
        ("foto.jpg", SCRIPT.to_vec(), refused("unsupported_kind")),
        ("oferta.pdf", SCRIPT.to_vec(), refused("unsupported_kind")),
        (
            "foto.svgz",
            b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec(),
            refused("unsupported_kind"),
        ),
        (
            "foto.jpg",
            b"MZ\x90\0\x03\0\0\0%PDF-1.4".to_vec(),
            refused("unsupported_kind"),
        ),
        (
            "nota.txt",
            b"\x7fELF\x02\x01\x01\0".to_vec(),
            refused("unsupported_kind"),
        ),
        ("nota.txt", SCRIPT.to_vec(), Fate::Kept("text/plain")),
        ("nota.csv", SVG.to_vec(), Fate::Kept("text/csv")),
        (
            "foto.html",
            joined(&[&jpeg(9, 9), SCRIPT]),
            Fate::Kept("image/jpeg"),
        ),
        (
            "foto.html",
            jpeg_with(&[(0xfe, SCRIPT)]),
            Fate::Kept("image/jpeg"),
        ),
        (
            "foto.zip",
            joined(&[&jpeg(9, 9), &zip(&["a.exe"])]),
            Fate::Kept("image/jpeg"),
        ),
        (
            "foto.html",
            joined(&[&with_chunk(*b"tEXt", SCRIPT), SCRIPT]),
            Fate::Kept("image/png"),
        ),
        (
            "foto.html",
            joined(&[&webp, SCRIPT]),
            Fate::Kept("image/webp"),
        ),
        (
            "foto.js",
            joined(&[&gif, b"=1;alert(1);"]),
            Fate::Kept("image/gif"),
        ),
        ("foto.js", joined(&[&gif, SCRIPT]), refused("broken")),
        (
            "oferta.html",
            page.into_bytes(),
            Fate::Kept("application/pdf"),
        ),
        (
            "nota.docx",
            joined(&[&zip(&["a"]), SCRIPT]),
            refused("broken"),
        ),
        (
            "nota.docx",
            zip(&["../../etc/passwd"]),
            Fate::Kept("application/zip"),
        ),
    ]
}

/// A PNG with one more chunk before its picture.
fn with_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    const HEADER: usize = 8 + 25;
    let png = encoded(ImageFormat::Png, 12, 12);
    let mut chunk = u32::try_from(data.len()).unwrap().to_be_bytes().to_vec();
    chunk.extend_from_slice(&kind);
    chunk.extend_from_slice(data);
    let checksum = crc32(&chunk[4..]);
    chunk.extend_from_slice(&checksum.to_be_bytes());
    joined(&[&png[..HEADER], &chunk, &png[HEADER..]])
}

/// A PNG of a few kilobytes, whatever its size in pixels.
fn blank_png(width: u32, height: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let picture = DynamicImage::from(GrayImage::new(width, height));
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

/// Sixty-four megabytes of nothing, packed as PNG packs everything.
fn packed() -> Vec<u8> {
    let file = blank_png(8_000, 8_000);
    let start = file.windows(4).position(|kind| kind == b"IDAT").unwrap() + 4;
    let len: [u8; 4] = file[start - 8..start - 4].try_into().unwrap();
    file[start..start + usize::try_from(u32::from_be_bytes(len)).unwrap()].to_vec()
}

/// The same file with other bytes at a place.
fn patched(mut file: Vec<u8>, at: usize, bytes: &[u8]) -> Vec<u8> {
    file[at..at + bytes.len()].copy_from_slice(bytes);
    file
}

/// Where the frame header of a JPEG tells its height and width.
fn size_of_frame(jpeg: &[u8]) -> usize {
    let frame = |pair: &[u8]| pair == [0xff, 0xc0];
    jpeg.windows(2).position(frame).unwrap() + 5
}

/// A few kilobytes that want to be gigabytes.
fn bombs() -> Vec<(&'static str, Vec<u8>, Fate)> {
    let everything = 64_000_000;
    let memory = 64 * 1024 * 1024;
    let photo = jpeg(16, 16);
    let frame = size_of_frame(&photo);
    let interlaced = patched(blank_png(8_000, 8_000), 28, &[1]);
    let checksum = crc32(&interlaced[12..29]).to_be_bytes();
    let laughs = b"<!DOCTYPE x [<!ENTITY a '&b;&b;'><!ENTITY b '&c;&c;'>]><x>&a;</x>";
    let mut archive = zip(&["bomb"]);
    let directory = archive
        .windows(4)
        .position(|part| part == b"PK\x01\x02")
        .unwrap();
    archive = patched(archive, directory + 24, &u32::MAX.to_le_bytes());
    vec![
        (
            "a.png",
            blank_png(7_000, 10_000),
            too_many_pixels(everything),
        ),
        (
            "a.png",
            patched(interlaced, 29, &checksum),
            too_many_pixels(memory / 4),
        ),
        (
            "a.jpg",
            patched(photo, frame, &[0xff; 4]),
            too_many_pixels(everything),
        ),
        (
            "a.jpg",
            progressive(30_000, 30_000),
            too_many_pixels(memory / 2),
        ),
        (
            "a.gif",
            patched(encoded(ImageFormat::Gif, 9, 9), 6, &[0xff; 4]),
            too_many_pixels(memory / 13),
        ),
        (
            "a.png",
            with_chunk(*b"zTXt", &joined(&[b"Comment\0\0", &packed()])),
            Fate::Kept("image/png"),
        ),
        (
            "a.png",
            with_chunk(*b"iCCP", &joined(&[b"sRGB\0\0", &packed()])),
            Fate::Kept("image/png"),
        ),
        ("a.zip", archive, Fate::Kept("application/zip")),
        ("a.txt", laughs.to_vec(), Fate::Kept("text/plain")),
    ]
}

/// Files that end where they should not, or tell of lengths that are none.
fn cut() -> Vec<(&'static str, Vec<u8>, Fate)> {
    let half = |file: Vec<u8>| file[..file.len() / 2].to_vec();
    let broken = || refused("broken");
    vec![
        ("a.jpg", half(jpeg(300, 300)), broken()),
        ("a.png", half(encoded(ImageFormat::Png, 300, 300)), broken()),
        (
            "a.webp",
            half(encoded(ImageFormat::WebP, 300, 300)),
            broken(),
        ),
        ("a.gif", half(encoded(ImageFormat::Gif, 300, 300)), broken()),
        ("a.mp4", half(mp4(Film::H264)), broken()),
        ("a.ogg", half(voice(900)), broken()),
        ("a.pdf", half(pdf(3)), broken()),
        ("a.docx", half(zip(&["a", "b"])), broken()),
        ("a.mp4", patched(mp4(Film::H264), 24, &[0xff; 4]), broken()),
        ("a.mp4", patched(mp4(Film::H264), 24, &[0; 4]), broken()),
        ("a.mp4", b"\0\0\0\x18ftypisom".to_vec(), broken()),
    ]
}

/// Sends a file piece by piece.
async fn by_pieces(browser: &Browser, name: &str, file: &[u8]) -> Response {
    let id = begin(browser, name, file.len()).await;
    let first = ask_to_append(browser, &id, 0, file.to_vec()).await;
    if !first.status().is_success() {
        return first;
    }
    append(browser, &id, file.len(), Vec::new()).await;
    finish(browser, &id).await
}

async fn assert_fate(browser: &Browser, name: &str, answer: Response, fate: &Fate) {
    let status = answer.status();
    let answer: Value = answer.json().await.unwrap();
    match fate {
        Fate::Refused(problem) => {
            assert_eq!(
                answer,
                json!({ "error": "media", "detail": problem }),
                "{name}"
            );
            assert!(status.is_client_error(), "{name}: {status}");
        }
        Fate::Kept(mime) => {
            assert!(status.is_success(), "{name}: {status} {answer}");
            let item: MediaItem = serde_json::from_value(answer).unwrap();
            assert_does_nothing(browser, &item, mime).await;
        }
    }
}

/// A browser shows it as what it is or saves it, and never runs it.
async fn assert_does_nothing(browser: &Browser, item: &MediaItem, mime: &str) {
    assert_eq!(item.mime, mime, "{}", item.name);
    let path = format!("/midias/{}/arquivo", item.id);
    let answer = browser.get(&path).send().await.unwrap();
    assert_eq!(header(&answer, "content-type"), mime);
    assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
    let policy = header(&answer, "content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    let is_picture = mime.starts_with("image/");
    let disposition = header(&answer, "content-disposition");
    assert!(
        is_picture || disposition.starts_with("attachment"),
        "{disposition}"
    );
    let kept = answer.bytes().await.unwrap();
    let still_there = kept.windows(SCRIPT.len()).any(|part| part == SCRIPT);
    assert!(!is_picture || !still_there, "{} {mime}", item.name);
}

async fn assert_all(corpus: Vec<(&'static str, Vec<u8>, Fate)>) {
    let server = Server::start().await;
    let browser = server.administrator().await;
    for (name, file, fate) in corpus {
        let answer = browser.upload(name, &file).await;
        assert_fate(&browser, name, answer, &fate).await;
        let answer = by_pieces(&browser, name, &file).await;
        assert_fate(&browser, name, answer, &fate).await;
    }
}

#[tokio::test]
async fn what_is_two_things_at_once_is_one_or_none() {
    assert_all(disguised()).await;
}

#[tokio::test]
async fn what_unpacks_into_gigabytes_is_not_unpacked() {
    assert_all(bombs()).await;
}

#[tokio::test]
async fn what_ends_too_early_is_broken() {
    assert_all(cut()).await;
}

#[tokio::test]
async fn a_name_is_no_path_no_header_and_no_markup() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let long = format!("{}.csv", "n".repeat(5_000));
    for (number, sent) in [
        "../../../etc/passwd.csv",
        "..\\..\\Windows\\win.csv",
        "/etc/cron.d/nota.csv",
        "nota\r\nSet-Cookie: a=b\r\n\r\n.csv",
        "nota\u{202e}gpj.csv",
        "nota\0.csv",
        "\u{feff}\u{200b}nota.csv",
        "<img src=x onerror=alert(1)>.csv",
        "\"; filename=\"virus.csv",
        &long,
    ]
    .into_iter()
    .enumerate()
    {
        let file = format!("a;{number}\n").into_bytes();
        let id = begin(&browser, sent, file.len()).await;
        append(&browser, &id, 0, file.clone()).await;
        let item: MediaItem = finish(&browser, &id).await.json().await.unwrap();
        let name = &item.name;
        assert!(
            !name.contains(['/', '\\', '\r', '\n', '\0', '\u{202e}', '\u{feff}']),
            "{name:?}"
        );
        assert!(
            name.rsplit('.').next() == Some("csv") && name.chars().count() <= 255,
            "{name:?}"
        );
        let path = format!("/midias/{id}/arquivo");
        let answer = browser.get(&path).send().await.unwrap();
        assert!(answer.headers().get("set-cookie").is_none(), "{name:?}");
        let disposition = header(&answer, "content-disposition");
        assert_eq!(
            disposition.matches("filename=\"").count(),
            1,
            "{disposition}"
        );
        assert!(bytes_of(&browser, &path).await == file);
        let page = browser.open("/midias").await.text().await.unwrap();
        assert!(!page.contains("<img src=x"), "{name:?}");
    }
}
