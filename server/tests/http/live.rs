//! The live stream.

use std::time::Duration;

use arauto_app::api::LiveEvent;
use arauto_app::domain::WorkspaceId;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use reqwest::{RequestBuilder, StatusCode};

use crate::browser::Browser;
use crate::server::Server;

/// How long anything here may take.
const DEADLINE: Duration = Duration::from_secs(20);

/// An open stream.
struct Stream {
    bytes: BoxStream<'static, reqwest::Result<Bytes>>,
    text: String,
}

impl Stream {
    async fn open(request: RequestBuilder) -> Self {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let bytes = answer.bytes_stream().boxed();
        let text = String::new();
        Self { bytes, text }
    }

    /// The next event that a browser would tell a page of, as its lines; `None` at the end.
    async fn next(&mut self) -> Option<String> {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                if event.lines().any(|line| line.starts_with("data:")) {
                    return Some(event);
                }
            }
            let chunk = tokio::time::timeout(DEADLINE, self.bytes.next());
            let chunk = chunk.await.expect("an event in time")?.unwrap();
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

async fn workspace(server: &Server, browser: &Browser) -> WorkspaceId {
    browser
        .upload_item("foto.png", &crate::media::png(8, 8))
        .await;
    let every = server.store.accounts.user_by_email(crate::browser::EMAIL);
    every.await.unwrap().unwrap().0.workspace
}

#[tokio::test]
async fn a_page_hears_of_its_own_workspace_only() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let mine = workspace(&server, &browser).await;
    let mut stream = Stream::open(browser.get("/ao-vivo")).await;
    server
        .live
        .post(server.other_workspace(), LiveEvent::Connections);
    server.live.post(mine, LiveEvent::Media);
    let heard = stream.next().await.unwrap();
    assert_eq!(heard, r#"data: {"changed":"media"}"#);
}

#[tokio::test]
async fn an_upload_is_told_to_open_pages() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let mut stream = Stream::open(browser.get("/ao-vivo")).await;
    browser
        .upload_item("foto.png", &crate::media::png(8, 8))
        .await;
    let heard = stream.next().await.unwrap();
    assert_eq!(heard, r#"data: {"changed":"media"}"#);
}

#[tokio::test]
async fn a_page_that_missed_notices_is_told_to_read_everything_again() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let mine = workspace(&server, &browser).await;
    let mut stream = Stream::open(browser.get("/ao-vivo")).await;
    // Nobody else runs on this thread until the loop is through.
    for _ in 0..1000 {
        server.live.post(mine, LiveEvent::Connections);
    }
    let first = stream.next().await.unwrap();
    assert_eq!(first, "event: resync\ndata: {}");

    let returning = browser.get("/ao-vivo").header("last-event-id", "1");
    let mut stream = Stream::open(returning).await;
    assert_eq!(stream.next().await.unwrap(), "event: resync\ndata: {}");
}

#[tokio::test]
async fn the_stream_ends_with_the_session() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let mut stream = Stream::open(browser.get("/ao-vivo")).await;
    browser.sign_out().await;
    assert_eq!(stream.next().await.unwrap(), "event: signed-out\ndata: {}");
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn the_stream_ends_when_the_session_expires() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let mut stream = Stream::open(browser.get("/ao-vivo")).await;
    server.advance(Duration::from_hours(31 * 24));
    assert_eq!(stream.next().await.unwrap(), "event: signed-out\ndata: {}");
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn the_stream_ends_when_the_server_stops() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let mut stream = Stream::open(browser.get("/ao-vivo")).await;
    server.stopping.cancel();
    assert_eq!(stream.next().await, None);
    let again = browser.get("/ao-vivo").send().await.unwrap();
    assert_eq!(again.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_stranger_hears_nothing() {
    let server = Server::start().await;
    let answer = server.stranger().get("/ao-vivo").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
}
