//! For whoever watches the server from outside: `GET /saude` tells whether the process lives,
//! `GET /pronto` whether people should be sent to it.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use super::Web;

/// How long the store may take to answer.
const STORE_ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// What the server says of itself.
#[derive(Serialize)]
pub(super) struct Health {
    version: &'static str,
    store: StoreHealth,
}

#[derive(Serialize)]
struct StoreHealth {
    name: String,
    answers: bool,
}

/// Whether people should be sent to this server.
#[derive(Serialize)]
pub(super) struct Readiness {
    ready: bool,
    stopping: bool,
    /// Not asked for by a server that stops.
    #[serde(skip_serializing_if = "Option::is_none")]
    store: Option<StoreHealth>,
}

/// Always answers 200: the process lives, and starting it again would not mend its store.
pub(super) async fn show(State(web): State<Web>) -> Json<Health> {
    Json(Health {
        version: env!("CARGO_PKG_VERSION"),
        store: StoreHealth::of(&web).await,
    })
}

/// Answers 503 from the moment when the server was asked to stop, and while its store does not
/// answer.
pub(super) async fn ready(State(web): State<Web>) -> (StatusCode, Json<Readiness>) {
    let store = tokio::select! {
        biased;
        () = web.stopping.cancelled() => None,
        store = StoreHealth::of(&web) => Some(store),
    };
    let ready = store.as_ref().is_some_and(|store| store.answers);
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let readiness = Readiness {
        ready,
        stopping: store.is_none(),
        store,
    };
    (status, Json(readiness))
}

impl StoreHealth {
    async fn of(web: &Web) -> Self {
        let meta = web.meta.clone();
        // In a task of its own: the driver's future is not dropped when the time is over.
        let ping = tokio::spawn(async move { meta.ping().await.is_ok() });
        let answers = matches!(
            tokio::time::timeout(STORE_ANSWERS_WITHIN, ping).await,
            Ok(Ok(true))
        );
        Self {
            name: web.meta.describe(),
            answers,
        }
    }
}
