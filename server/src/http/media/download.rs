//! `GET /midias/{id}/arquivo` and `GET /midias/{id}/miniatura`.

use arauto_app::api::{ApiError, NotFound, Principal};
use arauto_app::domain::{ContentHash, MediaId};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    ETAG,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::{Stream, TryStreamExt, stream};

use super::range::{self, Part};
use crate::http::Web;
use crate::http::answer::Failure;
use crate::http::disposition;
use crate::http::session::SignedIn;

/// The bytes of an item never change: another content is another item.
const CACHING: &str = "private, max-age=31536000, immutable";
const THUMBNAIL_MIME: &str = "image/jpeg";

/// The file as it was uploaded.
pub(in crate::http) async fn file(
    State(web): State<Web>,
    SignedIn(who): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let item = web
        .ports
        .media
        .item(&who, media_id(&id)?)
        .await
        .map_err(Failure)?;
    let mut response = serve(&web, &who, item.content, &item.mime, &headers).await?;
    let disposition = if is_shown(&item.mime) {
        disposition::inline(&item.name)
    } else {
        disposition::attachment(&item.file_name())
    };
    if let Ok(disposition) = disposition.try_into() {
        response
            .headers_mut()
            .insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// Its thumbnail; what has no picture has none.
pub(in crate::http) async fn thumbnail(
    State(web): State<Web>,
    SignedIn(who): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let item = web
        .ports
        .media
        .item(&who, media_id(&id)?)
        .await
        .map_err(Failure)?;
    let thumbnail = item.thumbnail;
    let thumbnail = thumbnail.ok_or(Failure(ApiError::NotFound(NotFound::Media)))?;
    serve(&web, &who, thumbnail, THUMBNAIL_MIME, &headers).await
}

/// Whether a browser may show a file itself. Nothing of these formats is executed; all others are
/// saved.
fn is_shown(mime: &str) -> bool {
    ["image/", "video/", "audio/"]
        .iter()
        .any(|shown| mime.starts_with(shown))
}

/// What is no identifier names nothing.
fn media_id(text: &str) -> Result<MediaId, Failure> {
    text.parse()
        .map_err(|_| Failure(ApiError::NotFound(NotFound::Media)))
}

async fn serve(
    web: &Web,
    who: &Principal,
    content: ContentHash,
    mime: &str,
    request: &HeaderMap,
) -> Result<Response, Failure> {
    let etag = format!("\"{content}\"");
    let validators = [(ETAG, etag.clone()), (CACHE_CONTROL, CACHING.to_owned())];
    if range::is_known(request, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, validators).into_response());
    }
    let open = |offset| web.ports.media.open(who, content, offset);
    let mut blob = open(0).await.map_err(Failure)?;
    let len = blob.len;
    let (status, first, count) = match range::requested(request, &etag, len) {
        Part::Whole => (StatusCode::OK, 0, len),
        Part::Bytes { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Part::Unsatisfiable => {
            let range = [(CONTENT_RANGE, format!("bytes */{len}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, range).into_response());
        }
    };
    if first > 0 {
        blob = open(first).await.map_err(Failure)?;
    }
    let headers = [
        (CONTENT_TYPE, mime.to_owned()),
        (CONTENT_LENGTH, count.to_string()),
        (ACCEPT_RANGES, "bytes".to_owned()),
    ];
    let body = Body::from_stream(at_most(count, blob.chunks));
    let mut response = (status, validators, headers, body).into_response();
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {first}-{}/{len}", first + count - 1);
        if let Ok(range) = range.try_into() {
            response.headers_mut().insert(CONTENT_RANGE, range);
        }
    }
    Ok(response)
}

/// The first `count` bytes of a stream; what comes after them is not read.
fn at_most<E>(
    count: u64,
    chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
) -> impl Stream<Item = Result<Bytes, E>> {
    stream::try_unfold((chunks, count), |(mut chunks, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let Some(mut chunk) = chunks.try_next().await? else {
            return Ok(None);
        };
        chunk.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        let left = left - chunk.len() as u64;
        Ok(Some((chunk, (chunks, left))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_part_ends_with_its_last_byte() {
        let chunks = [b"abc", b"def", b"ghi"].map(|chunk| Ok::<_, ()>(Bytes::from_static(chunk)));
        let part = at_most(5, futures::stream::iter(chunks));
        let part: Vec<Bytes> = part.try_collect().await.unwrap();
        assert_eq!(part.concat(), b"abcde");
    }
}
