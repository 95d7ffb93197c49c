//! Answers that are failures, as pages for people.

use arauto_app::api::ApiError;
use arauto_app::{Fault, fault_page};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::Web;
use super::answer::Failure;

/// Puts a page in the place of a failure without one, when a browser asked for a page.
pub(super) async fn dress(State(web): State<Web>, request: Request, next: Next) -> Response {
    let wants_page = accepts_html(request.headers());
    let response = next.run(request).await;
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    if !(wants_page && failed) || is_html(response.headers()) {
        return response;
    }
    let fault = fault_of(status, response.extensions().get::<Failure>());
    (status, Html(fault_page(&fault, &web.assets.css))).into_response()
}

/// Whether the client is a browser that navigates (`Accept: text/html,…`).
pub(super) fn accepts_html(headers: &HeaderMap) -> bool {
    mentions_html(headers.get_all(ACCEPT).iter())
}

fn is_html(headers: &HeaderMap) -> bool {
    mentions_html(headers.get(CONTENT_TYPE).into_iter())
}

fn mentions_html<'a>(mut values: impl Iterator<Item = &'a axum::http::HeaderValue>) -> bool {
    values.any(|value| {
        value
            .to_str()
            .is_ok_and(|value| value.contains("text/html"))
    })
}

fn fault_of(status: StatusCode, failure: Option<&Failure>) -> Fault {
    match (status, failure) {
        (_, Some(Failure(ApiError::Internal { incident }))) => Fault::Internal {
            incident: incident.clone(),
        },
        (StatusCode::UNAUTHORIZED, _) => Fault::SignedOut,
        (StatusCode::FORBIDDEN, _) => Fault::OtherSite,
        (StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED, _) => Fault::Missing,
        (StatusCode::PAYLOAD_TOO_LARGE, _) => Fault::TooLarge,
        (status, _) if status.is_client_error() => Fault::NotUnderstood,
        _ => Fault::Unavailable,
    }
}
