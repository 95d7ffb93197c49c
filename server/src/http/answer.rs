//! Failures as answers of plain HTTP, outside of the server functions.

use arauto_app::api::ApiError;
use arauto_app::domain::MediaProblem;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// A failure as an answer: its status, and itself as JSON. A browser that asked for a page gets one
/// in its place ([`faults`](super::faults)).
#[derive(Clone, Debug)]
pub(super) struct Failure(pub(super) ApiError);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (status(&self.0), Json(&self.0)).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The status that goes with a failure.
pub(super) fn status(error: &ApiError) -> StatusCode {
    match error {
        ApiError::SignedOut | ApiError::WrongCredentials => StatusCode::UNAUTHORIZED,
        ApiError::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
        ApiError::NotFound(_) => StatusCode::NOT_FOUND,
        ApiError::StoreUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        ApiError::Unanswered(_) => StatusCode::BAD_GATEWAY,
        ApiError::Internal { .. } | ApiError::ServerUnreachable => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
        ApiError::Media(MediaProblem::TooLarge { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
        ApiError::Media(MediaProblem::UnsupportedKind | MediaProblem::Unplayable { .. }) => {
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        }
        ApiError::Media(MediaProblem::QuotaReached { .. }) => StatusCode::INSUFFICIENT_STORAGE,
        ApiError::AlreadySetUp
        | ApiError::ConnectionState
        | ApiError::ConnectionOffline
        | ApiError::OutageSettled
        | ApiError::RestrictionLifted
        | ApiError::ConnectionAdrift
        | ApiError::GroupListInUse(_)
        | ApiError::CampaignState
        | ApiError::CampaignChanged { .. }
        | ApiError::NotRepeatable(_)
        | ApiError::MediaInUse(_) => StatusCode::CONFLICT,
        ApiError::Account(_)
        | ApiError::ConnectionNameMissing
        | ApiError::ConnectionNameTooLong
        | ApiError::Phone(_)
        | ApiError::Pace(_)
        | ApiError::GroupList(_)
        | ApiError::Draft(_)
        | ApiError::Media(_) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
