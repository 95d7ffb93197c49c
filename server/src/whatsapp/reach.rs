//! Whether WhatsApp can be reached from here, step by step: what a session would need.

use std::net::SocketAddr;
use std::time::Duration;

use arauto_app::domain::Timestamp;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::WhatsappConfig;

/// How long each step may take.
const STEP_WITHIN: Duration = Duration::from_secs(10);

/// Where WhatsApp is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whereabouts {
    /// The host that sessions connect to.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The page that tells the present version of WhatsApp Web.
    pub page: String,
}

impl Whereabouts {
    /// Where sessions with this configuration would connect; `None` for a build that talks to a
    /// simulated network and has none.
    #[cfg(not(feature = "simulator"))]
    pub fn of(_: &WhatsappConfig) -> Option<Self> {
        Some(Self {
            host: "web.whatsapp.com".into(),
            port: 443,
            page: "https://web.whatsapp.com/sw.js".into(),
        })
    }

    /// Where sessions with this configuration would connect; `None` for a build that talks to a
    /// simulated network and has none on this machine.
    #[cfg(feature = "simulator")]
    pub fn of(config: &WhatsappConfig) -> Option<Self> {
        super::engine::WhatsappNetwork::of(config).ok()?;
        let network = config.network.as_ref()?;
        let uri: axum::http::Uri = network.websocket_url.parse().ok()?;
        Some(Self {
            host: uri.host()?.trim_matches(['[', ']']).to_owned(),
            port: uri.port_u16().unwrap_or(80),
            page: format!("{}/sw.js", network.http_url.trim_end_matches('/')),
        })
    }

    /// The addresses behind the host's name.
    ///
    /// # Errors
    /// Why there is none, in the words of the operating system.
    pub async fn resolve(&self) -> Result<Vec<SocketAddr>, String> {
        let host = (self.host.as_str(), self.port);
        let found = timeout(STEP_WITHIN, tokio::net::lookup_host(host)).await;
        let found = found.map_err(|_| in_vain())?;
        let found: Vec<SocketAddr> = found.map_err(|error| error.to_string())?.collect();
        if found.is_empty() {
            return Err("no address".into());
        }
        Ok(found)
    }

    /// Opens a connection to the first of these addresses that takes one.
    ///
    /// # Errors
    /// Why none does, in the words of the operating system.
    pub async fn connect(&self, addresses: &[SocketAddr]) -> Result<SocketAddr, String> {
        let connection = timeout(STEP_WITHIN, TcpStream::connect(addresses)).await;
        let connection = connection.map_err(|_| in_vain())?;
        connection
            .and_then(|connection| connection.peer_addr())
            .map_err(|error| error.to_string())
    }

    /// Reads the page and tells the time by WhatsApp's own clock, if it came with one.
    ///
    /// # Errors
    /// Why it cannot be read: the secured connection failed, or the answer is no success.
    pub async fn read_page(&self) -> Result<Option<Timestamp>, String> {
        let page = self.page.clone();
        let reading = tokio::task::spawn_blocking(move || read(&page));
        reading.await.map_err(|error| error.to_string())?
    }
}

fn read(page: &str) -> Result<Option<Timestamp>, String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(STEP_WITHIN))
        // A redirect could lead away from a simulated network, and WhatsApp's page has none.
        .max_redirects(0)
        .build()
        .into();
    // WhatsApp serves the page to browsers only.
    let request = agent
        .get(page)
        .header("sec-fetch-site", "none")
        .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64)");
    let answer = request.call().map_err(|error| error.to_string())?;
    let date = answer.headers().get("date");
    Ok(date.and_then(|date| date.to_str().ok()).and_then(time_of))
}

/// The time of an HTTP `Date` (RFC 9110, 5.6.7).
fn time_of(date: &str) -> Option<Timestamp> {
    let zoned = jiff::fmt::rfc2822::parse(date).ok()?;
    Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
}

fn in_vain() -> String {
    format!("no answer within {} s", STEP_WITHIN.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_date_header_is_read() {
        let time = time_of("Tue, 24 Nov 2026 13:15:25 GMT");
        assert_eq!(time, Some(Timestamp::from_seconds(1_795_526_125)));
        assert_eq!(time_of("soon"), None);
    }
}
