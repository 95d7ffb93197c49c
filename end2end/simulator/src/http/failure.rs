//! Errors of the control API as JSON.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::client::ScanRefusal;
use crate::control::ControlError;

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NotFound(_)
            | Self::Scan(
                ScanRefusal::UnknownPhone | ScanRefusal::UnknownRef | ScanRefusal::UnknownCode,
            ) => StatusCode::NOT_FOUND,
            Self::Scan(ScanRefusal::ExpiredRef | ScanRefusal::ExpiredCode) => StatusCode::GONE,
            Self::Conflict(_) | Self::Scan(ScanRefusal::UnderWay | ScanRefusal::PhoneOffline) => {
                StatusCode::CONFLICT
            }
            Self::Invalid(_) | Self::Scan(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Timeout(_) => StatusCode::GATEWAY_TIMEOUT,
            Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let body = json!({ "error": self.to_string(), "reason": self.reason() });
        (status, Json(body)).into_response()
    }
}
