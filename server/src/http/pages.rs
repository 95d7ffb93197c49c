//! The app's pages and server functions, rendered and carried out by Leptos.

use std::sync::Arc;
use std::time::Duration;

use arauto_app::api::{Accounts, ApiError, SessionCookie};
use arauto_app::shell;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::nonce::use_nonce;
use leptos::prelude::{expect_context, provide_context};
use leptos_axum::{ResponseOptions, handle_server_fns_with_context, render_app_async_with_context};

use super::answer::{Failure, status};
use super::cookie::RequestCookie;
use super::session::Visit;
use super::{Web, headers};

/// Far more than the longest failure takes.
const FAILURE_MAX_BYTES: usize = 64 * 1024;
/// How long the drawing of a page may take.
const DRAWN_WITHIN: Duration = Duration::from_secs(15);
/// How often it is begun.
const DRAWN_AT_MOST: usize = 3;
const HOME: &str = "/";
const SIGN_IN: &str = "/entrar";
const FIRST_VISIT: &str = "/comecar";

/// Leads everybody to where they can go: an empty server's visitor to the form that creates the
/// administrator, a stranger to the sign-in page, a signed-in person away from both.
pub(super) async fn gate(
    State(web): State<Web>,
    visit: Visit,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let entrance = if visit.principal.is_some() {
        None
    } else {
        match web.ports.accounts.is_empty().await {
            Ok(true) => Some(FIRST_VISIT),
            Ok(false) => Some(SIGN_IN),
            Err(error) => return Failure(error).into_response(),
        }
    };
    let elsewhere = match entrance {
        Some(entrance) => (path != entrance).then_some(entrance),
        None => matches!(path, SIGN_IN | FIRST_VISIT).then_some(HOME),
    };
    match elsewhere {
        Some(address) => Redirect::to(address).into_response(),
        None => next.run(request).await,
    }
}

/// Renders a page.
///
/// The renderer waits for a page's data in several tasks at once. Once in many thousand times, on a busy
/// machine, one of them misses that the data is there and waits for ever: such a page is drawn anew, and
/// nobody waits for it for longer than a store that is slow would take.
pub(super) async fn show(State(web): State<Web>, visit: Visit, request: Request) -> Response {
    let (head, _) = request.into_parts();
    for _ in 0..DRAWN_AT_MOST {
        let request = Request::from_parts(head.clone(), Body::empty());
        let drawing = draw(web.clone(), visit.clone(), request);
        if let Ok(page) = tokio::time::timeout(DRAWN_WITHIN, drawing).await {
            return page;
        }
        tracing::warn!(page = %head.uri.path(), "a page was not drawn in time");
    }
    StatusCode::GATEWAY_TIMEOUT.into_response()
}

async fn draw(web: Web, visit: Visit, request: Request) -> Response {
    let assets = web.assets.clone();
    let render = render_app_async_with_context(context(web, visit), move || shell(assets.clone()));
    let mut response = render(request).await;
    // A page is somebody's, and old as soon as something changes.
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Every other address: the app's own page for it, with status 404.
pub(super) async fn missing(state: State<Web>, visit: Visit, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::NOT_FOUND.into_response();
    }
    show(state, visit, request).await
}

/// Carries out a server function.
pub(super) async fn call(State(web): State<Web>, visit: Visit, request: Request<Body>) -> Response {
    let response = handle_server_fns_with_context(context(web, visit), request).await;
    let mut response = with_own_status(response.into_response()).await;
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Gives a failed function the status of its failure: to Leptos every one is the server's own fault.
async fn with_own_status(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, FAILURE_MAX_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Ok(error) = serde_json::from_slice::<ApiError>(&bytes) {
        parts.status = status(&error);
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// What pages and server functions find in Leptos' context.
fn context(web: Web, visit: Visit) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        web.ports.provide();
        let response = expect_context::<ResponseOptions>();
        if let Some(policy) = use_nonce().and_then(|nonce| headers::page_policy(&nonce)) {
            response.insert_header(CONTENT_SECURITY_POLICY, policy);
        }
        if let Some(principal) = visit.principal.clone() {
            provide_context(principal);
        }
        let cookie: Arc<dyn SessionCookie> = Arc::new(RequestCookie {
            visit: visit.clone(),
            secure: web.has_https(),
            response,
        });
        provide_context(cookie);
    }
}
