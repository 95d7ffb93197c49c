//! What protects people from other sites, from strange requests and from our own mistakes.

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, ORIGIN};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::browser::{EMAIL, PASSWORD, header};
use crate::server::Server;

#[tokio::test]
async fn a_form_of_another_site_is_refused_with_a_page_that_says_so() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let client = reqwest::Client::new();
        let request = client.post(format!("{}/api/sign-out", server.url));
        let answer = request.header(name, value).header(ACCEPT, "text/html");
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{name}: {value}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("<html lang=\"pt-BR\">"), "{page}");
        assert!(page.contains("Pedido de outro site recusado"), "{page}");
    }
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn behind_a_proxy_the_public_address_is_ours() {
    let server = Server::start_at(Some("https://arauto.example")).await;
    let client = reqwest::Client::new();
    for (origin, status) in [
        ("https://arauto.example", StatusCode::OK),
        ("https://other.example", StatusCode::FORBIDDEN),
    ] {
        let request = client.post(format!("{}/api/visitor", server.url));
        let answer = request.header(ORIGIN, origin).send().await.unwrap();
        assert_eq!(answer.status(), status, "{origin}");
    }
}

#[tokio::test]
async fn a_page_runs_only_scripts_with_its_nonce() {
    let server = Server::start().await;
    let browser = server.stranger();
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let answer = browser.open("/comecar").await;
        let policy = header(&answer, "content-security-policy").to_owned();
        let (_, rest) = policy.split_once("'nonce-").expect("a nonce");
        let nonce = rest.split('\'').next().unwrap().to_owned();
        assert!(policy.contains("'wasm-unsafe-eval'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        assert_eq!(header(&answer, "referrer-policy"), "same-origin");
        assert_eq!(header(&answer, "cache-control"), "no-store");
        let page = answer.text().await.unwrap();
        let scripts = page.matches("<script").count();
        let allowed = page.matches(&format!("nonce=\"{nonce}\"")).count();
        assert!(scripts > 0 && allowed >= scripts, "{page}");
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn an_unknown_address_is_a_page_with_status_404() {
    let server = Server::start().await;
    server.administrator().await;
    let answer = server.stranger().open("/nada/aqui").await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    let page = answer.text().await.unwrap();
    assert!(page.contains("Página não encontrada"), "{page}");
}

#[tokio::test]
async fn a_mistake_of_ours_is_an_answer_with_an_incident_number() {
    let server = Server::start().await;
    let browser = server.administrator().await;
    let id = "0197d5b4-0000-7000-8000-000000000000";
    let request = browser.post("/api/run").form(&[("id", id)]);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["error"], "internal");
    let incident = answer["detail"]["incident"].as_str().unwrap().to_owned();
    assert_eq!(incident.len(), 8);

    let request = browser.form("/api/run").form(&[("id", id)]);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let page = answer.text().await.unwrap();
    assert!(page.contains("O Arauto falhou"), "{page}");
    assert!(!page.contains("nobody foresaw"), "{page}");
    assert!(browser.is_signed_in().await, "the server goes on");
}

#[tokio::test]
async fn a_form_of_any_size_does_not_take_the_memory() {
    let server = Server::start().await;
    server.administrator().await;
    // Only announced: a body that is refused unread may reset the connection before its answer.
    let head = "POST /api/sign-in HTTP/1.1\r\nHost: arauto\r\nAccept: text/html\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n\
                Content-Length: 5000000\r\nConnection: close\r\n\r\n";
    let address = server.url.strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("grande demais"), "{answer}");

    // Longer than any password, so that it is not even hashed.
    let long = PASSWORD.repeat(1000);
    let answer = server.stranger().sign_in(EMAIL, &long).await;
    assert_eq!(
        answer.text().await.unwrap(),
        r#"{"error":"wrong_credentials"}"#
    );
}

#[tokio::test]
async fn whoever_watches_the_server_sees_its_version_and_its_store() {
    let server = Server::start().await;
    let answer = server.stranger().get("/saude").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let health: Value = answer.json().await.unwrap();
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(health["store"]["answers"], true);
    assert!(health["store"]["name"].as_str().unwrap().contains("SQLite"));
}

#[tokio::test]
async fn people_are_sent_to_a_server_until_it_begins_to_stop() {
    let server = Server::start().await;
    let stranger = server.stranger();
    let answer = stranger.get("/pronto").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let readiness: Value = answer.json().await.unwrap();
    assert_eq!(readiness["ready"], true);
    assert_eq!(readiness["store"]["answers"], true);

    server.stopping.cancel();
    let answer = stranger.get("/pronto").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let readiness: Value = answer.json().await.unwrap();
    assert_eq!(
        readiness,
        serde_json::json!({ "ready": false, "stopping": true })
    );
    let answer = stranger.get("/saude").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "it still lives");
}
