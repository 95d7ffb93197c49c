//! Whether a server answers at the configured address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use arauto_app::say;

use super::report::{Check, Verdict};

/// How long it may take to answer: it may wait for its store that long itself.
const ANSWERS_WITHIN: Duration = Duration::from_secs(8);

/// Asks the readiness probe. That nobody answers is no failure: the diagnosis may come first.
pub(super) async fn check(address: SocketAddr) -> Check {
    let url = format!("http://{}/pronto", reachable(address));
    let asking = tokio::task::spawn_blocking(move || ask(&url));
    let answer = asking.await.unwrap_or(None);
    let check = |verdict, found| Check::new("server", say!(doctor.server), verdict, found);
    match answer {
        Some(200) => check(Verdict::Ok, say!(doctor.server_ready)),
        Some(503) => check(Verdict::Warning, say!(doctor.server_busy))
            .advise(say!(doctor.server_busy_advice)),
        Some(_) => check(Verdict::Warning, say!(doctor.server_other))
            .advise(say!(doctor.server_other_advice)),
        None => check(Verdict::Skipped, say!(doctor.server_none)),
    }
}

/// The status of the answer, if there is one.
fn ask(url: &str) -> Option<u16> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(ANSWERS_WITHIN))
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .build()
        .into();
    agent
        .get(url)
        .call()
        .ok()
        .map(|answer| answer.status().as_u16())
}

/// An address to listen on everywhere is reached on this machine.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
