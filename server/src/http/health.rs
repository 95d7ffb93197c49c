//! `GET /saude`: for whoever watches the server from outside.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
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

/// Always answers 200: the process lives, and starting it again would not mend its store.
pub(super) async fn show(State(web): State<Web>) -> Json<Health> {
    let meta = web.meta.clone();
    // In a task of its own: the driver's future is not dropped when the time is over.
    let ping = tokio::spawn(async move { meta.ping().await.is_ok() });
    let answers = matches!(
        tokio::time::timeout(STORE_ANSWERS_WITHIN, ping).await,
        Ok(Ok(true))
    );
    Json(Health {
        version: env!("CARGO_PKG_VERSION"),
        store: StoreHealth {
            name: web.meta.describe(),
            answers,
        },
    })
}
