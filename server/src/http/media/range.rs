//! The part of a file that a request asks for (RFC 9110, section 14).

use axum::http::HeaderMap;
use axum::http::header::{IF_NONE_MATCH, IF_RANGE, RANGE};

/// What to answer with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The whole file.
    Whole,
    /// From the first to the last byte, both included.
    Bytes { first: u64, last: u64 },
    /// The file has no such bytes.
    Unsatisfiable,
}

/// The part that the headers ask for, of a file of `len` bytes. A request for several parts, or
/// one that makes no sense, gets the whole file, as the RFC allows.
pub(super) fn requested(headers: &HeaderMap, etag: &str, len: u64) -> Part {
    let other_version = headers
        .get(IF_RANGE)
        .is_some_and(|validator| validator != etag);
    if other_version {
        return Part::Whole;
    }
    headers
        .get(RANGE)
        .and_then(|range| range.to_str().ok())
        .and_then(|range| range.strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'))
        .and_then(|(first, last)| part(first.trim(), last.trim(), len))
        .unwrap_or(Part::Whole)
}

/// Whether the client has this version already.
pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.trim_start_matches("W/") == etag)
}

fn part(first: &str, last: &str, len: u64) -> Option<Part> {
    let end = len.checked_sub(1);
    let (first, last) = if first.is_empty() {
        // The last so many bytes.
        let count: u64 = last.parse().ok()?;
        (len.saturating_sub(count), end.filter(|_| count > 0))
    } else if last.is_empty() {
        (first.parse().ok()?, end)
    } else {
        let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        if last < first {
            return None;
        }
        (first, end.map(|end| end.min(last)))
    };
    Some(match last {
        Some(last) if first <= last => Part::Bytes { first, last },
        _ => Part::Unsatisfiable,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: &'static str, len: u64) -> Part {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, range.parse().unwrap());
        requested(&headers, "\"a\"", len)
    }

    #[test]
    fn a_range_is_cut_to_the_file() {
        let bytes = |first, last| Part::Bytes { first, last };
        for (range, part) in [
            ("bytes=0-0", bytes(0, 0)),
            ("bytes=2-5", bytes(2, 5)),
            ("bytes=2-", bytes(2, 9)),
            ("bytes=2-400", bytes(2, 9)),
            ("bytes=-3", bytes(7, 9)),
            ("bytes=-400", bytes(0, 9)),
            ("bytes=10-", Part::Unsatisfiable),
            ("bytes=10-20", Part::Unsatisfiable),
            ("bytes=-0", Part::Unsatisfiable),
            ("bytes=5-2", Part::Whole),
            ("bytes=0-1,4-5", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("bytes=-", Part::Whole),
            ("lines=1-2", Part::Whole),
        ] {
            assert_eq!(of(range, 10), part, "{range}");
        }
        assert_eq!(of("bytes=0-", 0), Part::Unsatisfiable);
    }

    #[test]
    fn a_range_of_another_version_gets_the_whole_file() {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, "bytes=0-1".parse().unwrap());
        headers.insert(IF_RANGE, "\"b\"".parse().unwrap());
        assert_eq!(requested(&headers, "\"a\"", 10), Part::Whole);
        headers.insert(IF_RANGE, "\"a\"".parse().unwrap());
        assert_eq!(
            requested(&headers, "\"a\"", 10),
            Part::Bytes { first: 0, last: 1 }
        );
    }

    #[test]
    fn a_known_version_is_found_in_any_list() {
        let mut headers = HeaderMap::new();
        headers.insert(IF_NONE_MATCH, "\"b\", W/\"a\"".parse().unwrap());
        assert!(is_known(&headers, "\"a\""));
        assert!(!is_known(&headers, "\"c\""));
    }
}
