//! `POST /midias/enviar`: files from a form.

use std::time::Duration;

use arauto_app::api::{ApiError, Principal};
use arauto_app::domain::{MEDIA_NAME_MAX_CHARS, MediaItem, MediaProblem};
use axum::Json;
use axum::extract::State;
use axum::extract::multipart::{Field, Multipart, MultipartRejection};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use bytes::Bytes;
use futures::stream;

use crate::http::Web;
use crate::http::answer::Failure;
use crate::http::faults::accepts_html;
use crate::http::percent;
use crate::http::session::SignedIn;

/// The form's field; it may come several times.
const FIELD: &str = "file";
/// A client that sends nothing for so long has gone.
const SILENCE: Duration = Duration::from_mins(1);
const LIBRARY: &str = "/midias";

/// Takes the files one after the other. Each counts for itself: one that is refused does not take
/// the others with it, and the answer tells of the first one that was.
///
/// A script gets JSON: the (last) item, or the [`ApiError`]. A form without script is led back to
/// the library, with the refusal in the address: `erro` (a [`MediaProblem`], or `store_unavailable`
/// or `internal`), `limite` in bytes and `formato` where there are any, `arquivo`; or `enviadas`, how
/// many were taken.
pub(in crate::http) async fn upload(
    State(web): State<Web>,
    SignedIn(who): SignedIn,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let outcome = match form {
        Ok(form) => take_all(&web, &who, form).await,
        // Not a form of files at all.
        Err(_) => Outcome::refused(String::new(), ApiError::Media(MediaProblem::Missing)),
    };
    if accepts_html(&headers) {
        Redirect::to(&outcome.address()).into_response()
    } else {
        outcome.into_json()
    }
}

/// What became of the files of a form.
#[derive(Default)]
struct Outcome {
    taken: Vec<MediaItem>,
    /// The first refusal, with the file's name.
    refusal: Option<(String, ApiError)>,
}

async fn take_all(web: &Web, who: &Principal, mut form: Multipart) -> Outcome {
    let mut outcome = Outcome::default();
    loop {
        let field = match tokio::time::timeout(SILENCE, form.next_field()).await {
            Ok(Ok(Some(field))) => field,
            Ok(Ok(None)) => break,
            Ok(Err(_)) | Err(_) => {
                outcome.refuse(String::new(), ApiError::Media(MediaProblem::Interrupted));
                return outcome;
            }
        };
        if field.name() != Some(FIELD) {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        match take(web, who, &name, field).await {
            Ok(item) => outcome.taken.push(item),
            // A field without a chosen file is sent with neither name nor bytes.
            Err(ApiError::Media(MediaProblem::Empty)) if name.is_empty() => {}
            Err(error) => outcome.refuse(name, error),
        }
    }
    if outcome.taken.is_empty() {
        outcome.refuse(String::new(), ApiError::Media(MediaProblem::Missing));
    }
    outcome
}

/// Takes one file. What is left of a refused one is read by whoever asks for the next field: a
/// browser that is still sending does not read the answer.
async fn take(
    web: &Web,
    who: &Principal,
    name: &str,
    field: Field<'_>,
) -> Result<MediaItem, ApiError> {
    let chunks = stream::try_unfold(field, |mut field| async {
        match tokio::time::timeout(SILENCE, field.chunk()).await {
            Ok(Ok(chunk)) => Ok(chunk.map(|chunk: Bytes| (chunk, field))),
            Ok(Err(_)) | Err(_) => Err(()),
        }
    });
    web.ports.media.upload(who, name, Box::pin(chunks)).await
}

impl Outcome {
    fn refused(name: String, error: ApiError) -> Self {
        Self {
            taken: Vec::new(),
            refusal: Some((name, error)),
        }
    }

    fn refuse(&mut self, name: String, error: ApiError) {
        self.refusal.get_or_insert((name, error));
    }

    fn into_json(mut self) -> Response {
        match (self.refusal, self.taken.pop()) {
            (None, Some(item)) => (StatusCode::CREATED, Json(item)).into_response(),
            (Some((_, error)), _) => Failure(error).into_response(),
            (None, None) => Failure(ApiError::Media(MediaProblem::Missing)).into_response(),
        }
    }

    /// Where a form without script is led.
    fn address(&self) -> String {
        let Some((name, error)) = &self.refusal else {
            return format!("{LIBRARY}?enviadas={}", self.taken.len());
        };
        let code = match error {
            ApiError::Media(problem) => code(*problem),
            ApiError::StoreUnavailable => "store_unavailable",
            _ => "internal",
        };
        let mut address = format!("{LIBRARY}?erro={code}");
        match error {
            ApiError::Media(
                MediaProblem::TooLarge { limit }
                | MediaProblem::TooManyPixels { limit }
                | MediaProblem::QuotaReached { limit },
            ) => address = format!("{address}&limite={limit}"),
            ApiError::Media(MediaProblem::Unplayable { format }) => {
                address = format!("{address}&formato={}", format.as_str());
            }
            _ => {}
        }
        if !name.is_empty() {
            let name: String = name.chars().take(MEDIA_NAME_MAX_CHARS).collect();
            address = format!("{address}&arquivo={}", percent::encoded(&name));
        }
        address
    }
}

/// The name of a problem in an address, which is that of its JSON.
const fn code(problem: MediaProblem) -> &'static str {
    match problem {
        MediaProblem::Missing => "missing",
        MediaProblem::Empty => "empty",
        MediaProblem::UnsupportedKind => "unsupported_kind",
        MediaProblem::Unplayable { .. } => "unplayable",
        MediaProblem::TooLarge { .. } => "too_large",
        MediaProblem::Broken => "broken",
        MediaProblem::TooManyPixels { .. } => "too_many_pixels",
        MediaProblem::ConversionTooLong => "conversion_too_long",
        MediaProblem::Interrupted => "interrupted",
        MediaProblem::QuotaReached { .. } => "quota_reached",
    }
}
