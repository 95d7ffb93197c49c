//! The page of the virtual phones: three files that are part of the program.

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

const PAGE: &str = include_str!("../../web/phones.html");
const STYLE: &str = include_str!("../../web/phones.css");
const SCRIPT: &str = include_str!("../../web/phones.js");

pub(super) fn routes() -> Router {
    Router::new()
        .route("/", get(|| file("text/html; charset=utf-8", PAGE)))
        .route(
            "/phones.css",
            get(|| file("text/css; charset=utf-8", STYLE)),
        )
        .route(
            "/phones.js",
            get(|| file("text/javascript; charset=utf-8", SCRIPT)),
        )
}

#[expect(clippy::unused_async, reason = "handlers are asynchronous")]
async fn file(content_type: &'static str, body: &'static str) -> impl IntoResponse {
    (
        [
            (header::CONTENT_TYPE, content_type),
            (header::CACHE_CONTROL, "no-cache"),
        ],
        body,
    )
}
