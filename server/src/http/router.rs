//! Every route of the server.

use std::time::Duration;

use arauto_app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use leptos_axum::generate_route_list;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::{
    Web, assets, detached, faults, headers, health, live, media, origin, pages, runs, session,
};

/// Most bytes of a form or of a server function's arguments: a campaign's longest text in its
/// longest encoding, and thousands of groups.
const FORM_MAX_BYTES: usize = 4 * 1024 * 1024;
/// How much of an upload is read at most. It is far beyond the limit of a single file: a refusal
/// only reaches a browser that was let finish.
const UPLOAD_MAX_BYTES: usize = 1024 * 1024 * 1024;
/// How long a page or a server function may take. The work goes on, its answer is given up.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);

/// The whole server.
pub fn router(web: Web) -> Router {
    Router::new()
        .merge(pages_and_functions(&web))
        .merge(
            Router::new()
                .route("/ao-vivo", get(live::stream))
                .route("/execucoes/{id}/envios.csv", get(runs::deliveries))
                .route("/midias/{id}/arquivo", get(media::file))
                .route("/midias/{id}/miniatura", get(media::thumbnail))
                .route(
                    "/midias/enviar",
                    post(media::upload).layer(DefaultBodyLimit::max(UPLOAD_MAX_BYTES)),
                )
                .route("/midias/envios", post(media::begin))
                .route(
                    "/midias/envios/{id}",
                    get(media::show)
                        .patch(media::append)
                        .delete(media::abandon)
                        .layer(DefaultBodyLimit::max(UPLOAD_MAX_BYTES)),
                )
                .route("/midias/envios/{id}/concluir", post(media::finish))
                .layer(from_fn_with_state(web.clone(), session::find))
                .layer(from_fn(detached::run)),
        )
        // What is above knows who asks; what is below is for everybody.
        .route("/saude", get(health::show))
        .route("/pronto", get(health::ready))
        .merge(assets::routes())
        .layer(from_fn_with_state(web.clone(), origin::check))
        .layer(from_fn_with_state(web.clone(), faults::dress))
        .layer(from_fn(headers::add))
        .with_state(web)
}

/// The app: its pages, the server functions that they call, and the page for every other address.
fn pages_and_functions(web: &Web) -> Router<Web> {
    let pages = generate_route_list(App)
        .iter()
        .fold(Router::new(), |router, page| {
            router.route(page.path(), get(pages::show))
        })
        .route_layer(from_fn_with_state(web.clone(), pages::gate));
    pages
        .route("/api/{function}", post(pages::call))
        .fallback(pages::missing)
        .layer(from_fn_with_state(web.clone(), session::find))
        .layer(RequestBodyLimitLayer::new(FORM_MAX_BYTES))
        .layer(from_fn(detached::run))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            ANSWER_WITHIN,
        ))
}
