//! Who asks: found out once per request.

use arauto_app::api::{ApiError, Principal, SessionToken};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::answer::Failure;
use super::{Web, client, cookie};

/// What is known of the one who asks.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    /// The session that the cookie names, alive or not.
    pub(super) token: Option<SessionToken>,
    /// Who is signed in.
    pub(super) principal: Option<Principal>,
    /// The address that attempts are counted against.
    pub(super) client: String,
}

/// Finds the session and keeps the result with the request. Without the store nobody can tell who
/// asks, so nothing is answered in anybody's name.
pub(super) async fn find(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let client = client::address(
        request.extensions(),
        request.headers(),
        web.public_url.is_some(),
    );
    let token = cookie::token(request.headers());
    let resumed = match &token {
        Some(token) => match web.ports.accounts.resume(token).await {
            Ok(resumed) => resumed,
            Err(error) => return Failure(error).into_response(),
        },
        None => None,
    };
    let extended = resumed.as_ref().is_some_and(|resumed| resumed.extended);
    request.extensions_mut().insert(Visit {
        token: token.clone(),
        principal: resumed.map(|resumed| resumed.principal),
        client,
    });

    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Some(token) = token.filter(|_| extended && !headers.contains_key(SET_COOKIE))
        && let Some(header) = cookie::keep(&token, web.has_https())
    {
        headers.insert(SET_COOKIE, header);
    }
    response
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        // Present on every route below `find`; a route elsewhere has no visitor.
        let visit = parts.extensions.get::<Self>();
        visit.cloned().ok_or(Failure(ApiError::SignedOut))
    }
}

/// The signed-in person; whoever is not signed in is refused.
pub(super) struct SignedIn(pub(super) Principal);

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let visit = Visit::from_request_parts(parts, state).await?;
        visit
            .principal
            .map(Self)
            .ok_or(Failure(ApiError::SignedOut))
    }
}
