//! The site's files (JavaScript, WASM, styles, static files), which are part of the binary.
//!
//! The build puts them into `target/site` with their compressed forms beside them (`.br`, `.gz`), and
//! the list `assets.json` that names the hashed ones. A name with a hash is cached for ever; every
//! other file is asked for again, and answered with 304 while it is the same.

mod encoding;

use std::borrow::Cow;

use axum::{
    Router,
    body::{Body, Bytes},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
    routing::get,
};
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;

use self::encoding::Encoding;

/// The list of the hashed files, which is no file of the site itself.
const LIST: &str = "assets.json";
/// How many hexadecimal digits the build puts into a name.
const HASH_DIGITS: usize = 16;

#[derive(RustEmbed)]
#[folder = "$ARAUTO_SITE"]
struct Site;

/// The addresses of the files that every page loads, as paths from the site's root (`/pkg/…`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetNames {
    /// The JavaScript module; its default export takes the WASM module's address.
    pub js: String,
    /// The WASM module.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
}

/// Why there are no addresses of the page's files.
#[derive(Debug, thiserror::Error)]
pub enum NoSite {
    /// The server was compiled before the site was built.
    #[error("find the site in the binary: it was compiled without one (`cargo xtask build`)")]
    Missing,
    /// The list is not one of this version.
    #[error("read the list of the site's files")]
    List(#[from] serde_json::Error),
}

impl AssetNames {
    /// The addresses of the site in this binary.
    pub fn embedded() -> Result<Self, NoSite> {
        Self::of::<Site>()
    }

    fn of<Files: RustEmbed>() -> Result<Self, NoSite> {
        #[derive(Deserialize)]
        struct List {
            js: String,
            wasm: String,
            css: String,
        }
        let list = Files::get(LIST).ok_or(NoSite::Missing)?;
        let list: List = serde_json::from_slice(&list.data)?;
        Ok(Self {
            js: format!("/{}", list.js),
            wasm: format!("/{}", list.wasm),
            css: format!("/{}", list.css),
        })
    }
}

/// One route per file of the site; what is not listed here is left to the other routes.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    routes_of::<Site, S>()
}

fn routes_of<Files, S>() -> Router<S>
where
    Files: RustEmbed + 'static,
    S: Clone + Send + Sync + 'static,
{
    let names: Vec<Cow<'static, str>> = Files::iter().collect();
    let is_form = |name: &str| {
        Encoding::COMPRESSED.iter().any(|encoding| {
            let plain = name.strip_suffix(encoding.suffix());
            plain.is_some_and(|plain| names.iter().any(|name| name == plain))
        })
    };
    names
        .iter()
        .filter(|name| **name != LIST && !is_form(name))
        .fold(Router::new(), |router, name| {
            let path = name.clone().into_owned();
            let handler = move |headers: HeaderMap| {
                let response = respond::<Files>(&path, &headers);
                async move { response }
            };
            router.route(&format!("/{name}"), get(handler))
        })
}

/// The file in the form that the client likes best.
fn respond<Files: RustEmbed>(path: &str, request: &HeaderMap) -> Response {
    let forms: Vec<Encoding> = Encoding::COMPRESSED
        .into_iter()
        .filter(|encoding| Files::get(&format!("{path}{}", encoding.suffix())).is_some())
        .collect();
    let encoding = encoding::negotiate(request, &forms);
    let Some(file) = Files::get(&format!("{path}{}", encoding.suffix())) else {
        return StatusCode::NOT_FOUND.into_response();
    };

    let etag = etag(&file);
    let mut headers = HeaderMap::new();
    headers.insert(ETAG, etag.clone());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache_control(path)));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !forms.is_empty() {
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    }
    if is_known(request, &etag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    if let Some(name) = encoding.name() {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    (headers, body(file)).into_response()
}

/// A validator of this form of the file: each form has its own.
fn etag(file: &EmbeddedFile) -> HeaderValue {
    let hash = hex::encode(&file.metadata.sha256_hash()[..HASH_DIGITS / 2]);
    HeaderValue::try_from(format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Whether the client has this form already.
fn is_known(request: &HeaderMap, etag: &HeaderValue) -> bool {
    request
        .get_all(IF_NONE_MATCH)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .any(|known| known == b"*" || known.strip_prefix(b"W/").unwrap_or(known) == etag.as_bytes())
}

fn cache_control(path: &str) -> &'static str {
    if is_hashed(path) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// Whether the name holds the hash of the content: `pkg/arauto.0123456789abcdef.js`.
fn is_hashed(path: &str) -> bool {
    let hash = path.rsplit('.').nth(1).unwrap_or_default();
    path.starts_with("pkg/")
        && hash.len() == HASH_DIGITS
        && hash.bytes().all(|digit| digit.is_ascii_hexdigit())
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "jpg" | "jpeg" => "image/jpeg",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "ttf" => "font/ttf",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "xml" => "application/xml",
        _ => "application/octet-stream",
    }
}

fn body(file: EmbeddedFile) -> Body {
    Body::from(match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    })
}

#[cfg(test)]
mod tests;
