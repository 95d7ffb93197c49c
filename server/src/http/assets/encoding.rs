//! Content negotiation (RFC 9110, section 12.5.3).

use axum::http::{HeaderMap, header::ACCEPT_ENCODING};

/// A form in which a file is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// The compressed forms, the smallest first.
    pub const COMPRESSED: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// What the form adds to the file's name.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }

    /// Its name in `Content-Encoding`; the file as it is needs none.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }
}

/// The form that the client accepts most gladly; of equals the first of the compressed ones that are
/// available. A client that accepts none of them gets the file as it is.
pub fn negotiate(request: &HeaderMap, available: &[Encoding]) -> Encoding {
    let mut best = (Encoding::Identity, weight(request, "identity").unwrap_or(0));
    for encoding in available.iter().rev().copied() {
        let weight = encoding
            .name()
            .and_then(|name| weight(request, name))
            .unwrap_or(0);
        if weight > 0 && weight >= best.1 {
            best = (encoding, weight);
        }
    }
    best.0
}

/// The client's weight for a coding in thousandths; none: the client does not mention it.
fn weight(request: &HeaderMap, coding: &str) -> Option<u16> {
    let mut any = None;
    for value in request.get_all(ACCEPT_ENCODING) {
        for item in value.to_str().unwrap_or_default().split(',') {
            let mut parts = item.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let weight = parts
                .find_map(|part| part.strip_prefix("q="))
                .map_or(1000, thousandths);
            if name.eq_ignore_ascii_case(coding) {
                return Some(weight);
            }
            if name == "*" {
                any = Some(weight);
            }
        }
    }
    any
}

/// A weight of `0` to `1` with up to three decimals; what is no weight counts as zero.
fn thousandths(weight: &str) -> u16 {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    let is_weight = decimals.len() <= 3 && decimals.bytes().all(|digit| digit.is_ascii_digit());
    match whole {
        "1" if is_weight => 1000,
        "0" if is_weight => format!("{decimals:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn negotiated(accept: &'static str) -> Encoding {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(accept))]);
        negotiate(&headers, &Encoding::COMPRESSED)
    }

    #[test]
    fn the_client_is_served_what_it_prefers() {
        let cases = [
            ("gzip, deflate, br, zstd", Encoding::Brotli),
            ("gzip, deflate", Encoding::Gzip),
            ("GZIP", Encoding::Gzip),
            ("*", Encoding::Brotli),
            ("br;q=0, *", Encoding::Gzip),
            ("br;q=0.5, gzip;q=0.8", Encoding::Gzip),
            ("br; q=0.801, gzip; q=0.8", Encoding::Brotli),
            ("identity, br;q=0.9", Encoding::Identity),
            ("identity;q=0.5, br;q=0.9", Encoding::Brotli),
            ("deflate", Encoding::Identity),
            ("", Encoding::Identity),
        ];
        for (accept, encoding) in cases {
            assert_eq!(negotiated(accept), encoding, "{accept:?}");
        }
    }

    #[test]
    fn nonsense_is_served_the_file_as_it_is() {
        for accept in [
            "br;q=2",
            "br;q=-1",
            "br;q=0.1234",
            "br;q=",
            "br;q=x",
            ";;,,=",
            "brotli",
        ] {
            assert_eq!(negotiated(accept), Encoding::Identity, "{accept:?}");
        }
    }

    #[test]
    fn a_client_that_says_nothing_gets_the_file_as_it_is() {
        assert_eq!(
            negotiate(&HeaderMap::new(), &Encoding::COMPRESSED),
            Encoding::Identity
        );
    }

    #[test]
    fn only_what_is_available_is_served() {
        let headers =
            HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("br, gzip"))]);
        assert_eq!(negotiate(&headers, &[Encoding::Gzip]), Encoding::Gzip);
        assert_eq!(negotiate(&headers, &[]), Encoding::Identity);
    }
}
