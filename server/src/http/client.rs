//! Which address a request comes from.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address that attempts are counted against.
///
/// A proxy in front of the server is believed when the configuration says that there is one
/// (`proxied`: the server has a public address) and the peer is on this machine or its private
/// network. Of the addresses that it forwards only the last is its own word; the others are what
/// the client claimed.
pub(super) fn address(extensions: &Extensions, headers: &HeaderMap, proxied: bool) -> String {
    let peer = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |info| info.0.ip());
    let forwarded = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok())
        .and_then(|list| list.rsplit(',').next())
        .and_then(|last| last.trim().parse().ok())
        .filter(|_| proxied && is_near(peer));
    network(forwarded.unwrap_or(peer))
}

fn is_near(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local(),
    }
}

/// One household or office has a whole IPv6 /64 to itself: its addresses count as one.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&'static str], proxied: bool) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 4711)));
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        address(&extensions, &headers, proxied)
    }

    #[test]
    fn only_a_configured_proxy_nearby_is_believed_and_only_its_own_word() {
        let claimed = ["203.0.113.7, 198.51.100.2"];
        assert_eq!(seen("10.0.0.2", &claimed, true), "198.51.100.2");
        assert_eq!(seen("10.0.0.2", &claimed, false), "10.0.0.2");
        assert_eq!(seen("192.0.2.1", &claimed, true), "192.0.2.1");
        assert_eq!(seen("127.0.0.1", &["nonsense"], true), "127.0.0.1");
    }

    #[test]
    fn a_whole_ipv6_network_counts_as_one_client() {
        assert_eq!(
            seen("2001:db8:1:2:3:4:5:6", &[], false),
            "2001:db8:1:2::/64"
        );
        assert_eq!(seen("::ffff:192.0.2.1", &[], false), "192.0.2.1");
    }
}
