//! Runs each request in a task of its own.
//!
//! The HTTP layer drops a handler when its client goes away. A database driver whose future is
//! dropped half-way leaves a connection that nobody can use, and a service leaves its work half
//! done; in its own task the work ends either way.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use super::answer::Failure;
use crate::failure::internal;

/// Carries out the request; a panic in it becomes an answer with an incident number.
pub(super) async fn run(request: Request, next: Next) -> Response {
    let span =
        tracing::debug_span!("request", method = %request.method(), path = request.uri().path());
    match tokio::spawn(next.run(request).instrument(span)).await {
        Ok(response) => response,
        Err(error) if error.is_panic() => {
            let failure = internal(format_args!("answer: {}", message_of(error.into_panic())));
            Failure(failure).into_response()
        }
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn message_of(panic: Box<dyn std::any::Any + Send>) -> String {
    match panic.downcast::<String>() {
        Ok(message) => format!("panic: {message}"),
        Err(panic) => format!(
            "panic: {}",
            panic.downcast_ref::<&str>().unwrap_or(&"without a message")
        ),
    }
}
