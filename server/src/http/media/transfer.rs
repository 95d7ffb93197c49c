//! `/midias/envios`: files that arrive piece by piece, so that a dropped connection costs one piece.
//!
//! ```text
//! POST   /midias/envios                    {"name", "bytes"}   begins: how far it is, with its id
//! PATCH  /midias/envios/{id}?inicio=N      bytes from N on     keeps them: how far it is
//! GET    /midias/envios/{id}                                   how far it is, and what is being done
//! POST   /midias/envios/{id}/concluir                          makes it an item: the item
//! DELETE /midias/envios/{id}                                   forgets it
//! ```
//!
//! How far it is (a [`TransferView`]) counts, whatever was sent: bytes for another place are passed over. An
//! end that was asked for twice makes one item.

use std::time::Duration;

use arauto_app::api::{ApiError, NotFound};
use arauto_app::domain::{MediaId, MediaItem, TransferView};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use futures::{StreamExt, stream};
use serde::Deserialize;

use crate::http::Web;
use crate::http::answer::Failure;
use crate::http::session::SignedIn;

/// A client that sends nothing for so long has gone.
const SILENCE: Duration = Duration::from_mins(1);

/// What a transfer begins with.
#[derive(Deserialize)]
pub(in crate::http) struct Announced {
    /// The file's name.
    name: String,
    /// How many bytes it has.
    bytes: u64,
}

/// Where a piece belongs.
#[derive(Deserialize)]
pub(in crate::http) struct Place {
    /// How many bytes come before it.
    inicio: u64,
}

/// Begins a transfer.
pub(in crate::http) async fn begin(
    State(web): State<Web>,
    SignedIn(who): SignedIn,
    Json(announced): Json<Announced>,
) -> Result<(StatusCode, Json<TransferView>), Failure> {
    let Announced { name, bytes } = announced;
    let begun = web.ports.media.begin_transfer(&who, &name, bytes).await;
    Ok((StatusCode::CREATED, Json(begun.map_err(Failure)?)))
}

/// Tells how far a transfer is.
pub(in crate::http) async fn show(
    State(web): State<Web>,
    SignedIn(who): SignedIn,
    Path(id): Path<String>,
) -> Result<Json<TransferView>, Failure> {
    let seen = web.ports.media.transfer(&who, known(&id)?).await;
    seen.map(Json).map_err(Failure)
}

/// Keeps a piece.
pub(in crate::http) async fn append(
    State(web): State<Web>,
    SignedIn(who): SignedIn,
    Path(id): Path<String>,
    Query(place): Query<Place>,
    body: Body,
) -> Result<Json<TransferView>, Failure> {
    let id = known(&id)?;
    let chunks = stream::unfold(body.into_data_stream(), |mut body| async {
        match tokio::time::timeout(SILENCE, body.next()).await {
            Ok(Some(chunk)) => Some((chunk.map_err(drop), body)),
            Ok(None) => None,
            Err(_) => Some((Err(()), body)),
        }
    });
    let media = &web.ports.media;
    let kept = media.append_to_transfer(&who, id, place.inicio, Box::pin(chunks));
    kept.await.map(Json).map_err(Failure)
}

/// Makes a transfer that is complete an item.
pub(in crate::http) async fn finish(
    State(web): State<Web>,
    SignedIn(who): SignedIn,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<MediaItem>), Failure> {
    let item = web.ports.media.finish_transfer(&who, known(&id)?).await;
    Ok((StatusCode::CREATED, Json(item.map_err(Failure)?)))
}

/// Forgets a transfer.
pub(in crate::http) async fn abandon(
    State(web): State<Web>,
    SignedIn(who): SignedIn,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let abandoned = web.ports.media.abandon_transfer(&who, known(&id)?).await;
    abandoned.map_err(Failure)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is no identifier names nothing.
fn known(text: &str) -> Result<MediaId, Failure> {
    text.parse()
        .map_err(|_| Failure(ApiError::NotFound(NotFound::Media)))
}
