//! Files that arrive piece by piece.

use std::time::Duration;

use arauto_app::domain::{
    MediaId, MediaItem, TRANSFER_KEPT, Transfer, TransferStep, TransferView, UserId, WorkspaceId,
};
use bytes::Bytes;
use futures::stream;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::browser::{Browser, EMAIL};
use crate::files::pdf;
use crate::media::{bytes_of, png};
use crate::server::Server;

/// Begins a transfer and tells its id.
pub async fn begin(browser: &Browser, name: &str, bytes: usize) -> String {
    let answer = ask_to_begin(browser, name, bytes).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let view: TransferView = answer.json().await.unwrap();
    assert_eq!((view.received, view.bytes), (0, bytes as u64));
    view.id.to_string()
}

async fn ask_to_begin(browser: &Browser, name: &str, bytes: usize) -> Response {
    let announced = json!({ "name": name, "bytes": bytes });
    let request = browser.post("/midias/envios").json(&announced);
    request.send().await.unwrap()
}

/// Sends a piece; tells how many bytes are there.
pub async fn append(browser: &Browser, id: &str, at: usize, piece: Vec<u8>) -> u64 {
    let view: TransferView = ask_to_append(browser, id, at, piece)
        .await
        .json()
        .await
        .unwrap();
    view.received
}

/// Sends a piece, whatever becomes of it.
pub async fn ask_to_append(
    browser: &Browser,
    id: &str,
    at: usize,
    piece: impl Into<reqwest::Body>,
) -> Response {
    let path = format!("/midias/envios/{id}?inicio={at}");
    browser.patch(&path).body(piece).send().await.unwrap()
}

/// How far a transfer is.
async fn look(browser: &Browser, id: &str) -> TransferView {
    let answer = browser.get(&format!("/midias/envios/{id}"));
    answer.send().await.unwrap().json().await.unwrap()
}

/// Looks until this is being done.
pub async fn until_step(browser: &Browser, id: &str, is_it: fn(TransferStep) -> bool) {
    while !is_it(look(browser, id).await.step) {
        tokio::task::yield_now().await;
    }
}

/// Asks for the end of a transfer.
pub async fn finish(browser: &Browser, id: &str) -> Response {
    let path = format!("/midias/envios/{id}/concluir");
    browser.post(&path).send().await.unwrap()
}

/// A table of more than two pieces as the store keeps them.
fn table() -> Vec<u8> {
    b"nome;telefone\n".repeat(200_000)
}

#[tokio::test]
async fn a_file_goes_on_where_it_was_and_is_listed_once_it_is_whole() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let file = table();
    let id = begin(&browser, "Contatos.csv", file.len()).await;
    let half = file.len() / 2;
    assert_eq!(
        append(&browser, &id, 0, file[..half].to_vec()).await,
        half as u64
    );
    // A piece that was sent again, and one that comes too early, change nothing.
    assert_eq!(
        append(&browser, &id, 0, file[..half].to_vec()).await,
        half as u64
    );
    assert_eq!(
        append(&browser, &id, half + 9, vec![b'x'; 9]).await,
        half as u64
    );
    let early = finish(&browser, &id).await;
    assert_eq!(early.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(items(&browser).await.is_empty());
    // What is beyond the announced size is passed over.
    let mut rest = file[half..].to_vec();
    rest.extend_from_slice(b"more");
    assert_eq!(append(&browser, &id, half, rest).await, file.len() as u64);
    assert!(items(&browser).await.is_empty());

    let item: MediaItem = finish(&browser, &id).await.json().await.unwrap();
    assert_eq!(
        (item.name.as_str(), item.id.to_string()),
        ("Contatos.csv", id.clone())
    );
    // The answer was lost: asking again gives the same item, and no second one.
    let again: MediaItem = finish(&browser, &id).await.json().await.unwrap();
    assert_eq!(again, item);
    assert_eq!(look(&browser, &id).await.step, TransferStep::Saved);
    assert_eq!(items(&browser).await, [item]);
    let kept = bytes_of(&browser, &format!("/midias/{id}/arquivo")).await;
    assert!(kept == file);
}

async fn items(browser: &Browser) -> Vec<MediaItem> {
    let answer = browser.post("/api/search-media").send().await.unwrap();
    let view: Value = answer.json().await.unwrap();
    let cards = view["items"].as_array().unwrap().iter();
    cards
        .map(|card| serde_json::from_value(card["item"].clone()).unwrap())
        .collect()
}

#[tokio::test]
async fn what_arrived_before_the_connection_dropped_is_kept() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let file = table();
    let id = begin(&browser, "a.csv", file.len()).await;
    // One and a half megabytes, and then the connection is gone.
    let sent = 1_500_000;
    let pieces = [
        Ok(Bytes::copy_from_slice(&file[..sent])),
        Err(std::io::Error::other("the cable was pulled")),
    ];
    let path = format!("/midias/envios/{id}?inicio=0");
    let body = reqwest::Body::wrap_stream(stream::iter(pieces));
    assert!(browser.patch(&path).body(body).send().await.is_err());
    let received = loop {
        // The server notices by itself; nothing is told before.
        match usize::try_from(look(&browser, &id).await.received).unwrap() {
            0 => tokio::task::yield_now().await,
            received => break received,
        }
    };
    assert!(received <= sent);
    let left = finish_from(&browser, &id, &file).await;
    assert_eq!(left.status(), StatusCode::CREATED);
    let kept = bytes_of(&browser, &format!("/midias/{id}/arquivo")).await;
    assert!(kept == file);
}

/// Sends what is missing, from wherever it is, and asks for the end.
async fn finish_from(browser: &Browser, id: &str, file: &[u8]) -> Response {
    loop {
        let at = usize::try_from(look(browser, id).await.received).unwrap();
        if at == file.len() {
            return finish(browser, id).await;
        }
        append(browser, id, at, file[at..].to_vec()).await;
    }
}

#[tokio::test]
async fn nobody_else_goes_on_with_it() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let file = png(40, 40);
    let id = begin(&browser, "a.png", file.len()).await;
    let stranger = server.stranger();
    let answer = ask_to_append(&stranger, &id, 0, file.clone()).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let transfers = &server.store.transfers;
    let own = transfers.get(workspace(&server).await, id.parse().unwrap());
    let own = own.await.unwrap().unwrap();
    let foreign = Transfer {
        id: MediaId::new(server.now(), [8; 10]),
        workspace: server.other_workspace(),
        ..own.clone()
    };
    let colleague = Transfer {
        id: MediaId::new(server.now(), [9; 10]),
        user: UserId::new(server.now(), [9; 10]),
        ..own
    };
    transfers.begin(&foreign).await.unwrap();
    transfers.begin(&colleague).await.unwrap();
    for id in [foreign.id.to_string(), colleague.id.to_string(), "x".into()] {
        let answers = [
            ask_to_append(&browser, &id, 0, file.clone()).await,
            browser
                .get(&format!("/midias/envios/{id}"))
                .send()
                .await
                .unwrap(),
            finish(&browser, &id).await,
            browser
                .delete(&format!("/midias/envios/{id}"))
                .send()
                .await
                .unwrap(),
        ];
        for answer in answers {
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{id}");
        }
    }
    let kept = server
        .store
        .transfers
        .get(foreign.workspace, foreign.id)
        .await;
    assert_eq!(kept.unwrap(), Some(foreign));
}

async fn workspace(server: &Server) -> WorkspaceId {
    let user = server.store.accounts.user_by_email(EMAIL).await;
    user.unwrap().unwrap().0.workspace
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_before_its_end() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let too_large = |limit: u64| json!({"too_large": {"limit": limit}});
    for (what, bytes, detail) in [
        ("nothing", 0, json!("empty")),
        ("101 MB", 101 << 20, too_large(100 << 20)),
    ] {
        let answer: Value = ask_to_begin(&browser, "a.png", bytes)
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(
            answer,
            json!({"error": "media", "detail": detail}),
            "{what}"
        );
    }
    let mut video = b"\x1a\x45\xdf\xa3".to_vec();
    video.resize(1 << 20, 0);
    for (name, announced, first, detail) in [
        ("a.png", 17 << 20, png(900, 900), too_large(16 << 20)),
        (
            "a.exe",
            5 << 20,
            b"MZ\x90\0".repeat(20_000),
            json!("unsupported_kind"),
        ),
        (
            "a.webm",
            5 << 20,
            video,
            json!({"unplayable": {"format": "matroska"}}),
        ),
    ] {
        let id = begin(&browser, name, announced).await;
        let mut first = first;
        first.resize(1 << 20, 0);
        let answer: Value = ask_to_append(&browser, &id, 0, first)
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(
            answer,
            json!({"error": "media", "detail": detail}),
            "{name}"
        );
        let gone = browser.get(&format!("/midias/envios/{id}")).send().await;
        assert_eq!(gone.unwrap().status(), StatusCode::NOT_FOUND);
    }
    // What shows at the end only is refused there, and forgotten.
    let mut cut = pdf(3);
    cut.truncate(cut.len() / 2);
    let id = begin(&browser, "a.pdf", cut.len()).await;
    append(&browser, &id, 0, cut).await;
    let answer: Value = finish(&browser, &id).await.json().await.unwrap();
    assert_eq!(answer, json!({"error": "media", "detail": "broken"}));
    let announced = server
        .store
        .transfers
        .announced_bytes(workspace(&server).await);
    assert_eq!(announced.await.unwrap(), 0);
    assert!(items(&browser).await.is_empty());
}

#[tokio::test]
async fn what_is_on_its_way_counts_in_the_quota_until_it_is_given_up() {
    let server = Server::start_with_quota(40_000).await;
    let browser = server.administrator().await;
    let id = begin(&browser, "a.txt", 30_000).await;
    let quota = json!({"error": "media", "detail": {"quota_reached": {"limit": 40_000}}});
    let refused = ask_to_begin(&browser, "b.txt", 20_000).await;
    assert_eq!(refused.status(), StatusCode::INSUFFICIENT_STORAGE);
    let refused: Value = refused.json().await.unwrap();
    assert_eq!(refused, quota);
    let refused: Value = browser
        .upload("b.txt", &vec![b'b'; 20_000])
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(refused, quota);
    // Its own place is kept free for it.
    append(&browser, &id, 0, vec![b'a'; 30_000]).await;
    assert_eq!(finish(&browser, &id).await.status(), StatusCode::CREATED);
    let last = begin(&browser, "c.txt", 10_000).await;
    let refused = ask_to_begin(&browser, "d.txt", 1).await;
    assert_eq!(refused.status(), StatusCode::INSUFFICIENT_STORAGE);
    let path = format!("/midias/envios/{last}");
    let given_up = browser.delete(&path).send().await.unwrap();
    assert_eq!(given_up.status(), StatusCode::NO_CONTENT);
    begin(&browser, "d.txt", 1).await;
}

#[tokio::test]
async fn what_nobody_goes_on_with_is_forgotten_after_a_day() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let old = begin(&browser, "a.csv", 3_000).await;
    append(&browser, &old, 0, b"a;b\n".repeat(100)).await;
    server.advance(TRANSFER_KEPT.saturating_sub(Duration::from_secs(1)));
    let fresh = begin(&browser, "b.csv", 3_000).await;
    server.advance(Duration::from_secs(2));
    let before = server.now().minus(TRANSFER_KEPT);
    let swept = server.store.transfers.end_every_one_untouched_since(before);
    assert_eq!(swept.await.unwrap(), 1);
    let answer = browser.get(&format!("/midias/envios/{old}")).send().await;
    assert_eq!(answer.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(look(&browser, &fresh).await.received, 0);
    // By hand it goes at once.
    let given_up = browser
        .delete(&format!("/midias/envios/{fresh}"))
        .send()
        .await;
    assert_eq!(given_up.unwrap().status(), StatusCode::NO_CONTENT);
    let left = server
        .store
        .transfers
        .announced_bytes(workspace(&server).await);
    assert_eq!(left.await.unwrap(), 0);
}
