//! Refuses what another site makes a browser do here.

use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Web;
use crate::config::PublicUrl;

const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Lets a state-changing request pass only when it comes from one of our own pages.
pub(super) async fn check(State(web): State<Web>, request: Request, next: Next) -> Response {
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if reads || is_ours(request.headers(), web.public_url.as_ref()) {
        next.run(request).await
    } else {
        tracing::warn!(path = request.uri().path(), origin = ?request.headers().get(ORIGIN), "refused a request from another site");
        StatusCode::FORBIDDEN.into_response()
    }
}

/// Whether the browser says that one of our own pages asks. `Sec-Fetch-Site` is its own judgement
/// (W3C Fetch Metadata); without it (plain HTTP beyond this machine, older browsers) the `Origin`
/// that every browser sends along must be ours. A request with neither is no browser's, so no other
/// site can have caused it.
fn is_ours(headers: &HeaderMap, public_url: Option<&PublicUrl>) -> bool {
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let is_public = public_url.is_some_and(|url| url.origin() == origin);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let origin_host = origin.split_once("://").map(|(_, host)| host);
    is_public || (origin_host.is_some() && origin_host == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(headers: &[(&'static str, &'static str)], public_url: Option<&str>) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        let public_url = public_url.map(|url| url.parse().unwrap());
        is_ours(&headers, public_url.as_ref())
    }

    #[test]
    fn the_judgement_of_the_browser_comes_first() {
        let host = ("host", "arauto.example");
        let origin = ("origin", "https://arauto.example");
        for (site, passed) in [
            ("same-origin", true),
            ("none", true),
            ("same-site", false),
            ("cross-site", false),
        ] {
            let headers = [host, origin, ("sec-fetch-site", site)];
            assert_eq!(passes(&headers, None), passed, "{site}");
        }
    }

    #[test]
    fn an_origin_must_be_the_one_that_was_asked_or_the_public_one() {
        let host = ("host", "10.0.0.5:3000");
        for (origin, public_url, passed) in [
            ("http://10.0.0.5:3000", None, true),
            ("http://10.0.0.5:4000", None, false),
            ("https://arauto.example", None, false),
            (
                "https://arauto.example",
                Some("https://arauto.example"),
                true,
            ),
            (
                "http://arauto.example",
                Some("https://arauto.example"),
                false,
            ),
            ("null", None, false),
        ] {
            assert_eq!(
                passes(&[host, ("origin", origin)], public_url),
                passed,
                "{origin}"
            );
        }
        assert!(passes(&[host], None));
    }
}
