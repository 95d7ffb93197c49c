//! The cookie of the session.

use arauto_app::api::{SessionCookie, SessionToken};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use leptos_axum::ResponseOptions;

use super::session::Visit;
use crate::accounts::SESSION_LIFETIME;

const NAME: &str = "arauto_session";

/// The token in the request's cookie.
pub(super) fn token(headers: &HeaderMap) -> Option<SessionToken> {
    if !headers.contains_key(COOKIE) {
        return None;
    }
    CookieJar::from_headers(headers)
        .get(NAME)
        .map(|cookie| SessionToken(cookie.value().to_owned()))
}

/// The header that makes a browser keep the session. `secure` when browsers come by HTTPS.
pub(super) fn keep(token: &SessionToken, secure: bool) -> Option<HeaderValue> {
    let seconds = i64::try_from(SESSION_LIFETIME.as_secs()).unwrap_or(i64::MAX);
    header(bare(token.0.clone(), secure), seconds)
}

/// The header that makes a browser forget the session.
pub(super) fn forget(secure: bool) -> Option<HeaderValue> {
    header(bare(String::new(), secure), 0)
}

fn bare(value: String, secure: bool) -> Cookie<'static> {
    Cookie::build((NAME, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .build()
}

/// `Max-Age` is written by hand: its type belongs to a crate that nothing else here needs.
fn header(cookie: Cookie<'static>, max_age_seconds: i64) -> Option<HeaderValue> {
    format!("{cookie}; Max-Age={max_age_seconds}")
        .try_into()
        .ok()
}

/// The cookie as server functions see it: reads the request, writes the response.
pub(super) struct RequestCookie {
    pub(super) visit: Visit,
    pub(super) secure: bool,
    pub(super) response: ResponseOptions,
}

impl SessionCookie for RequestCookie {
    fn token(&self) -> Option<SessionToken> {
        self.visit.token.clone()
    }

    fn client(&self) -> String {
        self.visit.client.clone()
    }

    fn set(&self, token: &SessionToken) {
        if let Some(header) = keep(token, self.secure) {
            self.response.insert_header(SET_COOKIE, header);
        }
    }

    fn clear(&self) {
        if let Some(header) = forget(self.secure) {
            self.response.insert_header(SET_COOKIE, header);
        }
    }
}
