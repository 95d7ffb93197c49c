//! `GET /execucoes/{id}/envios.csv`: what became of every message of a run.

use std::sync::Arc;

use arauto_app::api::{ApiError, NotFound, Principal, Runs};
use arauto_app::domain::{DeliveryQuery, RunId};
use arauto_app::spreadsheet;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::{Stream, TryStreamExt, stream};

use super::answer::Failure;
use super::session::SignedIn;
use super::{Web, disposition};

/// How many deliveries are read and written at a time.
const PART: u32 = 500;

/// The file, written while it is read: a run of thousands is never in memory as a whole.
pub(super) async fn deliveries(
    State(web): State<Web>,
    SignedIn(who): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let not_found = Failure(ApiError::NotFound(NotFound::Run));
    let id: RunId = id.parse().map_err(|_| not_found)?;
    let runs = web.ports.runs;
    let view = runs.get(&who, id, &DeliveryQuery::default(), 1).await;
    let view = view.map_err(Failure)?;
    let head = stream::once(async { Ok(spreadsheet::head()) });
    let body = futures::StreamExt::chain(head, lines(runs, who, id));
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CACHE_CONTROL, "private, no-store"),
    ];
    let mut response = (headers, Body::from_stream(body)).into_response();
    let name = spreadsheet::file_name(&view.campaign_name, view.run.ordinal());
    if let Ok(disposition) = HeaderValue::try_from(disposition::attachment(&name)) {
        let headers = response.headers_mut();
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// The lines of a run's deliveries. An error breaks the download off, which the browser tells.
fn lines(
    runs: Arc<dyn Runs>,
    who: Principal,
    id: RunId,
) -> impl Stream<Item = Result<String, ApiError>> + Send {
    let parts = stream::try_unfold(0, move |skipped| {
        let (runs, who) = (Arc::clone(&runs), who.clone());
        async move {
            let part = runs.deliveries(&who, id, skipped, PART).await?;
            let lines: String = part
                .iter()
                .map(|(delivery, reached)| spreadsheet::delivery(delivery, *reached))
                .collect();
            Ok::<_, ApiError>((!part.is_empty()).then_some((lines, skipped + PART)))
        }
    });
    parts.inspect_err(|error| tracing::warn!("failed to {error}; a download is broken off"))
}
