//! The handler, on a small site of its own (`tests/fixtures/site`).

use axum::http::{
    Request,
    header::{ACCEPT_ENCODING, ALLOW},
};
use tower::ServiceExt as _;

use super::*;

#[derive(RustEmbed)]
#[folder = "tests/fixtures/site"]
struct Fixture;

const SCRIPT: &str = "/pkg/arauto.0123456789abcdef.js";

async fn ask(method: &str, path: &str, headers: &[(axum::http::HeaderName, &str)]) -> Response {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let router: Router = routes_of::<Fixture, ()>();
    router
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap()
}

async fn content(response: Response) -> Vec<u8> {
    axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap()
        .to_vec()
}

fn stored(path: &str) -> Vec<u8> {
    Fixture::get(path).unwrap().data.into_owned()
}

#[tokio::test]
async fn a_browser_gets_brotli_for_ever() {
    let response = ask("GET", SCRIPT, &[(ACCEPT_ENCODING, "gzip, deflate, br")]).await;
    assert_eq!(response.status(), StatusCode::OK);
    let headers = response.headers();
    assert_eq!(headers[CONTENT_ENCODING], "br");
    assert_eq!(headers[CONTENT_TYPE], "text/javascript; charset=utf-8");
    assert_eq!(
        headers[CACHE_CONTROL],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(headers[VARY], "accept-encoding");
    assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(
        content(response).await,
        stored("pkg/arauto.0123456789abcdef.js.br")
    );
}

#[tokio::test]
async fn each_form_has_its_own_etag() {
    let mut etags = Vec::new();
    for accept in ["br", "gzip", "identity"] {
        let response = ask("GET", SCRIPT, &[(ACCEPT_ENCODING, accept)]).await;
        etags.push(response.headers()[ETAG].clone());
    }
    etags.dedup();
    assert_eq!(etags.len(), 3, "{etags:?}");
}

#[tokio::test]
async fn a_known_file_is_not_sent_again() {
    let first = ask("GET", "/robots.txt", &[]).await;
    assert_eq!(first.headers()[CACHE_CONTROL], "no-cache");
    assert!(!first.headers().contains_key(VARY));
    let etag = first.headers()[ETAG].to_str().unwrap().to_owned();

    for known in [etag.clone(), format!("\"other\", W/{etag}"), "*".to_owned()] {
        let again = ask("GET", "/robots.txt", &[(IF_NONE_MATCH, &known)]).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{known}");
        assert_eq!(again.headers()[ETAG], etag);
        assert!(content(again).await.is_empty());
    }
    let other = ask("GET", "/robots.txt", &[(IF_NONE_MATCH, "\"other\"")]).await;
    assert_eq!(other.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_list_and_the_compressed_forms_are_no_pages() {
    for path in [
        "/assets.json",
        &format!("{SCRIPT}.br"),
        &format!("{SCRIPT}.gz"),
        "/",
        "/pkg",
    ] {
        assert_eq!(
            ask("GET", path, &[]).await.status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn files_are_read_only() {
    assert_eq!(ask("HEAD", SCRIPT, &[]).await.status(), StatusCode::OK);
    let response = ask("POST", SCRIPT, &[]).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()[ALLOW], "GET,HEAD");
}

#[test]
fn the_list_names_the_files_of_the_page() {
    let names = AssetNames::of::<Fixture>().unwrap();
    assert_eq!(names.js, SCRIPT);
    assert_eq!(names.wasm, "/pkg/arauto.00000000000000aa.wasm");
    assert_eq!(names.css, "/pkg/arauto.00000000000000bb.css");
}

#[test]
fn only_names_with_a_hash_are_cached_for_ever() {
    assert!(is_hashed("pkg/arauto.0123456789abcdef.js"));
    for path in [
        "pkg/arauto.js",
        "pkg/arauto.0123456789abcde.js",
        "logo.0123456789abcdef.svg",
    ] {
        assert!(!is_hashed(path), "{path}");
    }
}
