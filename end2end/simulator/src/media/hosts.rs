//! The media hosts: encrypted files go up under `/mms/` and come down under `/o1/`.
//!
//! They answer for any host name: clients under test send every media request here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::StreamExt as _;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::vault_name;
use crate::network::Network;

/// The real hosts take 2 GiB documents; nobody tests with more than this.
const LARGEST_UPLOAD: usize = 256 * 1024 * 1024;

#[derive(Clone)]
struct Hosts {
    network: Arc<Network>,
    /// Uploads that broke off, by name: a client asks how much is there and sends the rest.
    partial: Arc<Mutex<HashMap<String, Vec<u8>>>>,
}

#[derive(Deserialize)]
struct UploadQuery {
    resume: Option<String>,
    file_offset: Option<usize>,
}

/// The routes of the media hosts.
pub(crate) fn routes(network: Arc<Network>) -> Router {
    Router::new()
        .route("/mms/{kind}/{name}", post(upload))
        .route("/o1/v/{name}", get(download))
        .with_state(Hosts {
            network,
            partial: Arc::default(),
        })
}

async fn upload(
    State(hosts): State<Hosts>,
    Path((_kind, name)): Path<(String, String)>,
    Query(query): Query<UploadQuery>,
    body: Body,
) -> Response {
    if query.resume.is_some() {
        return progress(&hosts, &name);
    }
    let (delay, rejection) = {
        let faults = &mut hosts.network.world().faults;
        (faults.upload_delay(None), faults.upload_rejection(None))
    };
    tokio::time::sleep(delay).await;
    if let Some(status) = rejection {
        return status_code(status).into_response();
    }
    if !hosts.begin(&name, query.file_offset.unwrap_or(0)) {
        return StatusCode::RANGE_NOT_SATISFIABLE.into_response();
    }
    // Kept chunk by chunk: whatever interrupts the upload, the client may send the rest later.
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        match chunk {
            Ok(chunk) if hosts.append(&name, &chunk) => {}
            Ok(_) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
            Err(_) => return StatusCode::BAD_REQUEST.into_response(),
        }
    }
    let bytes = hosts.partial().remove(&name).unwrap_or_default();
    if vault_name(&Sha256::digest(&bytes)) != name.trim_end_matches('=') {
        return (
            StatusCode::BAD_REQUEST,
            "the hash in the path is not the file's",
        )
            .into_response();
    }
    match hosts
        .network
        .media
        .put(name.trim_end_matches('='), bytes.into())
    {
        Ok(()) => Json(place(&name)).into_response(),
        Err(error) => {
            tracing::error!(%error, "an upload could not be kept");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// How much of a file is there.
fn progress(hosts: &Hosts, name: &str) -> Response {
    match hosts.network.media.get(name.trim_end_matches('=')) {
        Ok(Some(_)) => {
            let mut answer = place(name);
            answer["resume"] = json!("complete");
            Json(answer).into_response()
        }
        Ok(None) => {
            let length = hosts.partial().get(name).map_or(0, Vec::len);
            Json(json!({ "resume": length.to_string() })).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn place(name: &str) -> serde_json::Value {
    let path = format!("/o1/v/{}", name.trim_end_matches('='));
    json!({ "url": format!("https://mmg.whatsapp.net{path}"), "direct_path": path })
}

async fn download(State(hosts): State<Hosts>, Path(name): Path<String>) -> Response {
    let rejection = hosts.network.world().faults.download_rejection();
    if let Some(status) = rejection {
        return status_code(status).into_response();
    }
    // Names are base64 for URLs; anything else could be a path.
    if !name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    {
        return StatusCode::NOT_FOUND.into_response();
    }
    match hosts.network.media.get(&name) {
        Ok(Some(bytes)) => {
            ([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "a download could not be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl Hosts {
    /// Prepares for bytes from `offset` on; `false` when those before it are not there.
    fn begin(&self, name: &str, offset: usize) -> bool {
        let mut partial = self.partial();
        let kept = partial.entry(name.to_owned()).or_default();
        kept.truncate(offset);
        kept.len() == offset
    }

    /// `false` when the file is too large.
    fn append(&self, name: &str, chunk: &[u8]) -> bool {
        let mut partial = self.partial();
        let kept = partial.entry(name.to_owned()).or_default();
        let fits = kept.len() + chunk.len() <= LARGEST_UPLOAD;
        if fits {
            kept.extend_from_slice(chunk);
        }
        fits
    }

    fn partial(&self) -> std::sync::MutexGuard<'_, HashMap<String, Vec<u8>>> {
        self.partial.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
