//! The list of routes.

use std::sync::Arc;

use axum::Router;
use axum::extract::{State, WebSocketUpgrade};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};

use super::{api, events, page};
use crate::client;
use crate::control::Control;
use crate::media;
use crate::network::Network;

/// The revision that `/sw.js` tells; the engine finds it by its name.
const CLIENT_REVISION: u32 = 1_030_000_000;

/// The WebSocket, the media hosts, the control API and the page.
pub(crate) fn router(control: Control, network: Arc<Network>) -> Router {
    let api = Router::new()
        .route("/state", get(api::state))
        .route("/pairings", get(api::pairings))
        .route("/phones", post(api::add_phone))
        .route("/phone/scan", post(api::scan))
        .route(
            "/phone/code",
            post(api::type_code).delete(api::withdraw_code),
        )
        .route("/phone/unlink", post(api::unlink))
        .route("/phone/offline", post(api::set_offline))
        .route("/chats", get(api::chats))
        .route("/groups", get(api::groups).post(api::create_group))
        .route("/groups/{jid}", get(api::group).delete(api::delete_group))
        .route("/groups/{jid}", patch(api::change_group))
        .route("/messages", get(api::messages))
        .route("/messages/{id}", get(api::message))
        .route("/messages/{id}/media", get(api::media))
        .route("/receipts", post(api::give_receipts))
        .route("/receipts/auto", post(api::set_automatic_receipts))
        .route("/faults", post(api::inject).delete(api::lift_faults))
        .route("/reset", post(api::reset))
        .route("/events", get(events::stream))
        .with_state(control);
    Router::new()
        .route("/ws/chat", get(connect))
        .route("/sw.js", get(service_worker))
        .with_state(Arc::clone(&network))
        .merge(media::routes(network))
        .merge(page::routes())
        .nest("/sim", api)
}

async fn connect(State(network): State<Arc<Network>>, upgrade: WebSocketUpgrade) -> Response {
    if network.world().faults.refuses_connection(None) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    upgrade.on_upgrade(move |socket| client::serve(network, socket))
}

/// Where clients look up the current version of WhatsApp Web.
async fn service_worker() -> impl IntoResponse {
    let script = format!("self.__swData = {{\"client_revision\":{CLIENT_REVISION}}};\n");
    ([(header::CONTENT_TYPE, "text/javascript")], script)
}
